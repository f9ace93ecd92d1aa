import 'server-only'
import type { AuditActor, AuditEvent } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import {
  askingSeconds,
  claimUnansweredWrite,
  findAskedWrite,
  findWrite,
  listUnansweredWrites,
  lockWrite,
  lookAgainAt,
  noteWriteAnswered,
  type PasswordWrite,
} from '@/lib/directory/password-writes'
import { lockUser } from '@/lib/directory/store'
import { outcomeOf, type WritebackOutcome } from '@/lib/directory/writeback'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction, writeTogether } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { randomUUID } from '@/lib/platform/random'
import { fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { endSessionsOf, raisingOf, reloadSession, settleDuePassword, withoutDue } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { clearPasswordLock } from '@/lib/throttle/password-lock-store'
import type { Changed } from './commands'
import type { PasswordChangeFailureCode } from './model'
import { noteOutsidePassword } from './store'

/**
 * What a directory said to a new password that somebody here asked for, in one transaction with all that follows. Its first
 * answer stands. Nothing is called a success before the directory did; where it said nothing, a job asks until half an hour
 * is over. Then nobody knows, and what could have been opened with the old password is closed.
 *
 * @see SEC-125, SEC-128, REL-038
 */

/** `findingOut`: it was asked, and its answer is open. `done`: by somebody else, or found out later, so no session changed. */
export type Written =
  | { readonly kind: 'changed'; readonly changed: Changed }
  | { readonly kind: 'done' }
  | { readonly kind: 'findingOut' }

type Said = WritebackOutcome & { readonly isOver?: boolean }
type Answer = Result<Written, PasswordChangeFailureCode>

/** `asking` is who waits for it; null: nobody does any more. */
export async function noteOutcome(id: string, said: Said, asking: Asking | null, isOverdue = false): Promise<Answer> {
  const at = now()
  return transaction<Answer>(async (tx) => {
    const found = await findWrite(tx, id)
    if (!found || !(await lockUser(tx, found.userId))) return fail('refused', 'sign_in.session_ended')
    const session = found.sessionId === null ? null : await reloadSession(tx, found.sessionId, found.userId, at)
    const write = await lockWrite(tx, id)
    const facts = await loadFacts(tx, found.userId, 'now')
    if (!write || !facts) return fail('refused', 'sign_in.session_ended')
    // The job was quicker: its answer stands, and the page reads it from the row.
    if (write.state !== 'writing' && write.state !== 'unknown') return ok({ kind: 'findingOut' })
    const note = (outcome: 'success' | 'failure', more: Pick<AuditEvent, 'reason' | 'after'>) =>
      record(tx, { ...eventOf(write, asking, at), outcome, ...more })
    switch (said.kind) {
      case 'done': {
        await noteWriteAnswered(tx, id, 'done', null)
        const sessionsEnded = await complete(tx, write, facts, asking, at)
        await note('success', { after: { sessionsEnded, inDirectory: true, ...mustChangeOf(write, said) } })
        return raised(tx, write, session, asking, at)
      }
      case 'refused':
        await noteWriteAnswered(tx, id, 'refused', null)
        await note('failure', { reason: 'directory_refused' })
        return fail('refused', 'password.directory_refused', { field: 'newPassword', details: { words: said.words } })
      case 'unavailable':
        await noteWriteAnswered(tx, id, 'refused', null)
        await note('failure', { reason: 'directory_unavailable' })
        return fail('busy', 'password.directory_unavailable', { retryAfterSeconds: askingSeconds })
      case 'unknown':
        if (!isOverdue) {
          await noteWriteAnswered(tx, id, 'unknown', lookAgainAt(said, write.startedAt, at), said.askedServer)
          return ok({ kind: 'findingOut' })
        }
        await noteWriteAnswered(tx, id, 'lost', null)
        await endSessionsOf(tx, write.userId, write.sessionId ?? undefined)
        await note('failure', { reason: 'outcome_unknown' })
        return ok({ kind: 'findingOut' })
    }
  })
}

/**
 * Looks for what became of questions that nobody waits for any more: whoever asked died, or the directory did not say. Each
 * is looked at by one process at a time, by signing in with the new password. Answers how many were settled.
 */
export async function findWriteOutcomes(at: Date = now()): Promise<number> {
  let settled = 0
  for (const { id, startedAt } of await listUnansweredWrites(db(), at, 20)) {
    if (!(await claimUnansweredWrite(db(), id, at))) continue
    const asked = await findAskedWrite(db(), id)
    if (!asked) continue
    const said = await outcomeOf(asked.home, asked.newPassword, asked.askedServer)
    const { sessionSeconds, findOutSeconds } = limits.passwordReset
    const isOverdue = at.getTime() - startedAt.getTime() > (sessionSeconds + findOutSeconds) * 1000
    const answer = await noteOutcome(id, said, null, isOverdue)
    if (!answer.ok || answer.value.kind !== 'findingOut' || isOverdue) settled++
  }
  if (settled > 0) log.info('password_change.found_out', { count: settled })
  return settled
}

/** What a new password brings, wherever it is kept. Answers how many sessions ended. */
async function complete(
  tx: Tx,
  { userId, kind, sessionId, isRenewed }: PasswordWrite,
  facts: PersonFacts,
  asking: Asking | null,
  at: Date,
): Promise<number> {
  await noteOutsidePassword(tx, userId, at, isRenewed)
  const ended = await endSessionsOf(tx, userId, sessionId ?? undefined)
  if (kind === 'temporary') {
    await clearPasswordLock(tx, facts.subject.userPrincipalName)
    await tell(tx, userId, 'temporaryPasswordIssued', { at: at.toISOString(), by: 'administrator' }, { facts })
    return ended
  }
  const clientAddress = asking?.origin.clientAddress ?? null
  await tell(tx, userId, 'passwordChanged', { at: at.toISOString(), clientAddress, by: 'you' }, { facts })
  return ended
}

/** The session that asked, with a new id where its browser waits for one. */
async function raised(
  tx: Tx,
  write: PasswordWrite,
  session: Session | null,
  asking: Asking | null,
  at: Date,
): Promise<Answer> {
  if (write.kind === 'temporary') return ok({ kind: 'done' })
  if (session === null) return fail('refused', 'sign_in.session_ended')
  if (asking === null) {
    await settleDuePassword(tx, session)
    return ok({ kind: 'done' })
  }
  const { issued, writes } = raisingOf(session, { proofs: withoutDue(session.proofs) }, at)
  await writeTogether(tx, writes)
  return ok({ kind: 'changed', changed: issued })
}

function mustChangeOf({ kind }: PasswordWrite, { isOver }: Said): { readonly mustChange?: boolean } {
  return kind === 'temporary' && isOver !== undefined ? { mustChange: isOver } : {}
}

function eventOf(
  { kind, userId, correlationId }: PasswordWrite,
  asking: Asking | null,
  at: Date,
): Pick<AuditEvent, 'activity' | 'at' | 'actor' | 'origin' | 'target' | 'correlationId'> {
  const system: AuditActor = { kind: 'system' }
  const nowhere = { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null } as const
  return {
    activity: kind === 'temporary' ? 'passwordResetByAdministrator' : 'passwordChanged',
    at,
    actor: asking?.actor ?? system,
    origin: asking?.origin ?? nowhere,
    target: { kind: 'user', id: userId },
    correlationId,
  }
}
