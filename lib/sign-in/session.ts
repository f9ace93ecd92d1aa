import 'server-only'
import type { Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import { loadOwnerWith } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { sha256 } from '@/lib/platform/hash'
import { randomToken, randomUUID } from '@/lib/platform/random'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import { proofsSchema, type Session, type SessionStage, type SessionSummary } from './model'

/** Rows of signed-in browsers: made, raised (with a new id each time), read, ended. */

export type SessionOrigin = { readonly clientAddress: string | null; readonly userAgent: string | null }
type IssuedSession = { readonly session: Session; readonly token: string; readonly adminToken: string | null }

/** Opens a session after a first factor. The caller puts the token into the cookie; only its hash is kept. */
export async function createSession(
  tx: Tx,
  input: {
    readonly userId: string
    readonly proof: Proof
    readonly returnTo: string | null
    /** A session born from a pass ends with the pass at the latest. */
    readonly endsAt?: Date
    readonly origin: SessionOrigin
    readonly at: Date
  },
): Promise<IssuedSession> {
  const token = randomToken(limits.session.idBytes)
  const ends = input.at.getTime() + limits.session.firstFactorSeconds * 1000
  const row = await tx.session.create({
    data: {
      tokenHash: sha256(token),
      userId: input.userId,
      stage: 'firstFactor',
      proofs: [input.proof],
      returnTo: input.returnTo,
      correlationId: randomUUID(),
      clientAddress: input.origin.clientAddress,
      userAgent: input.origin.userAgent?.slice(0, 512) ?? null,
      createdAt: input.at,
      lastSeenAt: input.at,
      expiresAt: new Date(Math.min(ends, input.endsAt?.getTime() ?? ends)),
    },
  })
  await endOldest(tx, input.userId)
  return { session: fromRow(row), token, adminToken: null }
}

async function endOldest(tx: Tx, userId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM session WHERE id IN (
      SELECT id FROM session WHERE user_id = ${userId}::uuid
      ORDER BY created_at DESC OFFSET ${limits.session.perUserMax}::int)`
}

/**
 * Gives the session a new id, and with it what it has risen to; the old id is dead at once. Null when the session has
 * ended meanwhile.
 */
export async function raiseSession(
  tx: Tx,
  session: Session,
  change: {
    readonly proofs?: readonly Proof[]
    readonly stage?: SessionStage
    /** Administrators live shorter and get the admin area's own cookie. */
    readonly lifetime?: { readonly isAdministrator: boolean; readonly opensAdminArea: boolean; readonly endsAt?: Date }
  },
  at: Date,
): Promise<IssuedSession | null> {
  const token = randomToken(limits.session.idBytes)
  const adminToken = change.lifetime?.opensAdminArea ? randomToken(limits.session.idBytes) : null
  const rows = await tx.session.updateManyAndReturn({
    where: { id: session.id, expiresAt: { gt: at } },
    data: {
      tokenHash: sha256(token),
      lastSeenAt: at,
      ...(change.proofs ? { proofs: [...change.proofs] } : {}),
      ...(change.stage ? { stage: change.stage } : {}),
      ...(adminToken ? { adminTokenHash: sha256(adminToken) } : {}),
      ...(change.lifetime ? lifetimeOf(session, change.stage ?? session.stage, change.lifetime, at) : {}),
    },
  })
  const row = rows[0]
  return row ? { session: fromRow(row), token, adminToken } : null
}

function lifetimeOf(
  session: Session,
  stage: SessionStage,
  lifetime: { readonly isAdministrator: boolean; readonly endsAt?: Date },
  at: Date,
): { expiresAt: Date; idleSeconds: number | null } {
  const { userAbsoluteSeconds, administratorAbsoluteSeconds, registrationSeconds, firstFactorSeconds } = limits.session
  // A full session counts from its beginning, so that raising it again never lengthens it.
  const seconds =
    stage === 'full'
      ? lifetime.isAdministrator
        ? administratorAbsoluteSeconds
        : userAbsoluteSeconds
      : stage === 'registration'
        ? registrationSeconds
        : firstFactorSeconds
  // Nor does going to the wizard again.
  const isGoingAgain = stage === session.stage && stage !== 'full'
  const from = stage === 'full' ? session.createdAt : at
  const ends = isGoingAgain ? session.expiresAt.getTime() : from.getTime() + seconds * 1000
  return {
    expiresAt: new Date(Math.min(ends, lifetime.endsAt?.getTime() ?? ends)),
    idleSeconds:
      stage === 'full'
        ? lifetime.isAdministrator
          ? limits.session.administratorIdleSeconds
          : limits.session.userIdleSeconds
        : null,
  }
}

/** The live session of a token, neither past its absolute end nor idle too long, and whose it is. One statement: every request asks. */
export async function findSession(
  tx: Tx,
  token: string,
  at: Date,
): Promise<{ readonly session: Session; readonly subject: Subject } | null> {
  const tokenHash = sha256(token)
  const found = await loadOwnerWith<{ session: SessionJson }>(
    tx,
    Prisma.sql`SELECT user_id FROM session WHERE token_hash = ${tokenHash}`,
    Prisma.sql`, (SELECT to_jsonb(found) FROM (
      SELECT ${sessionColumns} FROM session WHERE token_hash = ${tokenHash}) AS found) AS session`,
  )
  if (!found?.more.session) return null
  const row = rowFromJson(found.more.session)
  if (!isAlive(row, at)) return null
  // Once a minute is exact enough for idleness and spares a write on every page.
  if (at.getTime() - row.lastSeenAt.getTime() > 60_000) {
    await tx.session.updateMany({ where: { id: row.id, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })
  }
  return { session: fromRow(row), subject: found.subject }
}

/** The person's live sessions that are fully signed in, the one seen last first. */
export async function listSessions(tx: Tx, userId: string, at: Date): Promise<SessionSummary[]> {
  const rows = await tx.session.findMany({
    where: { userId, stage: 'full' },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
    take: limits.session.perUserMax,
  })
  return rows
    .filter((row) => isAlive(row, at))
    .map(({ id, clientAddress, userAgent, createdAt, lastSeenAt }) => ({
      id,
      clientAddress,
      userAgent,
      createdAt,
      lastSeenAt,
    }))
}

/** Seconds until the session ends for want of activity; null when it does not, or has ended. */
export async function idleSecondsLeft(tx: Tx, id: string, at: Date): Promise<number | null> {
  const row = await tx.session.findUnique({ where: { id } })
  if (!row || !isAlive(row, at) || row.idleSeconds === null) return null
  return Math.max(0, Math.floor(row.idleSeconds - (at.getTime() - row.lastSeenAt.getTime()) / 1000))
}

/** Notes that somebody is there; answers the seconds now left before idleness ends the session. */
export async function touchSession(tx: Tx, id: string, at: Date): Promise<number | null> {
  await tx.session.updateMany({ where: { id, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })
  return idleSecondsLeft(tx, id, at)
}

/**
 * Reads the session again, locked, inside the transaction that acts on it: signing out waits for the end of what this
 * session is doing, and what begins afterwards finds no session. The person's row is locked before it, never after.
 */
export async function reloadSession(tx: Tx, id: string, userId: string, at: Date): Promise<Session | null> {
  if (!isUuid(id)) return null
  const [row] = await tx.$queryRaw<SessionRow[]>`
    SELECT ${sessionColumns}
    FROM session WHERE id = ${id}::uuid AND user_id = ${userId}::uuid FOR UPDATE`
  return row && isAlive(row, at) ? fromRow(row) : null
}

/**
 * Locks the person, then reads and locks the session as `reloadSession` does, in one statement: the session's row is
 * matched by the person's, which must be locked to be read. For whoever acts on their own account.
 */
export async function lockPersonAndSession(tx: Tx, id: string, userId: string, at: Date): Promise<Session | null> {
  if (!isUuid(id) || !isUuid(userId)) return null
  const [row] = await tx.$queryRaw<SessionRow[]>`
    WITH person AS MATERIALIZED (SELECT id FROM "user" WHERE id = ${userId}::uuid FOR UPDATE)
    SELECT ${sessionColumns}
    FROM session WHERE id = ${id}::uuid AND user_id = (SELECT person.id FROM person) FOR UPDATE`
  return row && isAlive(row, at) ? fromRow(row) : null
}

export async function isAdminToken(tx: Tx, sessionId: string, adminToken: string): Promise<boolean> {
  return (await tx.session.count({ where: { id: sessionId, adminTokenHash: sha256(adminToken) } })) === 1
}

export async function addProof(tx: Tx, session: Session, proof: Proof): Promise<void> {
  const proofs = JSON.stringify([...session.proofs, proof])
  await tx.$executeRaw`UPDATE session SET proofs = ${proofs}::jsonb WHERE id = ${session.id}::uuid`
}

export async function saveProgress(
  tx: Tx,
  sessionId: string,
  change: { readonly registration?: object | null; readonly interruptedAt?: Date; readonly returnTo?: string },
): Promise<void> {
  await tx.session.updateMany({
    where: { id: sessionId },
    data: {
      ...(change.registration === undefined
        ? {}
        : { registration: change.registration === null ? Prisma.DbNull : (change.registration as object) }),
      ...(change.interruptedAt ? { interruptedAt: change.interruptedAt } : {}),
      ...(change.returnTo ? { returnTo: change.returnTo } : {}),
    },
  })
}

export async function endSession(tx: Tx, id: string): Promise<boolean> {
  return (await tx.session.deleteMany({ where: { id } })).count === 1
}

/** Ends all sessions of a person, but for `exceptId`; answers how many. */
export async function endSessionsOf(tx: Tx, userId: string, exceptId?: string): Promise<number> {
  const { count } = await tx.session.deleteMany({ where: { userId, ...(exceptId ? { id: { not: exceptId } } : {}) } })
  return count
}

type SessionRow = Awaited<ReturnType<Tx['session']['findFirstOrThrow']>>

/** As JSON tells it: instants are text, and of the hashes only whether there is one is read. */
type SessionJson = {
  readonly [Column in keyof SessionRow]: SessionRow[Column] extends Date ? string : SessionRow[Column]
} & { readonly interruptedAt: string | null }

function rowFromJson(json: SessionJson): SessionRow {
  return {
    ...json,
    interruptedAt: json.interruptedAt === null ? null : new Date(json.interruptedAt),
    createdAt: new Date(json.createdAt),
    lastSeenAt: new Date(json.lastSeenAt),
    expiresAt: new Date(json.expiresAt),
  }
}

// Every request reads its session, so the columns are asked for in plain statements.
const sessionColumns = Prisma.sql`id::text, token_hash AS "tokenHash", admin_token_hash AS "adminTokenHash",
  user_id::text AS "userId", stage, proofs, return_to AS "returnTo", registration, interrupted_at AS "interruptedAt",
  correlation_id::text AS "correlationId", client_address AS "clientAddress", user_agent AS "userAgent",
  created_at AS "createdAt", last_seen_at AS "lastSeenAt", idle_seconds AS "idleSeconds", expires_at AS "expiresAt"`

function isAlive(row: SessionRow, at: Date): boolean {
  if (row.expiresAt <= at) return false
  return row.idleSeconds === null || at.getTime() - row.lastSeenAt.getTime() <= row.idleSeconds * 1000
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.userId,
    stage: row.stage as SessionStage,
    proofs: proofsSchema.parse(row.proofs),
    returnTo: row.returnTo,
    registration: row.registration,
    interruptedAt: row.interruptedAt,
    correlationId: row.correlationId,
    createdAt: row.createdAt,
    lastSeenAt: row.lastSeenAt,
    expiresAt: row.expiresAt,
    hasAdminToken: row.adminTokenHash !== null,
  }
}
