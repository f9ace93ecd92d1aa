/**
 * How often in a second of CPU time, by the quickest of ten runs after a longer one to warm up. What the collector does for the
 * work counts. A neighbour of the machine on the same core takes no CPU time but makes the same work cost up to twice of it, so
 * the quickest run is nearest to what the work costs.
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
  return Math.max(...Array.from({ length: 10 }, () => run(500)))
}
