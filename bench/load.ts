import { percentile } from './figure'

export type Load = {
  readonly count: number
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** CPU of the server's processes for one, in milliseconds; the database's and this client's are not in it. */
  readonly serverCpu: number
  readonly databaseCpu: number
  /** Of this process, which takes it from the same cores. */
  readonly clientCpu: number
}

type LoadOptions = {
  readonly concurrency: number
  readonly warmUpSeconds: number
  /** How many are made unmeasured at least, however long that takes; 0 when not given. */
  readonly warmUpCount?: number
  readonly seconds: number
  readonly work: () => Promise<void>
  readonly serverCpu: () => number
  readonly databaseCpu: () => number
}

/**
 * Keeps `concurrency` of `work` running: unmeasured for `warmUpSeconds` and `warmUpCount`, then measured for `seconds`. A
 * process that was just started costs twice as much for its first thousand requests, because its code is still being
 * compiled: a function at its eighth call, better at its 400th, and as well as it gets at its 3000th (V8 14).
 */
export async function load(options: LoadOptions): Promise<Load> {
  const { concurrency, work } = options
  await during(concurrency, options.warmUpSeconds, work, options.warmUpCount)
  const before = { server: options.serverCpu(), database: options.databaseCpu(), at: performance.now() }
  const client = process.cpuUsage()
  const milliseconds = await during(concurrency, options.seconds, work)
  const elapsed = performance.now() - before.at
  const count = milliseconds.length
  const { user, system } = process.cpuUsage(client)
  return {
    count,
    perSecond: (count / elapsed) * 1000,
    p50: percentile(milliseconds, 0.5),
    p95: percentile(milliseconds, 0.95),
    p99: percentile(milliseconds, 0.99),
    serverCpu: (options.serverCpu() - before.server) / count,
    databaseCpu: (options.databaseCpu() - before.database) / count,
    clientCpu: (user + system) / 1000 / count,
  }
}

/**
 * As `load`, so many times with a short warm-up after the first: what neighbours on the machine take changes within seconds, so
 * figures are medians (`medianOf`). `before` runs ahead of each, unmeasured.
 */
export async function loadInRounds(
  options: LoadOptions & { readonly rounds: number; readonly before?: (round: number) => Promise<void> },
): Promise<Load[]> {
  const { rounds, before, ...each } = options
  const measured: Load[] = []
  for (let round = 0; round < rounds; round++) {
    await before?.(round)
    measured.push(await load(round === 0 ? each : { ...each, warmUpSeconds: 0.5, warmUpCount: 0 }))
  }
  return measured
}

/** Of each figure the median; of the count the sum. */
export function medianOf(loads: readonly Load[]): Load {
  const of = (name: keyof Load) =>
    percentile(
      loads.map((one) => one[name]),
      0.5,
    )
  return {
    count: loads.reduce((sum, { count }) => sum + count, 0),
    ...{ perSecond: of('perSecond'), p50: of('p50'), p95: of('p95'), p99: of('p99') },
    ...{ serverCpu: of('serverCpu'), databaseCpu: of('databaseCpu'), clientCpu: of('clientCpu') },
  }
}

/** Keeps `concurrency` of `work` running for so long and at least `count` times, and answers how many milliseconds each took. */
export async function during(
  concurrency: number,
  seconds: number,
  work: () => Promise<void>,
  count = 0,
): Promise<number[]> {
  const until = performance.now() + seconds * 1000
  const milliseconds: number[] = []
  let made = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < until || made < count) {
        made++
        const begun = performance.now()
        await work()
        milliseconds.push(performance.now() - begun)
      }
    }),
  )
  return milliseconds
}
