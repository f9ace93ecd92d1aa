import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import { limits } from '@/lib/limits'
import { env } from '@/lib/platform/env'
import type { Prisma } from '@/prisma/client/client'
import { PrismaClient } from '@/prisma/client/client'

/**
 * The database: one client a process, and the one way to run a transaction.
 */
export type Tx = Prisma.TransactionClient
export type { PrismaClient }

const key = Symbol.for('twofold.db')
const store = globalThis as unknown as Record<symbol, PrismaClient | undefined>

export function createClient(connectionString: string, connectionsMax = 10): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(
      {
        connectionString,
        max: connectionsMax,
        connectionTimeoutMillis: 2000,
        idleTimeoutMillis: 30_000,
        statement_timeout: limits.database.statementMilliseconds,
        lock_timeout: limits.database.lockMilliseconds,
        idle_in_transaction_session_timeout: limits.database.idleInTransactionMilliseconds,
        query_timeout: limits.database.statementMilliseconds + 1000,
        application_name: 'twofold',
      },
      { statementNameGenerator: ({ sql }) => statementName(sql) },
    ),
  })
}

const statementNames = new Map<string, string>()

/**
 * A named statement is planned once a connection and not at each use: that is half of the database's work. Not for
 * `SELECT *`, whose plan a later column breaks, and not without end: statements with long lists come in many lengths.
 */
function statementName(sql: string): string {
  const known = statementNames.get(sql)
  if (known !== undefined) return known
  const isFixed = statementNames.size < limits.database.preparedStatementsMax && !/(SELECT|,|\.)\s*\*/i.test(sql)
  if (!isFixed) return ''
  const name = `s${statementNames.size}`
  statementNames.set(sql, name)
  return name
}

/** The process's client; made at first use. */
export function db(): PrismaClient {
  store[key] ??= createClient(env().DATABASE_URL)
  return store[key]
}

export async function disconnect(): Promise<void> {
  await store[key]?.$disconnect()
  store[key] = undefined
}

/**
 * Runs `work` in one transaction at read committed, and again (at most three times, with jitter) when the database
 * asks for it: serialization failure or deadlock. Nothing but rows may change inside, so a retry repeats nothing.
 */
export async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db().$transaction(work, { maxWait: 2000, timeout: 10_000 })
    } catch (error) {
      const state = sqlState(error)
      if (attempt > limits.database.retriesMax || (state !== '40001' && state !== '40P01')) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 20 + Math.random() * 30))
    }
  }
}

/** The SQLSTATE of a database error, or null. Prisma's own codes differ by the call that failed; this one does not. */
export function sqlState(error: unknown): string | null {
  const cause = (error as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } } | null)?.meta
    ?.driverAdapterError?.cause?.originalCode
  if (typeof cause === 'string') return cause
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code) ? code : null
}

/** Whether a unique constraint refused the write. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505' || (error as { code?: unknown } | null)?.code === 'P2002'
}

const busyStates = new Set(['55P03', '57014', '57P01', '57P03', '53300', '53100', '25006', '08006', '08001'])

/**
 * `busy`: nothing happened, try again. `unknown`: the connection died and the answer to COMMIT may have been lost.
 * `bug`: neither; the error is ours.
 */
export function classifyDatabaseError(error: unknown): 'busy' | 'unknown' | 'bug' {
  const state = sqlState(error)
  const code = (error as { code?: unknown } | null)?.code
  if (state !== null) return busyStates.has(state) || state === '40001' || state === '40P01' ? 'busy' : 'bug'
  if (code === 'P1001' || code === 'P1000' || code === 'P2028' || code === 'P2034') return 'busy'
  const message = error instanceof Error ? error.message : ''
  if (message.includes('timeout exceeded when trying to connect') || message.includes('ECONNREFUSED')) return 'busy'
  if (message.includes('Connection terminated') || message.includes('connection error')) return 'unknown'
  return 'bug'
}
