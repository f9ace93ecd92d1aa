/**
 * How often in a second of CPU time, by the median of five runs after a longer one to warm up: neighbours on the machine take time,
 * not CPU. What the collector does for the work counts.
 */
export function perSecond(work: () => unknown): number {
  const run = (milliseconds: number) => {
    const begun = performance.now()
    const used = process.cpuUsage()
    let count = 0
    for (; performance.now() - begun < milliseconds; count++) for (let some = 0; some < 8; some++) work()
    const { user, system } = process.cpuUsage(used)
    return (count * 8 * 1_000_000) / (user + system)
  }
  run(2000)
  const runs = Array.from({ length: 5 }, () => run(500)).sort((left, right) => left - right)
  return runs[2] ?? Number.NaN
}
