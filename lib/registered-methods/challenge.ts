import 'server-only'
import { type Tx, type Write, writeLater } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import type { CallAnswer, Challenge, ChallengeKind, ChallengePurpose } from './model'

/**
 * Pending ceremonies. One of a kind and purpose at a time in a session: a new start replaces the pending one. What the
 * finish needs is sealed to the row, so a dump of the table tells no secret and no destination.
 */
export type NewChallenge = {
  readonly sessionId: string | null
  readonly userId: string | null
  readonly browserHash?: Uint8Array | null
  readonly kind: ChallengeKind
  readonly purpose: ChallengePurpose
  readonly methodId?: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly codeHash?: (challengeId: string) => Uint8Array
  readonly codeExpiresAt?: Date
  readonly sends?: number
  readonly expiresAt: Date
  readonly at: Date
}

/** Opens a ceremony and answers its id; a pending one of the same session, kind and purpose ends. */
export async function openChallenge(tx: Tx, challenge: NewChallenge): Promise<string> {
  const { id, write } = openingOfChallenge(challenge)
  await writeLater(tx, write)
  return id
}

/** The write of `openChallenge`, for a statement that makes others too, and the id. */
export function openingOfChallenge(challenge: NewChallenge): { readonly id: string; readonly write: Write } {
  const id = randomUUID()
  const bytes = (value: Uint8Array | null | undefined) => (value ? Uint8Array.from(value) : null)
  const text = (instant: Date | null | undefined) => instant?.toISOString() ?? null
  const dataSealed = seal(JSON.stringify(challenge.data), place(id, challenge.userId))
  // One statement: of two starts at once the later one stands, and neither fails. Without a session nothing conflicts.
  const write = Prisma.sql`
    INSERT INTO challenge (id, session_id, user_id, browser_hash, kind, purpose, method_id, data_sealed, code_hash, sends,
      last_sent_at, code_expires_at, created_at, expires_at)
    VALUES (${id}::uuid, ${challenge.sessionId}::uuid, ${challenge.userId}::uuid, ${bytes(challenge.browserHash)},
      ${challenge.kind}, ${challenge.purpose}, ${challenge.methodId ?? null}::uuid, ${dataSealed},
      ${bytes(challenge.codeHash?.(id))}, ${challenge.sends ?? 0}, ${challenge.sends ? text(challenge.at) : null}::timestamptz,
      ${text(challenge.codeExpiresAt)}::timestamptz, ${text(challenge.at)}::timestamptz,
      ${text(challenge.expiresAt)}::timestamptz)
    ON CONFLICT (session_id, kind, purpose) DO UPDATE SET
      id = excluded.id, user_id = excluded.user_id, browser_hash = excluded.browser_hash, method_id = excluded.method_id,
      data_sealed = excluded.data_sealed, code_hash = excluded.code_hash, attempts = 0, sends = excluded.sends,
      last_sent_at = excluded.last_sent_at, code_expires_at = excluded.code_expires_at,
      created_at = excluded.created_at, expires_at = excluded.expires_at, consumed_at = NULL, answer = NULL,
      answered_at = NULL`
  return { id, write }
}

/** Of one kind and purpose a session has one ceremony at most. */
export type CeremonyOf = { readonly kind: ChallengeKind; readonly purpose: ChallengePurpose }

/** The pending ceremony of this session, kind and purpose; null when none is open at `at`. */
export async function findChallenge(
  tx: Tx,
  session: CeremonyOf & { readonly sessionId: string },
  at: Date,
): Promise<Challenge | null> {
  const found = await findUnexpired(tx, session, at)
  return found?.consumedAt === null ? found : null
}

/** As `findChallenge`, also one that is used up. Who holds the person's lock may go by it: no other request ends it. */
export async function findUnexpired(
  tx: Tx,
  session: CeremonyOf & { readonly sessionId: string },
  at: Date,
): Promise<Challenge | null> {
  const [row] = await tx.$queryRaw<ChallengeRow[]>`
    SELECT ${challengeColumns} FROM challenge
    WHERE session_id = ${session.sessionId}::uuid AND kind = ${session.kind} AND purpose = ${session.purpose}`
  return row && row.expiresAt > at ? fromRow(row) : null
}

