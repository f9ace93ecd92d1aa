import 'server-only'
import { z } from 'zod'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { keyedHash, sha256 } from '@/lib/platform/hash'
import { randomText, randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import {
  type PasswordReset,
  type ProvenGate,
  provenGateSchema,
  type ResetPurpose,
  type ResetRefusal,
  type ResetState,
  type ResetWay,
  resetPurposeSchema,
  resetStateSchema,
  resetWaySchema,
} from './model'
import { referenceAlphabet } from './reference'
import { forgottenAt, type ThrottleState } from './throttle'

/** Rows of resets, and what is counted for a name. */

/** What everything about a login name is counted under, known or not. */
export function subjectHashOf(userPrincipalName: string): Uint8Array<ArrayBuffer> {
  return keyedHash('CODE_KEY', 'password reset', userPrincipalName)
}

/** A method and where it leads, so that a changed number is another gate; tells neither. */
export function gateKey(methodId: string, destination: string): string {
  const hash = keyedHash('CODE_KEY', 'reset gate', methodId, destination)
  return `${methodId}:${Buffer.from(hash).subarray(0, 12).toString('base64url')}`
}

export async function insertReset(
  tx: Tx,
  reset: {
    readonly token: string
    readonly name: string
    readonly subjectHash: Uint8Array
    readonly userId: string | null
    readonly gatesAtStart: readonly string[]
    readonly purpose: ResetPurpose | null
    readonly state: ResetState
    readonly refusal: ResetRefusal | null
    readonly at: Date
  },
): Promise<{ readonly id: string; readonly reference: string }> {
  const id = randomUUID()
  const reference = randomText(referenceAlphabet, limits.passwordReset.referenceSymbols)
  const { token, name, userId, gatesAtStart, purpose, state, refusal, at } = reset
  await tx.passwordReset.createMany({
    data: [
      {
        ...{ id, userId, purpose, state, refusal, reference, startedAt: at },
        tokenHash: sha256(token),
        subjectHash: Uint8Array.from(reset.subjectHash),
        nameSealed: seal(name, place(id, 'name_sealed')),
        gatesAtStart: [...gatesAtStart],
        expiresAt: new Date(at.getTime() + limits.passwordReset.sessionSeconds * 1000),
      },
    ],
  })
  return { id, reference }
}

export async function findReset(tx: Tx, token: string): Promise<PasswordReset | null> {
  const row = await tx.passwordReset.findUnique({ where: { tokenHash: sha256(token) } })
  return row && fromRow(row)
}

export async function findResetById(tx: Tx, id: string): Promise<PasswordReset | null> {
  const row = await tx.passwordReset.findUnique({ where: { id } })
  return row && fromRow(row)
}

/** Reads the reset again and holds it to the end of the transaction. The person's row is locked before it, never after. */
export async function lockReset(tx: Tx, id: string): Promise<PasswordReset | null> {
  await tx.$queryRaw`SELECT id FROM password_reset WHERE id = ${id}::uuid FOR UPDATE`
  return findResetById(tx, id)
}

export type ResetChange = {
  readonly token?: string
  readonly purpose?: ResetPurpose
  readonly gates?: readonly ProvenGate[]
  readonly way?: ResetWay | null
  readonly challengeId?: string | null
  readonly state?: ResetState
  readonly refusal?: ResetRefusal | null
  readonly expiresAt?: Date
}

/** For a row that this transaction has locked. */
export async function changeReset(tx: Tx, id: string, change: ResetChange): Promise<void> {
  const { token, gates, ...rest } = change
  await tx.passwordReset.updateMany({
    where: { id },
    data: {
      ...rest,
      ...(token === undefined ? {} : { tokenHash: sha256(token) }),
      ...(gates === undefined ? {} : { gates: gates.map((gate) => ({ ...gate })) }),
    },
  })
}

/** A browser that begins anew leaves its old reset, unless something outside is still asked for it. */
export async function dropReset(tx: Tx, token: string): Promise<void> {
  await tx.passwordReset.deleteMany({
    where: { tokenHash: sha256(token), state: { notIn: ['writing', 'unknown'] } },
  })
}

/** Ends every other reset of the account: what they had proven was proven for a password that is no more. */
export async function dropOtherResets(tx: Tx, userId: string, exceptId: string): Promise<void> {
  await tx.passwordReset.deleteMany({
    where: { userId, id: { not: exceptId }, state: { notIn: ['writing', 'unknown'] } },
  })
}

/** What a directory was asked, kept sealed while nobody knows what became of it. */
const askedSchema = z.object({
  connectorId: z.string(),
  distinguishedName: z.string(),
  connectorName: z.string(),
  entryId: z.string().optional(),
})
export type Asked = {
  readonly home: z.infer<typeof askedSchema> & { readonly kind: 'directory' }
  /** Null when only a lock was to end. */
  readonly newPassword: string | null
}
/** `askedServer`: who was asked and did not answer; null where nobody knows. */
export type AskedBefore = Asked & { readonly askedServer: string | null }

/** Notes, before a directory is asked, that it is being asked. */
export async function noteAsked(tx: Tx, id: string, asked: Asked, writingUntil: Date): Promise<void> {
  const { kind: _, ...home } = asked.home
  await tx.passwordReset.updateMany({
    where: { id },
    data: {
      state: 'writing',
      writingUntil,
      homeSealed: seal(JSON.stringify(home), place(id, 'home_sealed')),
      newPasswordSealed: asked.newPassword === null ? null : seal(asked.newPassword, place(id, 'new_password_sealed')),
    },
  })
}

export async function findAsked(tx: Tx, id: string): Promise<AskedBefore | null> {
  const row = await tx.passwordReset.findUnique({
    where: { id },
    select: { homeSealed: true, newPasswordSealed: true, askedServer: true },
  })
  if (!row?.homeSealed) return null
  const home = askedSchema.parse(JSON.parse(unseal(row.homeSealed, place(id, 'home_sealed'))))
  const sealed = row.newPasswordSealed
  return {
    home: { kind: 'directory', ...home },
    newPassword: sealed === null ? null : unseal(sealed, place(id, 'new_password_sealed')),
    askedServer: row.askedServer,
  }
}

/** As `noteWriteAnswered`, of a reset whose directory was asked. */
export async function noteAnswered(
  tx: Tx,
  id: string,
  state: Extract<ResetState, 'open' | 'unknown' | 'done' | 'refused'>,
  writingUntil: Date | null,
  askedServer?: string,
): Promise<void> {
  await tx.passwordReset.updateMany({
    where: { id },
    data: {
      state,
      writingUntil,
      ...(state === 'unknown' ? { askedServer } : { askedServer: null, homeSealed: null, newPasswordSealed: null }),
    },
  })
}

/** Resets whose directory nobody waits for any more, oldest first. */
export async function listUnanswered(tx: Tx, at: Date, limit: number): Promise<{ id: string; startedAt: Date }[]> {
  return tx.passwordReset.findMany({
    where: { state: { in: ['writing', 'unknown'] }, writingUntil: { lte: at } },
    orderBy: { writingUntil: 'asc' },
    take: limit,
    select: { id: true, startedAt: true },
  })
}

export type Throttle = ThrottleState & {
  readonly subjectHash: Uint8Array
  readonly questionRound: number
  readonly contactedAt: Date | null
}

/** What is counted for the name, held to the end of the transaction: tries at once are judged one after the other. */
export async function lockThrottle(tx: Tx, subjectHash: Uint8Array, at: Date): Promise<Throttle> {
  const hash = Uint8Array.from(subjectHash)
  await tx.$executeRaw`
    INSERT INTO password_reset_throttle AS throttle (subject_hash, failures, starts, emails, resets, expires_at)
    VALUES (${hash}, '{}', '{}', '{}', '{}', ${at.toISOString()}::timestamptz + interval '1 day')
    ON CONFLICT (subject_hash) DO UPDATE SET subject_hash = excluded.subject_hash`
  const row = await tx.passwordResetThrottle.findUniqueOrThrow({ where: { subjectHash: hash } })
  return row
}

export async function readThrottle(tx: Tx, subjectHash: Uint8Array): Promise<Throttle | null> {
  return tx.passwordResetThrottle.findUnique({ where: { subjectHash: Uint8Array.from(subjectHash) } })
}

export async function writeThrottle(
  tx: Tx,
  subjectHash: Uint8Array,
  state: ThrottleState,
  more: { readonly questionRound?: number; readonly contactedAt?: Date },
  at: Date,
): Promise<void> {
  const { failures, starts, emails, resets, lockedUntil } = state
  await tx.passwordResetThrottle.updateMany({
    where: { subjectHash: Uint8Array.from(subjectHash) },
    data: {
      failures: [...failures],
      starts: [...starts],
      emails: [...emails],
      resets: [...resets],
      lockedUntil,
      expiresAt: forgottenAt(state, at),
      ...more,
    },
  })
}

type Row = Awaited<ReturnType<Tx['passwordReset']['findFirstOrThrow']>>

function fromRow(row: Row): PasswordReset {
  return {
    id: row.id,
    subjectHash: row.subjectHash,
    userId: row.userId,
    name: unseal(row.nameSealed, place(row.id, 'name_sealed')),
    purpose: row.purpose === null ? null : resetPurposeSchema.parse(row.purpose),
    gates: z.array(provenGateSchema).parse(row.gates),
    gatesAtStart: z.array(z.string()).parse(row.gatesAtStart),
    way: row.way === null ? null : resetWaySchema.parse(row.way),
    challengeId: row.challengeId,
    state: resetStateSchema.parse(row.state),
    refusal: row.refusal as ResetRefusal | null,
    reference: row.reference,
    startedAt: row.startedAt,
    expiresAt: row.expiresAt,
  }
}

function place(id: string, column: string) {
  return { table: 'password_reset', column, rowId: id, ownerId: '' }
}

/** Takes a reset that nobody waits for; false when another process has it. */
export async function claimUnanswered(tx: Tx, id: string, at: Date, until: Date): Promise<boolean> {
  const { count } = await tx.passwordReset.updateMany({
    where: { id, state: { in: ['writing', 'unknown'] }, writingUntil: { lte: at } },
    data: { writingUntil: until },
  })
  return count === 1
}

/** The enabled holders of any of these roles, by name, with the address that messages about work go to. */
export async function listHolders(
  tx: Tx,
  roleIds: readonly string[],
  limit: number,
): Promise<{ id: string; mail: string | null; userPrincipalName: string }[]> {
  return tx.user.findMany({
    where: { accountEnabled: true, roleAssignments: { some: { roleId: { in: [...roleIds] } } } },
    orderBy: [{ displayName: 'asc' }, { id: 'asc' }],
    take: limit,
    select: { id: true, mail: true, userPrincipalName: true },
  })
}
