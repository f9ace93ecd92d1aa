import 'server-only'
import { z } from 'zod'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import type { DirectoryHome } from './password-home'

/**
 * Rows of new passwords that a directory was asked for, from before it was asked until its answer is known. The invariant:
 * for one account one question at a time, and a password is kept, sealed, only while the answer is open.
 *
 * @see SEC-128, REL-038
 */

/** `due`: in place of one that the directory holds for over. `renewal`: a policy asks for it. `temporary`: by the help desk. */
const kindSchema = z.enum(['change', 'due', 'renewal', 'temporary'])
export type PasswordWriteKind = z.infer<typeof kindSchema>
/** `refused`: it said no, or was not reached. `lost`: it was asked, and nobody will know what became of it. */
const stateSchema = z.enum(['writing', 'unknown', 'done', 'refused', 'lost'])
export type PasswordWriteState = z.infer<typeof stateSchema>

export type PasswordWrite = {
  readonly id: string
  readonly userId: string
  readonly kind: PasswordWriteKind
  readonly actorId: string
  /** The session that asked and stays; null where all of them end. */
  readonly sessionId: string | null
  readonly correlationId: string
  readonly isRenewed: boolean
  readonly state: PasswordWriteState
  readonly startedAt: Date
}

/** Longer than a directory is waited for: afterwards whoever asked is believed dead. */
export const askingSeconds = 60

const lookAgainSeconds = 5

/**
 * When it is looked again for an answer that is open, of what began at `startedAt`: soon, and at last when nobody asks any
 * more. Less often while another server than the asked one denies: a directory counts each of these looks as a wrong password.
 */
export function lookAgainAt(
  { isDeniedElsewhere = false }: { readonly isDeniedElsewhere?: boolean },
  startedAt: Date,
  at: Date,
): Date {
  const { deniedElsewhereSeconds, findOutSeconds, sessionSeconds } = limits.passwordReset
  const left = (startedAt.getTime() - at.getTime()) / 1000 + sessionSeconds + findOutSeconds
  const pause = isDeniedElsewhere ? Math.min(deniedElsewhereSeconds, left) : 0
  return secondsFrom(at, Math.max(lookAgainSeconds, pause))
}

/** Notes, before a directory is asked, that it is being asked. Null where another question for this account is open. */
export async function noteWrite(
  tx: Tx,
  write: Omit<PasswordWrite, 'id' | 'state' | 'startedAt'>,
  asked: { readonly home: DirectoryHome; readonly newPassword: string },
  at: Date,
): Promise<string | null> {
  if (await isBeingWritten(tx, write.userId)) return null
  const id = randomUUID()
  const { kind: _, ...home } = asked.home
  await tx.directoryPasswordWrite.createMany({
    data: [
      {
        ...{ id, ...write, startedAt: at, writingUntil: secondsFrom(at, askingSeconds) },
        homeSealed: seal(JSON.stringify(home), place(id, 'home_sealed', write.userId)),
        newPasswordSealed: seal(asked.newPassword, place(id, 'new_password_sealed', write.userId)),
      },
    ],
  })
  return id
}

/** Whether a directory is being asked for a new password of this account, by a change here or by a reset. The caller holds the person's lock. */
export async function isBeingWritten(tx: Tx, userId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ isOpen: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM directory_password_write
        WHERE user_id = ${userId}::uuid AND state IN ('writing', 'unknown'))
      OR EXISTS (SELECT 1 FROM password_reset WHERE user_id = ${userId}::uuid AND state IN ('writing', 'unknown'))
      AS "isOpen"`
  return row?.isOpen ?? false
}

/** Reads it again and holds it to the end of the transaction. The person's row is locked before it, never after. */
export async function lockWrite(tx: Tx, id: string): Promise<PasswordWrite | null> {
  await tx.$queryRaw`SELECT id FROM directory_password_write WHERE id = ${id}::uuid FOR UPDATE`
  return findWrite(tx, id)
}

export async function findWrite(tx: Tx, id: string): Promise<PasswordWrite | null> {
  const row = await tx.directoryPasswordWrite.findUnique({ where: { id } })
  return row && fromRow(row)
}

/** The newest one that this session asked for. */
export async function newestWriteOf(tx: Tx, sessionId: string): Promise<PasswordWrite | null> {
  const row = await tx.directoryPasswordWrite.findFirst({ where: { sessionId }, orderBy: { startedAt: 'desc' } })
  return row && fromRow(row)
}

const homeSchema = z.object({
  connectorId: z.string(),
  distinguishedName: z.string(),
  connectorName: z.string(),
  entryId: z.string().optional(),
})

/** What was asked, while its answer is open. */
export async function findAskedWrite(
  tx: Tx,
  id: string,
): Promise<{
  readonly userId: string
  readonly home: DirectoryHome
  readonly newPassword: string
  readonly askedServer: string | null
} | null> {
  const row = await tx.directoryPasswordWrite.findUnique({ where: { id } })
  if (!row?.homeSealed || !row.newPasswordSealed) return null
  const { connectorId, distinguishedName, connectorName, entryId } = homeSchema.parse(
    JSON.parse(unseal(row.homeSealed, place(id, 'home_sealed', row.userId))),
  )
  const home = { kind: 'directory' as const, connectorId, distinguishedName, connectorName }
  return {
    userId: row.userId,
    home: entryId === undefined ? home : { ...home, entryId },
    newPassword: unseal(row.newPasswordSealed, place(id, 'new_password_sealed', row.userId)),
    askedServer: row.askedServer,
  }
}

/**
 * Moves a write to what became of it; the password is forgotten unless nobody knows yet. `askedServer`: who did not answer;
 * without it, it stays who it was.
 */
export async function noteWriteAnswered(
  tx: Tx,
  id: string,
  state: Exclude<PasswordWriteState, 'writing'>,
  writingUntil: Date | null,
  askedServer?: string,
): Promise<void> {
  await tx.directoryPasswordWrite.updateMany({
    where: { id },
    data: {
      state,
      writingUntil,
      ...(state === 'unknown' ? { askedServer } : { askedServer: null, homeSealed: null, newPasswordSealed: null }),
    },
  })
}

/** Writes whose directory nobody waits for any more, oldest first. */
export async function listUnansweredWrites(
  tx: Tx,
  at: Date,
  limit: number,
): Promise<{ id: string; startedAt: Date }[]> {
  return tx.directoryPasswordWrite.findMany({
    where: { state: { in: ['writing', 'unknown'] }, writingUntil: { lte: at } },
    orderBy: { writingUntil: 'asc' },
    take: limit,
    select: { id: true, startedAt: true },
  })
}

/** Takes a write that nobody waits for; false when another process has it. */
export async function claimUnansweredWrite(tx: Tx, id: string, at: Date): Promise<boolean> {
  const { count } = await tx.directoryPasswordWrite.updateMany({
    where: { id, state: { in: ['writing', 'unknown'] }, writingUntil: { lte: at } },
    data: { writingUntil: secondsFrom(at, askingSeconds) },
  })
  return count === 1
}

function fromRow(row: Awaited<ReturnType<Tx['directoryPasswordWrite']['findFirstOrThrow']>>): PasswordWrite {
  const { id, userId, actorId, sessionId, correlationId, isRenewed, startedAt } = row
  const [kind, state] = [kindSchema.parse(row.kind), stateSchema.parse(row.state)]
  return { id, userId, kind, actorId, sessionId, correlationId, isRenewed, state, startedAt }
}

function place(id: string, column: string, ownerId: string) {
  return { table: 'directory_password_write', column, rowId: id, ownerId }
}