/** The write of an attempt at a ceremony that was found under the person's lock; with `consumedAt` it was the last. */
export function attemptAt({ id }: Pick<Challenge, 'id'>, consumedAt: Date | null = null): Write {
  return Prisma.sql`
    UPDATE challenge SET attempts = attempts + 1, consumed_at = ${consumedAt?.toISOString() ?? null}::timestamptz
    WHERE id = ${id}::uuid`
}

/**
 * Whether the ceremony was used up and might still be open otherwise. Where using it up and storing are one transaction,
 * as with codes, this says that what it was for is there.
 */
export async function isChallengeUsed(
  tx: Tx,
  session: CeremonyOf & { readonly sessionId: string },
  at: Date,
): Promise<boolean> {
  const { sessionId, kind, purpose } = session
  const used = { sessionId, kind, purpose, consumedAt: { not: null }, expiresAt: { gt: at } }
  return (await tx.challenge.count({ where: used })) > 0
}

/** A ceremony of somebody who has not said who they are, found by its id and the browser that began it. */
export async function findAnonymousChallenge(
  tx: Tx,
  id: string,
  browserHash: Uint8Array,
  kind: ChallengeKind,
  at: Date,
): Promise<Challenge | null> {
  if (!isUuid(id)) return null
  const row = await tx.challenge.findFirst({
    where: {
      id,
      sessionId: null,
      userId: null,
      kind,
      browserHash: Uint8Array.from(browserHash),
      consumedAt: null,
      expiresAt: { gt: at },
    },
  })
  return row ? fromRow(row) : null
}

/**
 * Spends one attempt, in one statement that also refuses a used, expired or exhausted ceremony: however many guesses
 * arrive at once, at most `attemptsMax` are judged. False: nothing is left to judge.
 */
export async function spendAttempt(tx: Tx, id: string, attemptsMax: number, at: Date): Promise<boolean> {
  const instant = at.toISOString()
  const count = await tx.$executeRaw`
    UPDATE challenge SET attempts = attempts + 1
    WHERE id = ${id}::uuid AND consumed_at IS NULL AND attempts < ${attemptsMax} AND expires_at > ${instant}::timestamptz`
  return count === 1
}

/** `findChallenge` and `spendAttempt` in one: the pending ceremony with one attempt less, null when there is nothing to judge. */
export async function takeAttempt(
  tx: Tx,
  session: CeremonyOf & { readonly sessionId: string },
  attemptsMax: number,
  at: Date,
): Promise<Challenge | null> {
  const instant = at.toISOString()
  const [row] = await tx.$queryRaw<ChallengeRow[]>`
    UPDATE challenge SET attempts = attempts + 1
    WHERE session_id = ${session.sessionId}::uuid AND kind = ${session.kind} AND purpose = ${session.purpose}
      AND consumed_at IS NULL AND attempts < ${attemptsMax} AND expires_at > ${instant}::timestamptz
    RETURNING ${challengeColumns}`
  return row ? fromRow(row) : null
}

/** The ceremony of a password reset, which keeps its id; also one that is over for its code (`codeExpiresAt`). */
export async function findResetChallenge(tx: Tx, id: string | null, at: Date): Promise<Challenge | null> {
  if (id === null || !isUuid(id)) return null
  const [row] = await tx.$queryRaw<ChallengeRow[]>`
    SELECT ${challengeColumns} FROM challenge WHERE id = ${id}::uuid AND purpose = 'passwordReset'`
  return row && row.consumedAt === null && row.expiresAt > at ? fromRow(row) : null
}

