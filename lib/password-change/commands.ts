import 'server-only'
import type { AuditEvent } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { verifySecret } from '@/lib/password/hashing'
import { lockRule } from '@/lib/password/store'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction, writeTogether } from '@/lib/platform/db'
import { keyedHash } from '@/lib/platform/hash'
import { type Fail, type Failure, fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { ownPages } from '@/lib/sign-in/areas'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { lastMfaAt, type Session } from '@/lib/sign-in/model'
import { mustSetPassword, nextStep } from '@/lib/sign-in/next-step'
import { placeKeys } from '@/lib/sign-in/place'
import { endSessionsOf, lockPersonAndSession, raisingOf } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import type { Place } from '@/lib/throttle/model'
import {
  checkPasswordLock,
  claimPasswordLock,
  clearPasswordLock,
  recordWrongPassword,
} from '@/lib/throttle/password-lock-store'
import { auditReason, type Candidate, prepare, refusalNow } from './candidate'
import type { PasswordChangeFailureCode } from './model'
import { findPassword, type StoredPassword, storePassword } from './store'
import { wayToChange } from './way'

/** The session's new id after a change; the old one is dead. */
export type Changed = { readonly token: string; readonly adminToken: string | null; readonly session: Session }
type Answer<T> = Result<T, PasswordChangeFailureCode>
type Refusal = Fail<PasswordChangeFailureCode>

/**
 * Changes the own password, one that is kept here (else `in-directory.ts`). `currentPassword` is null where the form did not ask for it; then the enhanced path must
 * still be open. A wrong one counts as at sign-in and is refused before anything is said about the new one.
 *
 * Failures: `password.…`, `security_info.freshness_required` when the enhanced path has closed meanwhile,
 * `throttle.locked_out`, `service.busy`, `sign_in.session_ended`.
 */
export async function changePassword(
  asking: Asking,
  input: { readonly currentPassword: string | null; readonly newPassword: string },
): Promise<Answer<Changed>> {
  const at = now()
  const { userId, proofs } = asking.session
  const isEnhanced = input.currentPassword === null
  if (isEnhanced && wayToChange(proofs, at, 'store') !== 'enhanced') return closed()
  const facts = await loadFacts(db(), userId, 'now')
  const stored = await findPassword(db(), userId)
  if (!facts || !stored) return fail('refused', 'sign_in.session_ended')
  if (stored.isInDirectory) return refused(asking, fail('refused', 'password.in_directory'), at)
  if (stored.passwordHash === null) return refused(asking, fail('refused', 'password.none'), at)
  const place = isEnhanced ? null : await checkCurrent(asking, stored, input.currentPassword ?? '', at)
  if (place && !place.ok) return refused(asking, place, at)
  const candidate = await prepare(input.newPassword, facts, stored.passwordHash)
  if (!candidate.ok) return refused(asking, candidate, at)
  const familiarity = place?.value ?? null
  const result = await transaction<Answer<Changed>>(async (tx) => {
    const session = await lockPersonAndSession(tx, asking.session.id, userId, at)
    const present = session ? await loadFacts(tx, userId, 'now') : null
    if (session?.stage !== 'full' || !present?.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    if (isEnhanced && wayToChange(session.proofs, at, 'store') !== 'enhanced') return closed()
    if (familiarity) {
      // Asked again under the counter's lock, as at sign-in: guesses at once are judged one after the other.
      const lock = await claimPasswordLock(tx, stored.userPrincipalName, familiarity, at)
      if (lock.locked) return fail('throttled', 'throttle.locked_out', { retryAfterSeconds: lock.retryAfterSeconds })
      await clearPasswordLock(tx, stored.userPrincipalName, familiarity)
    }
    return set(tx, { asking, session, facts: present, candidate: candidate.value, stored, at })
  })
  return settled(asking, result, at)
}

/**
 * Sets the first password of one's own in place of a temporary one, in a sign-in that was begun with it. Whatever else
 * the policies ask of this sign-in comes first; registering and everything behind it come after.
 */
export async function replaceTemporaryPassword(asking: Asking, newPassword: string): Promise<Answer<Changed>> {
  const at = now()
  const { userId } = asking.session
  const facts = await loadFacts(db(), userId, 'now')
  const stored = await findPassword(db(), userId)
  if (!facts || !stored) return fail('refused', 'sign_in.session_ended')
  const candidate = await prepare(newPassword, facts, stored.passwordHash)
  if (!candidate.ok) return refused(asking, candidate, at)
  const result = await transaction<Answer<Changed>>(async (tx) => {
    const session = await lockPersonAndSession(tx, asking.session.id, userId, at)
    const present = session ? await loadFacts(tx, userId, 'now') : null
    if (session?.stage !== 'firstFactor' || !present?.subject.accountEnabled)
      return fail('refused', 'sign_in.session_ended')
    const endsAt = present.temporaryPasswordEndsAt
    if (!mustSetPassword(session, present)) return fail('refused', 'sign_in.not_finished')
    if (endsAt !== null && endsAt <= at) return fail('refused', 'sign_in.session_ended')
    const { next } = nextStep({ facts: present, session, target: ownPages, origin: asking.origin, at })
    if (next.step === 'verify' || next.step === 'blocked') return fail('refused', 'sign_in.not_finished')
    return set(tx, { asking, session, facts: present, candidate: candidate.value, stored, at })
  })
  return settled(asking, result, at)
}

/**
 * The present password, judged and counted as at sign-in. Answers the place whose counter it belongs to. `judge`: of one that
 * is kept elsewhere; what it refuses is not counted. A temporary one that has ended is none, whatever was typed (SEC-119).
 */
export async function checkCurrent(
  asking: Asking,
  stored: StoredPassword,
  currentPassword: string,
  at: Date,
  judge: (typed: string) => Promise<Answer<{ readonly matches: boolean }>> = (typed) =>
    verifySecret(typed, stored.passwordHash ?? ''),
): Promise<Answer<Place>> {
  const name = stored.userPrincipalName
  if (currentPassword === '') return fail('invalid', 'password.current_missing', { field: 'currentPassword' })
  const { place, lock } = await checkPasswordLock(db(), name, placeKeys(name, asking), at)
  const locked = (retryAfterSeconds: number): Refusal => fail('throttled', 'throttle.locked_out', { retryAfterSeconds })
  if (lock.locked) return locked(lock.retryAfterSeconds)
  // It was given for a few days and signs in no longer; a session that lives on must not make it good for anything.
  if (stored.temporaryPasswordEndsAt !== null && stored.temporaryPasswordEndsAt <= at)
    return fail('refused', 'password.temporary_ended', { field: 'currentPassword' })
  const checked = await judge(currentPassword)
  if (!checked.ok) return checked
  if (checked.value.matches) return ok(place)
  return transaction(async (tx) => {
    const still = await claimPasswordLock(tx, name, place, at)
    if (still.locked) return locked(still.retryAfterSeconds)
    await recordWrongPassword(
      tx,
      name,
      place,
      keyedHash('CODE_KEY', 'wrong password', name, currentPassword),
      at,
      await lockRule(tx),
    )
    return fail('refused', 'password.current_wrong', { field: 'currentPassword' })
  })
}

/** Stores the candidate under the lock, and with it all that a new password brings. */
export async function set(
  tx: Tx,
  change: {
    readonly asking: Asking
    readonly session: Session
    readonly facts: PersonFacts
    readonly candidate: Candidate
    readonly stored: StoredPassword
    readonly at: Date
  },
): Promise<Answer<Changed>> {
  const { asking, session, facts, candidate, stored, at } = change
  const refusal = await refusalNow(tx, candidate, facts)
  if (refusal) return refusal
  const isRenewed = lastMfaAt(session.proofs) !== null
  const password = { hash: candidate.hash, before: stored.passwordHash, at, endsAt: null, isRenewed }
  if (!(await storePassword(tx, session.userId, password))) return fail('refused', 'password.changed_meanwhile')
  const ended = await endSessionsOf(tx, session.userId, session.id)
  const { issued, writes } = raisingOf(session, {}, at)
  await writeTogether(tx, writes)
  const clientAddress = asking.origin.clientAddress
  await tell(tx, session.userId, 'passwordChanged', { at: at.toISOString(), clientAddress, by: 'you' }, { facts })
  await record(tx, { ...eventOf(asking, at), activity: 'startedPasswordChange', outcome: 'success' })
  await record(tx, {
    ...eventOf(asking, at),
    activity: 'passwordChanged',
    outcome: 'success',
    reason: facts.temporaryPasswordEndsAt === null ? undefined : 'temporary_replaced',
    after: { sessionsEnded: ended },
  })
  return ok(issued)
}

export function closed(): Refusal {
  return fail('refused', 'security_info.freshness_required')
}

export function settled(asking: Asking, result: Answer<Changed>, at: Date): Answer<Changed> | Promise<Refusal> {
  return result.ok ? result : refused(asking, result, at)
}

/** A refusal is recorded on its own. A full queue is none: nothing was judged. */
export async function refused(asking: Asking, refusal: Refusal, at: Date): Promise<Refusal> {
  const { failure } = refusal
  if (failure.code === 'service.busy' || failure.code === 'password.current_missing') return refusal
  await transaction(async (tx) => {
    await record(tx, { ...eventOf(asking, at), activity: 'startedPasswordChange', outcome: 'success' })
    await record(tx, {
      ...eventOf(asking, at),
      ...{ activity: 'passwordChanged', outcome: 'failure', reason: auditReason(failure) },
      ...findingsOf(failure),
    })
  })
  return refusal
}

function findingsOf({ details }: Failure): Pick<AuditEvent, 'after'> {
  return typeof details?.findings === 'string' ? { after: { findings: details.findings.split(' ') } } : {}
}

export function eventOf(
  asking: Asking,
  at: Date,
): Pick<AuditEvent, 'at' | 'actor' | 'origin' | 'target' | 'correlationId'> {
  return {
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user', id: asking.session.userId },
    correlationId: asking.session.correlationId,
  }
}
