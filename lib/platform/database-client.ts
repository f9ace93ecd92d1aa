import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Writable } from 'node:stream'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { limits } from '@/lib/limits'
import { log } from '@/lib/platform/log'
import { type RawQuery, statementName, statementOf } from '@/lib/platform/statement'
import type { Prisma } from '@/prisma/client/client'
import { PrismaClient } from '@/prisma/client/client'

/**
 * One pool of connections and the client of the models over it.
 *
 * Transactions are begun and ended by us and not by the client: its way costs more than the two statements do, twice
 * over. Where models are used inside one, the client takes part in it. Plain SQL goes straight to the connection.
 */
export type Database = {
  /** For statements on their own. */
  readonly client: PrismaClient
  readonly connect: () => Promise<pg.PoolClient>
  /** What speaks over `held` alone, and refuses what comes once `held` is over. */
  readonly within: (held: HeldConnection) => Prisma.TransactionClient
  /** What speaks over `connection` as it is, in plain SQL. */
  readonly over: (connection: pg.PoolClient) => Prisma.TransactionClient
  readonly close: () => Promise<void>
}

/** The connection of a transaction, and how it is doing. */
export type HeldConnection = {
  readonly connection: pg.PoolClient
  /** How long it may take. */
  readonly milliseconds: number
  /** Ends the client's part, when it takes any. */
  leave?: () => void
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
    // Several statements of one transaction may be on their way at a time (`send`).
    pipeline: true,
  })
  // A connection that dies while idle is only missing from the pool; without a listener it would end the process.
  pool.on('error', (error) => log.warn('database_connection_lost', { error }))
  const client = new PrismaClient({ adapter: takingPart(new PrismaPg(pool, adapterOptions)) })
  return {
    client: withStatements(client, (query, values) => pool.query(statementOf(query, values))),
    connect: () => pool.connect(),
    within: (held) =>
      withStatements(lazily(client, held), (query, values) => sendOver(held, statementOf(query, values)), {
        [sendUnanswered]: (query: RawQuery) => sendUnansweredOver(held, statementOf(query, [])),
      }),
    over: (connection) =>
      withStatements({} as Prisma.TransactionClient, (query, values) => send(connection, statementOf(query, values))),
    close: () => client.$disconnect(),
  }
}

const adapterOptions = {
  statementNameGenerator: ({ sql }: { sql: string }) => statementName(sql),
  disposeExternalPool: true,
}

// Once a process: the entry and the framework's bundle each have a copy of this file, and the client is one.
const joiningKey = Symbol.for('twofold.db.joining')
const shared = globalThis as unknown as { [joiningKey]?: AsyncLocalStorage<HeldConnection> }
shared[joiningKey] ??= new AsyncLocalStorage()
const joining = shared[joiningKey]

/** The adapter of a client that can take part in a transaction that is open already. */
function takingPart(factory: PrismaPg): PrismaPg {
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    const startTransaction = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) => {
      const held = joining.getStore()
      if (!held) return startTransaction(isolationLevel)
      // Beginning and ending are not the client's. Not promised by its types: what it asks of the database goes
      // through the member `client`.
      return Object.assign(Object.create(adapter), {
        client: { query: (config: pg.QueryConfig) => sendOver(held, config) },
        options: { usePhantomQuery: true },
        commit: async () => undefined,
        rollback: async () => undefined,
      })
    }
    return adapter
  }
  return factory
}

/** The models of `client`, which joins when the first of them is asked for: most transactions are plain SQL. */
function lazily(client: PrismaClient, held: HeldConnection): Prisma.TransactionClient {
  let joined: Promise<Prisma.TransactionClient> | undefined
  const join = () => {
    joined ??= new Promise((resolve, reject) => {
      const stay = new Promise<void>((leave) => {
        held.leave = leave
      })
      const part = (tx: Prisma.TransactionClient) => {
        resolve(tx)
        return stay
      }
      joining.run(held, () => client.$transaction(part, { timeout: held.milliseconds })).catch(reject)
    })
    return joined
  }
  const modelOf = (name: string | symbol) =>
    new Proxy({} as Record<string | symbol, unknown>, {
      get:
        (_, method) =>
        async (...values: unknown[]) => {
          if (held.isOver) throw over()
          const model = Reflect.get(await join(), name)
          return await model[method](...values)
        },
    })
  return new Proxy({} as Prisma.TransactionClient, { get: (_, name) => modelOf(name) })
}

/**
 * Sends a statement without waiting for the answers to those before it, which the database takes in their order. What is
 * sent before the program waits leaves in one write: a wake-up costs both sides more than a small statement does.
 */
export function send(connection: pg.PoolClient, statement: pg.QueryConfig | string): Promise<pg.QueryResult> {
  // Not promised by the driver's types. It gathers the messages of one statement by the same means.
  const { stream } = (connection as unknown as { readonly connection: { readonly stream: Writable } }).connection
  stream.cork()
  process.nextTick(() => stream.uncork())
  return connection.query(statement)
}

async function sendOver(held: HeldConnection, config: pg.QueryConfig): Promise<pg.QueryResult> {
  if (held.isOver) throw held.error ?? over()
  try {
    return await send(held.connection, config)
  } catch (error) {
    held.error ??= error
    throw error
  }
}

/**
 * How a transaction's client sends a statement of whose answer nothing is wanted; absent outside of transactions. The same
 * for both copies of this file.
 */
export const sendUnanswered = Symbol.for('twofold.db.send_unanswered')

/** An error stays with the connection: the database takes nothing more of the transaction, and its end tells. */
function sendUnansweredOver(held: HeldConnection, config: pg.QueryConfig): void {
  if (held.isOver) throw over()
  sendOver(held, config).catch(() => undefined)
}

/** As the client of the models says it (P2028): the transaction is over, or was never this one. */
function over(): Error {
  return Object.assign(new Error('a statement came after its transaction had ended'), { code: 'P2028' })
}

/** The client with its plain SQL sent by `send`. */
function withStatements<Client extends Prisma.TransactionClient>(
  client: Client,
  send: (query: RawQuery, values: readonly unknown[]) => Promise<pg.QueryResult>,
  more: Readonly<Record<symbol, unknown>> = {},
): Client {
  const own: Record<string | symbol, unknown> = {
    ...more,
    $queryRaw: async (query: RawQuery, ...values: unknown[]) => (await send(query, values)).rows,
    $executeRaw: async (query: RawQuery, ...values: unknown[]) => (await send(query, values)).rowCount ?? 0,
  }
  return new Proxy(client, { get: (target, name) => own[name] ?? Reflect.get(target, name, target) })
}
