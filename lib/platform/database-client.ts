import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { limits } from '@/lib/limits'
import { log } from '@/lib/platform/log'
import { type RawQuery, statementName, statementOf } from '@/lib/platform/statement'
import type { Prisma } from '@/prisma/client/client'
import { PrismaClient } from '@/prisma/client/client'

/**
 * One pool of connections, and the clients that speak over it: one for statements on their own, and as many as are
 * needed at once for the models inside transactions, each lent to one transaction at a time.
 *
 * Transactions are begun and ended by us and not by the client of the models: its way costs more than the two
 * statements do, twice over. Plain SQL goes straight to the connection for the same reason.
 */
export type Database = {
  /** For statements on their own. */
  readonly client: PrismaClient
  readonly connect: () => Promise<pg.PoolClient>
  /** Runs `work` with a client whose every statement goes over `held`; it refuses what comes once `held` is over. */
  readonly within: <T>(held: HeldConnection, work: (client: Prisma.TransactionClient) => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}

/** The connection of a transaction, and how it is doing. */
export type HeldConnection = {
  readonly connection: pg.PoolClient
  /** Set before COMMIT or ROLLBACK is sent: what comes later would run outside the transaction. */
  isOver: boolean
  /** The first error of a statement: nothing of the transaction can be stored any more, whoever caught it. */
  error?: unknown
}

export function openDatabase(connectionString: string, connectionsMax: number): Database {
  const pool = new pg.Pool({
    connectionString,
    max: connectionsMax,
    connectionTimeoutMillis: limits.database.connectMilliseconds,
    idleTimeoutMillis: 30_000,
    statement_timeout: limits.database.statementMilliseconds,
    lock_timeout: limits.database.lockMilliseconds,
    idle_in_transaction_session_timeout: limits.database.idleInTransactionMilliseconds,
    query_timeout: limits.database.statementMilliseconds + 1000,
    application_name: 'twofold',
  })
  // A connection that dies while idle is only missing from the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn('database_connection_lost', { error }))
  // Each client listens.
  pool.setMaxListeners(connectionsMax + 10)
  const client = new PrismaClient({ adapter: new PrismaPg(pool, adapterOptions) })
  const idle: LentClient[] = []
  const lend = lending(pool, idle)
  return {
    client: withStatements(client, (query, values) => pool.query(statementOf(query, values))),
    connect: () => pool.connect(),
    within: lend,
    async close() {
      await Promise.all([client, ...idle.splice(0).map(({ models }) => models)].map((one) => one.$disconnect()))
      await pool.end()
    },
  }
}

const adapterOptions = { statementNameGenerator: ({ sql }: { sql: string }) => statementName(sql) }

/** A client of the models, and whose it is at present. */
type LentClient = { readonly models: PrismaClient; lentTo: HeldConnection | null }

function lending(pool: pg.Pool, idle: LentClient[]): Database['within'] {
  return async (held, work) => {
    // Most transactions are plain SQL and never ask for it.
    let lent: LentClient | undefined
    const models = () => {
      if (!lent) {
        lent = idle.pop() ?? newLentClient(pool)
        lent.lentTo = held
      }
      return lent.models
    }
    const send = (query: RawQuery, values: readonly unknown[]) => sendOver(held, statementOf(query, values))
    try {
      // Awaited inside: a call of a model begins only when somebody waits for it.
      return await running.run(held, async () => await work(withStatements(lazily(models), send)))
    } finally {
      if (lent) {
        lent.lentTo = null
        idle.push(lent)
      }
    }
  }
}

/**
 * Which transaction a statement of a lent client belongs to. A call that somebody forgot to wait for may come when the
 * client is lent to another: it is refused, because it still runs on behalf of the one before.
 */
const runningKey = Symbol.for('twofold.db.running')
const shared = globalThis as unknown as { [runningKey]?: AsyncLocalStorage<HeldConnection> }
shared[runningKey] ??= new AsyncLocalStorage()
const running = shared[runningKey]

function newLentClient(pool: pg.Pool): LentClient {
  const factory = new PrismaPg(pool, adapterOptions)
  const connect = factory.connect.bind(factory)
  const lent: LentClient = { models: new PrismaClient({ adapter: factory }), lentTo: null }
  const query = async (config: pg.QueryConfig) => {
    const held = running.getStore()
    if (!held || held !== lent.lentTo) throw over()
    return sendOver(held, config)
  }
  factory.connect = async () => {
    const adapter = await connect()
    // Not promised by its types: all that the adapter asks of the database goes through this member.
    Object.assign(adapter, { client: { query } })
    // What the client would do in a transaction of its own is part of the one that is open.
    const part = { options: { usePhantomQuery: true }, commit: async () => undefined, rollback: async () => undefined }
    adapter.startTransaction = async () => Object.assign(Object.create(adapter), part)
    return adapter
  }
  return lent
}

async function sendOver(held: HeldConnection, config: pg.QueryConfig): Promise<pg.QueryResult> {
  if (held.isOver) throw over()
  try {
    return await held.connection.query(config)
  } catch (error) {
    held.error ??= error
    throw error
  }
}

/** As the client of the models says it (P2028): the transaction is over, or was never this one. */
function over(): Error {
  return Object.assign(new Error('a statement came after its transaction had ended'), { code: 'P2028' })
}

/** Stands for a client that is made when a model is first asked for. */
function lazily(models: () => PrismaClient): Prisma.TransactionClient {
  return new Proxy({} as Prisma.TransactionClient, {
    get: (_, name) => Reflect.get(models(), name),
  })
}

/** The client with its plain SQL sent by `send`. */
function withStatements<Client extends Prisma.TransactionClient>(
  client: Client,
  send: (query: RawQuery, values: readonly unknown[]) => Promise<pg.QueryResult>,
): Client {
  const own: Record<string | symbol, unknown> = {
    $queryRaw: async (query: RawQuery, ...values: unknown[]) => (await send(query, values)).rows,
    $executeRaw: async (query: RawQuery, ...values: unknown[]) => (await send(query, values)).rowCount ?? 0,
  }
  return new Proxy(client, { get: (target, name) => own[name] ?? Reflect.get(target, name, target) })
}
