import 'server-only'
import type { Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import type { Tx, Write } from '@/lib/platform/db'
import { sha256 } from '@/lib/platform/hash'
import { randomToken, randomUUID } from '@/lib/platform/random'
import { isUuid } from '@/lib/platform/uuid'
import type { Allowance, Consumed } from '@/lib/throttle/model'
import { consumedOf, tryOf, unhurried } from '@/lib/throttle/store'
import { Prisma } from '@/prisma/client/client'
import { loadFacts, loadOwnerFacts, type PersonFacts } from './facts'
import { proofsSchema, type Session, type SessionStage, type SessionSummary } from './model'

/** Rows of signed-in browsers: made, raised (with a new id each time), read, ended. */

export type SessionOrigin = { readonly clientAddress: string | null; readonly userAgent: string | null }
type IssuedSession = { readonly session: Session; readonly token: string; readonly adminToken: string | null }
/** For how many seconds the browser keeps the session's id when it is closed; null: not at all. */
export function secondsKept({ isPersistent, expiresAt }: Session, at: Date): number | null {
  return isPersistent ? Math.max(0, Math.floor((expiresAt.getTime() - at.getTime()) / 1000)) : null
}

/**
 * The session that a first factor opens. It is no row yet: what comes next may raise it, and `openingOf` or `raisingOf` is then
 * its one write. The caller puts the token into the cookie; only its hash is kept.
 */
export function newSession(input: {
  readonly userId: string
  readonly proof: Proof
  readonly returnTo: string | null
  /** A session born from a pass ends with the pass at the latest. */
  readonly endsAt?: Date
  readonly at: Date
}): IssuedSession {
  const ends = input.at.getTime() + limits.session.firstFactorSeconds * 1000
  const session: Session = {
    id: randomUUID(),
    userId: input.userId,
    stage: 'firstFactor',
    proofs: [input.proof],
    returnTo: input.returnTo,
    registration: null,
    interruptedAt: null,
    correlationId: randomUUID(),
    createdAt: input.at,
    lastSeenAt: input.at,
    expiresAt: new Date(Math.min(ends, input.endsAt?.getTime() ?? ends)),
    hasAdminToken: false,
    isPersistent: false,
  }
  return { session, token: randomToken(limits.session.idBytes), adminToken: null }
}

/** The writes that store a new session and end the oldest of the person's in the same stage. */
export function openingOf(issued: IssuedSession, origin: SessionOrigin, idleSeconds: number | null = null): Write[] {
  const { session, token, adminToken } = issued
  const { id, userId, registration } = session
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
  const text = (instant: Date | null) => instant?.toISOString() ?? null
  return [
    Prisma.sql`
      INSERT INTO session (id, token_hash, admin_token_hash, user_id, stage, proofs, return_to, registration,
        interrupted_at, correlation_id, client_address, user_agent, created_at, last_seen_at, idle_seconds, expires_at,
        is_persistent)
      VALUES (${id}::uuid, ${sha256(token)}, ${adminToken === null ? null : sha256(adminToken)}, ${userId}::uuid,
        ${session.stage}, ${json(session.proofs)}::jsonb, ${session.returnTo}, ${json(registration)}::jsonb,
        ${text(session.interruptedAt)}::timestamptz, ${session.correlationId}::uuid, ${origin.clientAddress},
        ${origin.userAgent?.slice(0, 512) ?? null}, ${text(session.createdAt)}::timestamptz,
        ${text(session.lastSeenAt)}::timestamptz, ${idleSeconds}::int, ${text(session.expiresAt)}::timestamptz,
        ${session.isPersistent})`,
    endOfOldest(userId, session.stage),
  ]
}

/**
 * The write that makes room for one more session in this stage, and does not see the one that is stored beside it. Stages are
 * counted apart: a first factor opens sessions without end, and must not sign its owner out elsewhere.
 */
function endOfOldest(userId: string, stage: SessionStage): Write {
  const max = stage === 'full' ? limits.session.perUserMax : limits.session.unfinishedPerUserMax
  return Prisma.sql`
    DELETE FROM session WHERE id IN (
      SELECT id FROM session WHERE user_id = ${userId}::uuid AND stage = ${stage}
      ORDER BY created_at DESC OFFSET ${max - 1}::int)`
}

/**
 * Gives the session a new id, and with it what it has risen to. The old id is dead with the writes, which the caller stores in
 * the transaction that has locked the session and found it alive. `opening`: where it comes from, for one that is no row yet.
 */
export function raisingOf(
  session: Session,
  change: {
    readonly proofs?: readonly Proof[]
    readonly stage?: SessionStage
    /** Administrators live shorter. `opensAdminArea`: gives the admin area's own cookie, else takes it away. */
    readonly lifetime?: { readonly isAdministrator: boolean; readonly opensAdminArea: boolean; readonly endsAt?: Date }
    readonly progress?: Progress
    /** Whether the browser keeps the session's id when it is closed. */
    readonly isPersistent?: boolean
  },
  at: Date,
  opening: SessionOrigin | null = null,
): { readonly issued: IssuedSession; readonly writes: Write[] } {
  const token = randomToken(limits.session.idBytes)
  const adminToken = change.lifetime?.opensAdminArea ? randomToken(limits.session.idBytes) : null
  const { proofs, stage, lifetime, progress, isPersistent } = change
  const ends = lifetime ? lifetimeOf(session, stage ?? session.stage, lifetime, at) : null
  const raised: Session = {
    ...session,
    lastSeenAt: at,
    proofs: proofs ?? session.proofs,
    stage: stage ?? session.stage,
    hasAdminToken: lifetime ? adminToken !== null : session.hasAdminToken,
    expiresAt: ends?.expiresAt ?? session.expiresAt,
    registration: progress ? progress.registration : session.registration,
    interruptedAt: progress?.interruptedAt ?? session.interruptedAt,
    isPersistent: isPersistent ?? session.isPersistent,
  }
  const issued = { session: raised, token, adminToken }
  if (opening) return { issued, writes: openingOf(issued, opening, ends?.idleSeconds) }
  const sets = [Prisma.sql`token_hash = ${sha256(token)}, last_seen_at = ${at.toISOString()}::timestamptz`]
  if (proofs) sets.push(Prisma.sql`proofs = ${JSON.stringify(proofs)}::jsonb`)
  if (stage) sets.push(Prisma.sql`stage = ${stage}`)
  if (lifetime) sets.push(Prisma.sql`admin_token_hash = ${adminToken === null ? null : sha256(adminToken)}`)
  if (ends)
    sets.push(
      Prisma.sql`expires_at = ${ends.expiresAt.toISOString()}::timestamptz, idle_seconds = ${ends.idleSeconds}::int`,
    )
  if (progress) sets.push(...progressSets(progress))
  if (isPersistent !== undefined) sets.push(Prisma.sql`is_persistent = ${isPersistent}`)
  const update = Prisma.sql`UPDATE session SET ${Prisma.join(sets)} WHERE id = ${session.id}::uuid`
  const hasRisen = raised.stage !== session.stage
  return { issued, writes: hasRisen ? [update, endOfOldest(session.userId, raised.stage)] : [update] }
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

export type FoundSession = { readonly session: Session; readonly facts: PersonFacts }

/**
 * The live session of a token, neither past its absolute end nor idle too long, and the facts about whose it is, with
 * cached policies, in one statement: for pages, which show what is.
 */
export async function findSession(tx: Tx, token: string, at: Date): Promise<FoundSession | null> {
  const tokenHash = sha256(token)
  const found = await loadOwnerFacts<{ session: SessionJson }>(
    tx,
    Prisma.sql`SELECT user_id FROM session WHERE token_hash = ${tokenHash}`,
    Prisma.sql`, (SELECT to_jsonb(found) FROM (
      SELECT ${sessionColumns} FROM session WHERE token_hash = ${tokenHash}) AS found) AS session`,
  )
  const session = found?.more.session ? await seen(tx, rowFromJson(found.more.session), at) : null
  return found && session && { session, facts: found.facts }
}

/** Whose a session is, as far as the desk of an action asks. */
export type SessionOwner = Pick<Subject, 'id' | 'userPrincipalName' | 'displayName' | 'accountEnabled' | 'roleIds'>

/** A try of the person to be counted with the question whose session it is: at most `max` in a window. */
export type CountedTry = Allowance & { readonly name: string }

export type HeldSession = {
  readonly session: Session
  readonly owner: SessionOwner
  /** Null when nothing was to be counted. */
  readonly consumed: Consumed | null
}

/**
 * The live session of a token as `findSession` does, and whose it is: for actions, which read the facts where they decide,
 * under their locks. It counts `tried` in the same statement; then not inside of a transaction, which would not wait for the
 * disk either.
 */
export async function findHeldSession(
  tx: Tx,
  token: string,
  at: Date,
  tried: CountedTry | null = null,
): Promise<HeldSession | null> {
  const tokenHash = sha256(token)
  const key = Prisma.sql`SELECT ${`${tried?.name}:`}::text || user_id AS key FROM session WHERE token_hash = ${tokenHash}`
  const [row] = await tx.$queryRaw<HeldRow[]>`
    ${tried ? Prisma.sql`WITH counted AS (${tryOf(key, tried.windowSeconds, at)})` : Prisma.empty}
    SELECT ${sessionColumns}, owner.user_principal_name AS "userPrincipalName", owner.display_name AS "displayName",
      owner.account_enabled AS "accountEnabled",
      ARRAY(SELECT role_id::text FROM role_assignment WHERE user_id = owner.id) AS "roleIds"
      ${tried ? Prisma.sql`, counted.count, counted.expires_at AS "countedUntil", ${unhurried}` : Prisma.empty}
    FROM session JOIN "user" AS owner ON owner.id = session.user_id
      ${tried ? Prisma.sql`CROSS JOIN counted` : Prisma.empty}
    WHERE session.token_hash = ${tokenHash}`
  const session = row && (await seen(tx, row, at))
  if (!session) return null
  const { userId: id, userPrincipalName, displayName, accountEnabled, roleIds } = row
  return {
    session,
    owner: { id, userPrincipalName, displayName, accountEnabled, roleIds: new Set(roleIds) },
    consumed: tried && consumedOf({ count: row.count, expires_at: row.countedUntil }, tried.max, at),
  }
}

/** The session when it is alive, noted as seen now. Once a minute is exact enough for idleness and spares a write each time. */
async function seen(tx: Tx, row: SessionRow, at: Date): Promise<Session | null> {
  if (!isAlive(row, at)) return null
  if (at.getTime() - row.lastSeenAt.getTime() > 60_000) {
    await tx.session.updateMany({ where: { id: row.id, lastSeenAt: { lt: at } }, data: { lastSeenAt: at } })
  }
  return fromRow(row)
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

/**
 * `lockPersonAndSession`, and the facts with the policies as they are now: read under the locks, on one way to the
 * database. Null when the session or the person is gone.
 */
export async function lockWithFacts(
  tx: Tx,
  id: string,
  userId: string,
  at: Date,
): Promise<{ readonly session: Session; readonly facts: PersonFacts } | null> {
  const [session, facts] = await Promise.all([lockPersonAndSession(tx, id, userId, at), loadFacts(tx, userId, 'now')])
  return session && facts ? { session, facts } : null
}

export async function isAdminToken(tx: Tx, sessionId: string, adminToken: string): Promise<boolean> {
  return (await tx.session.count({ where: { id: sessionId, adminTokenHash: sha256(adminToken) } })) === 1
}

/** The write that adds a proof to a session that this transaction has locked. */
export function additionOfProof(session: Session, proof: Proof): Write {
  const proofs = JSON.stringify([...session.proofs, proof])
  return Prisma.sql`UPDATE session SET proofs = ${proofs}::jsonb WHERE id = ${session.id}::uuid`
}

/** How far registering has come: null when it is over. */
type Progress = { readonly registration: object | null; readonly interruptedAt?: Date }

function progressSets({ registration, interruptedAt }: Progress): Prisma.Sql[] {
  const json = registration === null ? null : JSON.stringify(registration)
  const sets = [Prisma.sql`registration = ${json}::jsonb`]
  if (interruptedAt) sets.push(Prisma.sql`interrupted_at = ${interruptedAt.toISOString()}::timestamptz`)
  return sets
}

export async function endSession(tx: Tx, id: string): Promise<boolean> {
  return (await tx.session.deleteMany({ where: { id } })).count === 1
}

/** Lets a session go on whose directory wanted a new password, and got one. */
export async function settleDuePassword(tx: Tx, { id, proofs }: Session): Promise<void> {
  await tx.session.updateMany({ where: { id }, data: { proofs: withoutDue(proofs).map((proof) => ({ ...proof })) } })
}

export function withoutDue(proofs: readonly Proof[]): readonly Proof[] {
  return proofs.map(({ due: _, ...proof }) => proof)
}

/** Ends all sessions of a person, but for `exceptId`; answers how many. */
export async function endSessionsOf(tx: Tx, userId: string, exceptId?: string): Promise<number> {
  const { count } = await tx.session.deleteMany({ where: { userId, ...(exceptId ? { id: { not: exceptId } } : {}) } })
  return count
}

type SessionRow = Awaited<ReturnType<Tx['session']['findFirstOrThrow']>>
type HeldRow = SessionRow &
  Omit<SessionOwner, 'id' | 'roleIds'> & {
    readonly roleIds: readonly string[]
    readonly count: number
    readonly countedUntil: Date
  }

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
const sessionColumns = Prisma.sql`session.id::text, token_hash AS "tokenHash", admin_token_hash AS "adminTokenHash",
  session.user_id::text AS "userId", stage, proofs, return_to AS "returnTo", registration,
  interrupted_at AS "interruptedAt", correlation_id::text AS "correlationId", client_address AS "clientAddress",
  user_agent AS "userAgent", session.created_at AS "createdAt", last_seen_at AS "lastSeenAt",
  idle_seconds AS "idleSeconds", session.expires_at AS "expiresAt", is_persistent AS "isPersistent"`

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
    isPersistent: row.isPersistent,
  }
}
