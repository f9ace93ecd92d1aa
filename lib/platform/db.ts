import 'server-only'
import { limits } from '@/lib/limits'
import { type Database, type HeldConnection, openDatabase, send, sendUnanswered } from '@/lib/platform/database-client'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { Prisma, type PrismaClient } from '@/prisma/client/client'

/**
 * The database: one client a process, and the one way to run a transaction.
 */
export type Tx = Prisma.TransactionClient
export type { PrismaClient }

// Once a process: the entry and the framework's bundle each have a copy of this file.
const databaseKey = Symbol.for('twofold.db')
const shared = globalThis as unknown as { [databaseKey]?: Database | undefined }

/** Made at first use. */
function database(): Database {
  shared[databaseKey] ??= openDatabase(env().DATABASE_URL, connectionsOf(env().PROCESSES))
  return shared[databaseKey]
}

/** How many connections each of so many processes may hold. */
function connectionsOf(processes: number): number {
  const { connectionsMax, connectionsPerProcessMin } = limits.database
  return Math.max(connectionsPerProcessMin, Math.floor(connectionsMax / processes))
}

/** The process's client, for statements on their own. */
export function db(): PrismaClient {
  return database().client
}

export async function disconnect(): Promise<void> {
  await shared[databaseKey]?.close()
  shared[databaseKey] = undefined
}

/**
 * Runs `work` in one transaction at read committed, and again (at most three times, with jitter) when the database
 * asks for it: serialization failure or deadlock. Nothing but rows may change inside, so a retry repeats nothing.
 * `milliseconds`: how long it may take; more than the default only where nobody else waits for what it locks.
 */
export async function transaction<T>(
  work: (tx: Tx) => Promise<T>,
  milliseconds: number = limits.database.transactionMilliseconds,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(work, milliseconds)
    } catch (error) {
      const state = sqlState(error)
      if (attempt > limits.database.retriesMax || (state !== '40001' && state !== '40P01')) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 20 + Math.random() * 30))
    }
  }
}

async function once<T>(work: (tx: Tx) => Promise<T>, milliseconds: number): Promise<T> {
  const { connect, within } = database()
  const connection = await connect()
  // A connection that dies between two statements must not end the process; the next statement tells.
  const onLost = (error: Error) => log.warn('database_connection_lost', { error })
  connection.on('error', onLost)
  const held: HeldConnection = { connection, milliseconds, isOver: false }
  const startedAt = performance.now()
  let isLost = false
  try {
    // Leaves with the first statement. Where it were refused, no second one would be sent.
    send(connection, 'BEGIN').catch((error) => {
      held.error ??= error
      held.isOver = true
    })
    const answer = await work(within(held))
    held.isOver = true
    if (held.error) throw held.error
    if (performance.now() - startedAt > milliseconds) throw tooLong()
    // PostgreSQL answers COMMIT after an error with a rollback.
    const { command } = await send(connection, 'COMMIT')
    if (command !== 'COMMIT') throw held.error ?? new Error(`a transaction ended with ${command}`)
    return answer
  } catch (error) {
    held.isOver = true
    // An error that the database did not answer: the connection is lost, or still busy with the statement.
    isLost = held.error !== undefined && sqlState(held.error) === null
    if (!isLost) await send(connection, 'ROLLBACK').catch(() => (isLost = true))
    throw error
  } finally {
    held.leave?.()
    connection.off('error', onLost)
    connection.release(isLost)
  }
}

/** Locks held for so long have kept others waiting; whoever asked has long been told to try again. */
function tooLong(): Error {
  return Object.assign(new Error('a transaction took too long'), { code: 'P2028' })
}

/**
 * Sends statements that do not depend on each other over one connection, and so in one write. They are no transaction: each
 * is stored by itself, in their order. `tx` takes plain SQL only.
 */
export async function together<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  const { connect, over } = database()
  const connection = await connect()
  const onLost = (error: Error) => log.warn('database_connection_lost', { error })
  connection.on('error', onLost)
  let isLost = false
  try {
    return await work(over(connection))
  } catch (error) {
    isLost = sqlState(error) === null
    throw error
  } finally {
    connection.off('error', onLost)
    connection.release(isLost)
  }
}

/** An `INSERT`, `UPDATE` or `DELETE` that has not been sent yet. */
export type Write = Prisma.Sql

/**
 * Sends a write of which nothing is read back, and goes on: it leaves with the next statement or with the end of the
 * transaction, which fails with it. Not for a write whose error means something to its caller.
 */
export async function writeLater(tx: Tx, write: Write): Promise<void> {
  const sendLater: ((write: Write) => void) | undefined = Object(tx)[sendUnanswered]
  if (sendLater) sendLater(write)
  else await tx.$executeRaw(write)
}

/**
 * Sends several writes as one statement, as `writeLater` does. Each is without a `WITH` of its own, of rows that no other
 * of them touches or reads, and nothing is read back: their order is open. The first error is that of all.
 */
export async function writeTogether(tx: Tx, writes: readonly Write[]): Promise<void> {
  const parts = writes.map((write, place) => Prisma.sql`${Prisma.raw(`w${place}`)} AS (${write})`)
  if (parts.length > 0) await writeLater(tx, Prisma.sql`WITH ${Prisma.join(parts)} SELECT 1`)
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
