import { AsyncLocalStorage } from 'node:async_hooks'
import { createClient } from '@/lib/platform/db'
import { startPostgres } from '@/scripts/embedded-postgres.mjs'

const s = await startPostgres({ directory: '/tmp/mb/pg', password: 'x', flags: [] })
const p = createClient(s.url('postgres'))
const als = [1, 2, 3, 4, 5, 6].map(() => new AsyncLocalStorage())
const within = (f: () => Promise<void>) => als.reduceRight<() => Promise<void>>((g, a) => () => a.run({}, g), f)()
const N = 2000
const meas = async (name: string, f: () => Promise<unknown>) => {
  for (let i = 0; i < 1500; i++) await f()
  for (let r = 0; r < 2; r++) {
    const t = process.cpuUsage()
    for (let i = 0; i < N; i++) await f()
    const u = process.cpuUsage(t)
    console.log(name, 'cpu us', ((u.user + u.system) / N).toFixed(0))
  }
}
await within(async () => {
  await meas('raw', () => p.$queryRaw`select ${'hello'}::text as a, ${5}::int as b, now() as c`)
  await meas('tx0', () => p.$transaction(async () => 1))
  await meas('tx10 (whole)', () =>
    p.$transaction(async (tx) => {
      for (let i = 0; i < 10; i++) await tx.$queryRaw`select ${'hello'}::text as a, ${5}::int as b, now() as c`
    }),
  )
  await meas('txexec10 (whole)', () =>
    p.$transaction(async (tx) => {
      for (let i = 0; i < 10; i++) await tx.$executeRaw`select ${'hello'}::text as a, ${5}::int as b, now() as c`
    }),
  )
})
await s.stop()
process.exit()