/** Ends whatever of this person was begun and waits for its answer. */
export async function dropChallengesOf(tx: Tx, userId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM challenge WHERE user_id = ${userId}::uuid
      OR session_id IN (SELECT id FROM session WHERE user_id = ${userId}::uuid)`
}

/** The open ceremony of a call, by its id alone: whoever asks shows the secret of its address. */
export async function findCall(tx: Tx, id: string, at: Date): Promise<Challenge | null> {
  if (!isUuid(id)) return null
  const [row] = await tx.$queryRaw<ChallengeRow[]>`
    SELECT ${challengeColumns} FROM challenge
    WHERE id = ${id}::uuid AND kind = 'voice' AND purpose IN ('signIn', 'passwordReset')`
  return row && row.consumedAt === null && row.expiresAt > at ? fromRow(row) : null
}

/** Notes what a call was answered with; true for the first answer, and only while one counts. */
export async function answerCall(tx: Tx, id: string, answer: CallAnswer, at: Date): Promise<boolean> {
  const instant = at.toISOString()
  const count = await tx.$executeRaw`
    UPDATE challenge SET answer = ${answer}, answered_at = ${instant}::timestamptz
    WHERE id = ${id}::uuid AND kind = 'voice' AND answer IS NULL AND consumed_at IS NULL
      AND code_expires_at > ${instant}::timestamptz`
  return count === 1
}

/** Uses the ceremony up; true for the one caller who did. */
export async function consumeChallenge(tx: Tx, id: string, at: Date): Promise<boolean> {
  const instant = at.toISOString()
  const count = await tx.$executeRaw`
    UPDATE challenge SET consumed_at = ${instant}::timestamptz
    WHERE id = ${id}::uuid AND consumed_at IS NULL AND expires_at > ${instant}::timestamptz`
  return count === 1
}

/** Puts a newer code in the place of the older one, which dies; attempts go on counting. */
export async function replaceCode(
  tx: Tx,
  challenge: Challenge,
  code: { readonly hash: Uint8Array; readonly expiresAt: Date },
  at: Date,
): Promise<boolean> {
  const { count } = await tx.challenge.updateMany({
    where: { id: challenge.id, consumedAt: null, sends: challenge.sends },
    data: {
      codeHash: Uint8Array.from(code.hash),
      codeExpiresAt: code.expiresAt,
      sends: { increment: 1 },
      lastSentAt: at,
    },
  })
  return count === 1
}

/** Remembers which message carried the last code, so that the page can say how far it has come. */
export async function noteMessage(
  tx: Tx,
  challenge: Pick<Challenge, 'id' | 'userId' | 'data'>,
  messageId: string,
): Promise<void> {
  const data = JSON.stringify({ ...challenge.data, messageId })
  await tx.challenge.updateMany({
    where: { id: challenge.id },
    data: { dataSealed: seal(data, place(challenge.id, challenge.userId)) },
  })
}

export async function dropChallenge(tx: Tx, session: CeremonyOf & { readonly sessionId: string }): Promise<void> {
  await tx.challenge.deleteMany({ where: session })
}

const challengeColumns = Prisma.sql`id::text, session_id::text AS "sessionId", user_id::text AS "userId",
  browser_hash AS "browserHash", kind, purpose, method_id::text AS "methodId", data_sealed AS "dataSealed",
  code_hash AS "codeHash", answer, answered_at AS "answeredAt", attempts, sends, last_sent_at AS "lastSentAt", code_expires_at AS "codeExpiresAt",
  created_at AS "createdAt", expires_at AS "expiresAt", consumed_at AS "consumedAt"`

type ChallengeRow = Awaited<ReturnType<Tx['challenge']['findFirstOrThrow']>>

function fromRow(row: ChallengeRow): Challenge {
  return {
    id: row.id,
    sessionId: row.sessionId,
    userId: row.userId,
    kind: row.kind as ChallengeKind,
    purpose: row.purpose as ChallengePurpose,
    methodId: row.methodId,
    data: JSON.parse(unseal(row.dataSealed, place(row.id, row.userId))) as Record<string, unknown>,
    codeHash: row.codeHash,
    answer: row.answer as CallAnswer | null,
    attempts: row.attempts,
    sends: row.sends,
    lastSentAt: row.lastSentAt,
    codeExpiresAt: row.codeExpiresAt,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    consumedAt: row.consumedAt,
  }
}

function place(id: string, userId: string | null) {
  return { table: 'challenge', column: 'data_sealed', rowId: id, ownerId: userId ?? '' }
}
