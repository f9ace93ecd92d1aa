import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { limits } from '@/lib/limits'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { type RawQuery, statementName, statementOf } from '@/lib/platform/statement'
import { Prisma, PrismaClient } from '@/prisma/client/client'

/**
 * The database: one client a process, and the one way to run a transaction.
 *
 * The client of the models opens transactions and answers the model calls. Plain SQL (`$queryRaw`, `$executeRaw`) goes
 * straight to the connection: the client's own way of running it costs more than the statement itself, and a
 * registration has twenty.
 */
export type Tx = Prisma.TransactionClient
export type { PrismaClient }

// Once a process: the entry and the framework's bundle each have a copy of this file.
const clientKey = Symbol.for('twofold.db')
const startingKey = Symbol.for('twofold.db.starting')
const shared = globalThis as unknown as {
  [clientKey]?: PrismaClient | undefined
  [startingKey]?: AsyncLocalStorage<HeldConnection>
}

export function createClient(connectionString: string, connectionsMax = 10): PrismaClient {
  const pool = new pg.Pool({
    connectionString,
    max: connectionsMax,
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 30_000,
    statement_timeout: limits.database.statementMilliseconds,
    lock_timeout: limits.database.lockMilliseconds,
    idle_in_transaction_session_timeout: limits.database.idleInTransactionMilliseconds,
    query_timeout: limits.database.statementMilliseconds + 1000,
    application_name: 'twofold',
  })
  // A connection that dies while idle is only missing from the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn('database_connection_lost', { error }))
  const adapter = new PrismaPg(pool, {
    statementNameGenerator: ({ sql }) => statementName(sql),
    disposeExternalPool: true,
  })
  return withStatements(new PrismaClient({ adapter: tracking(adapter) }), () => pool)
}

/** The process's client; made at first use. */
export function db(): PrismaClient {
  shared[clientKey] ??= createClient(env().DATABASE_URL)
  return shared[clientKey]
}

export async function disconnect(): Promise<void> {
  await shared[clientKey]?.$disconnect()
  shared[clientKey] = undefined
}

/**
 * Runs `work` in one transaction at read committed, and again (at most three times, with jitter) when the database
 * asks for it: serialization failure or deadlock. Nothing but rows may change inside, so a retry repeats nothing.
 */
export async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const held: HeldConnection = {}
      return await starting.run(held, () =>
        db().$transaction(async (tx) => {
          if (!held.client) throw new Error('the connection of a transaction is not known')
          const answer = await work(withStatements(tx, () => held.client ?? null, held))
          // PostgreSQL answers COMMIT after an error with a rollback that the client does not notice.
          if (held.error) throw held.error
          return answer
        }, limitsOfTransaction),
      )
    } catch (error) {
      const state = sqlState(error)
      if (attempt > limits.database.retriesMax || (state !== '40001' && state !== '40P01')) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 20 + Math.random() * 30))
    }
  }
}

/** An `INSERT`, `UPDATE` or `DELETE` that has not been sent yet. */
export type Write = Prisma.Sql

/**
 * Sends several writes as one statement. Each is without a `WITH` of its own, of rows that no other of them touches or
 * reads, and nothing is read back: their order is open. The first error is that of all.
 */
export async function writeTogether(tx: Tx, writes: readonly Write[]): Promise<void> {
  const parts = writes.map((write, place) => Prisma.sql`${Prisma.raw(`w${place}`)} AS (${write})`)
  if (parts.length > 0) await tx.$executeRaw`WITH ${Prisma.join(parts)} SELECT 1`
}

const limitsOfTransaction = { maxWait: 2000, timeout: 10_000 }

type HeldConnection = {
  /** From BEGIN until the end is asked for; null afterwards. */
  client?: pg.ClientBase | null
  /** Of a plain statement: nothing of the transaction can be stored any more, whoever caught it. */
  error?: unknown
}
shared[startingKey] ??= new AsyncLocalStorage()
const starting = shared[startingKey]

/**
 * Tells `transaction` on which connection it runs. The connection is let go before COMMIT or ROLLBACK is sent: what
 * comes later would run outside the transaction, so it is left to the client, which refuses it.
 */
function tracking(factory: PrismaPg): PrismaPg {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    const startTransaction = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) => {
      const transaction = await startTransaction(isolationLevel)
      const held = starting.getStore()
      if (held) {
        held.client = (transaction as unknown as { client: pg.ClientBase }).client
        const executeRaw = transaction.executeRaw.bind(transaction)
        transaction.executeRaw = (query) => {
          if (query.sql === 'COMMIT' || query.sql === 'ROLLBACK') held.client = null
          return executeRaw(query)
        }
      }
      return transaction
    }
    return adapter
  }
  return factory
}

/** The client with its plain SQL sent over `connection`, or by itself where there is none. */
function withStatements<Client extends Tx>(
  client: Client,
  connection: () => pg.Pool | pg.ClientBase | null,
  held?: HeldConnection,
): Client {
  const send = async (found: pg.Pool | pg.ClientBase, query: RawQuery, values: readonly unknown[]) => {
    try {
      return await found.query(statementOf(query, values))
    } catch (error) {
      if (held) held.error = error
      throw error
    }
  }
  const own: Record<string | symbol, unknown> = {
    $queryRaw: async (query: RawQuery, ...values: unknown[]) => {
      const found = connection()
      return found ? (await send(found, query, values)).rows : client.$queryRaw(query, ...values)
    },
    $executeRaw: async (query: RawQuery, ...values: unknown[]) => {
      const found = connection()
      return found ? ((await send(found, query, values)).rowCount ?? 0) : client.$executeRaw(query, ...values)
    },
  }
  return new Proxy(client, {
    get: (target, name) => own[name] ?? Reflect.get(target, name, target),
  })
}

/** The SQLSTATE of a database error, or null. Prisma's own codes differ by the call that failed; this one does not. */
export function sqlState(error: unknown): string | null {
  const cause = (error as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } } | null)?.meta
    ?.driverAdapterError?.cause?.originalCode
  if (typeof cause === 'string') return cause
  // The driver's own error, of plain SQL; a socket's error has a code too, but no severity.
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown }
  return typeof code === 'string' && typeof severity === 'string' ? code : null
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
  if (message.includes('timeout exceeded when trying to connect')) return 'busy'
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || message.includes('ECONNREFUSED')) return 'busy'
  if (message.includes('Connection terminated') || message.includes('connection error')) return 'unknown'
  if (code === 'ECONNRESET' || code === 'EPIPE' || message === 'Query read timeout') return 'unknown'
  return 'bug'
}
