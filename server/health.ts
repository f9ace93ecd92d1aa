import { monitorEventLoopDelay } from 'node:perf_hooks'
import pg from 'pg'
import { clockOffset } from '@/lib/platform/clock'
import { env } from '@/lib/platform/env'
import { schemaState } from '@/lib/platform/migrations'

/** What keeps this process from serving; empty means ready. Words for the operator, shown on the machine itself only. */
export type Readiness = { readonly problems: readonly string[] }

export type Health = {
  /** Process and event loop are alive; asks nobody. @see REL-081 */
  isAlive(): boolean
  /** Fit to serve; at most one look at the database a second. @see REL-082 */
  readiness(): Promise<Readiness>
  /** From now on not ready, so that no new requests are sent here. */
  drain(): void
  stop(): Promise<void>
}

const lagMillisecondsMax = 1000
const checkMillisecondsMax = 1000
const cacheMilliseconds = 1000
const clockOffsetMillisecondsMax = 30_000

/** Watches this process; `migrations` are the names of the migrations it was built with. */
export function watchHealth(migrations: readonly string[]): Health {
  const delay = monitorEventLoopDelay({ resolution: 50 })
  delay.enable()
  const reset = setInterval(() => delay.reset(), 10_000)
  reset.unref()
  // A connection of its own: the answer must not wait behind the requests that a slow database holds up.
  const pool = new pg.Pool({
    connectionString: env().DATABASE_URL,
    max: 1,
    connectionTimeoutMillis: checkMillisecondsMax,
    query_timeout: checkMillisecondsMax,
    statement_timeout: checkMillisecondsMax,
    application_name: 'twofold readiness',
  })
  pool.on('error', () => undefined)
  let isDraining = false
  let last: { at: number; answer: Promise<Readiness> } | null = null

  const check = async (): Promise<Readiness> => {
    const problems: string[] = []
    if (Math.abs(clockOffset()) > clockOffsetMillisecondsMax) problems.push('the clock differs from the database')
    try {
      const { rows } = await pool.query<{ is_read_only: boolean }>(
        "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only",
      )
      if (rows[0]?.is_read_only !== false) problems.push('the database is read-only')
      const state = await schemaState(
        async (sql) => (await pool.query<{ migration_name: string }>(sql)).rows,
        migrations,
      )
      if (state === 'too_old') problems.push('the schema is too old: npm run migrate')
    } catch {
      problems.push('the database does not answer')
    }
    return { problems }
  }

  return {
    isAlive: () => delay.percentile(50) / 1e6 < lagMillisecondsMax,
    readiness: async () => {
      if (isDraining) return { problems: ['draining'] }
      if (last === null || Date.now() - last.at > cacheMilliseconds) last = { at: Date.now(), answer: check() }
      return await last.answer
    },
    drain: () => {
      isDraining = true
    },
    stop: async () => {
      clearInterval(reset)
      delay.disable()
      await pool.end()
    },
  }
}
