import { randomUUID } from 'node:crypto'
import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import { isAdministrator } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { openPayload } from '@/lib/notifications/outbox'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { sha256 } from '@/lib/platform/hash'
import { randomToken } from '@/lib/platform/random'
import type { Asking } from '@/lib/security-info/change'
import type { SessionStage } from '@/lib/sign-in/model'
import { reloadSession } from '@/lib/sign-in/session'

let places = 0

/** Where a request comes from: an untrusted place of its own unless the test says otherwise, since places have budgets. */
export function anOrigin(clientAddress: string | null = `2001:db8:${(++places).toString(16)}::7`) {
  return {
    requestId: randomUUID(),
    clientAddress,
    addressSource: clientAddress === null ? ('unknown' as const) : ('peer' as const),
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  }
}

/** A proof given now, or so many seconds ago. */
export function aProof(mode: AuthenticationMethodMode, given: Partial<Proof> & { secondsAgo?: number } = {}): Proof {
  const { secondsAgo = 0, ...rest } = given
  const userVerified = mode === 'fido2' ? { userVerified: true } : {}
  return { mode, methodId: null, at: now().getTime() - secondsAgo * 1000, ...userVerified, ...rest }
}

/** Somebody who is signed in and asks for something: a session row, who acts, and from where. */
export async function anAsking(
  userId: string,
  given: {
    readonly stage?: SessionStage
    readonly proofs?: readonly Proof[]
    readonly clientAddress?: string | null
    readonly idleSeconds?: number | null
  } = {},
): Promise<Asking & { readonly token: string }> {
  const at = now()
  const token = randomToken(32)
  const row = await db().session.create({
    data: {
      tokenHash: sha256(token),
      userId,
      stage: given.stage ?? 'full',
      proofs: [...(given.proofs ?? [aProof('password')])],
      correlationId: randomUUID(),
      createdAt: at,
      lastSeenAt: at,
      idleSeconds: given.idleSeconds ?? null,
      expiresAt: new Date(at.getTime() + 12 * 3_600_000),
    },
  })
  return { ...(await askAgain(row.id, userId, given.clientAddress)), token }
}

/** The same session as its row stands now. */
export async function askAgain(sessionId: string, userId: string, clientAddress?: string | null): Promise<Asking> {
  const session = await reloadSession(db(), sessionId, userId, now())
  const subject = await loadSubject(db(), userId)
  if (!session || !subject) throw new Error('the session of the test has ended')
  const kind = isAdministrator(subject) ? 'administrator' : 'user'
  const actor = { kind, id: userId, userPrincipalName: subject.userPrincipalName, sessionId } as const
  return { session, actor, origin: anOrigin(clientAddress) }
}

export type QueuedMessage = {
  readonly channel: 'mail' | 'sms' | 'voice'
  readonly template: string
  readonly to: string
  readonly values: Readonly<Record<string, unknown>>
}

/** What waits in the outbox for this person, oldest first, opened. */
export async function queuedMessages(userId: string): Promise<QueuedMessage[]> {
  const rows = await db().outboxMessage.findMany({ where: { userId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return rows.map((row) => {
    const { to, values } = openPayload(row)
    return { channel: row.channel as QueuedMessage['channel'], template: row.template, to, values: { ...values } }
  })
}

/** The newest code that was sent to this person. */
export async function sentCode(userId: string): Promise<string> {
  const code = (await queuedMessages(userId)).findLast(({ template }) => template === 'verificationCode')?.values.code
  if (typeof code !== 'string') throw new Error('no code was sent')
  return code
}

export type AuditRow = {
  readonly activity: string
  readonly outcome: string
  readonly reason: string | null
  readonly record: string
}

/** What the trail says about this person, oldest first; with `activity` only those events. */
export async function auditOf(targetId: string, activity?: string): Promise<AuditRow[]> {
  return db().auditEvent.findMany({
    where: { targetId, ...(activity ? { activity } : {}) },
    orderBy: { id: 'asc' },
    select: { activity: true, outcome: true, reason: true, record: true },
  })
}
