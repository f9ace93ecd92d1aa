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

/**
 * Keeps `concurrency` of `work` running: unmeasured for `warmUpSeconds`, then measured for `seconds`. A process that was
 * just started costs twice as much for its first thousand requests, because its code is still being compiled.
 */
export async function load(options: {
  readonly concurrency: number
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly work: () => Promise<void>
  readonly serverCpu: () => number
  readonly databaseCpu: () => number
}): Promise<Load> {
  const { concurrency, work } = options
  await during(concurrency, options.warmUpSeconds, work)
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

async function during(concurrency: number, seconds: number, work: () => Promise<void>): Promise<number[]> {
  const until = performance.now() + seconds * 1000
  const milliseconds: number[] = []
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < until) {
        const begun = performance.now()
        await work()
        milliseconds.push(performance.now() - begun)
      }
    }),
  )
  return milliseconds
}
