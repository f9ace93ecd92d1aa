import 'server-only'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { fail, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { askGate } from '@/lib/security-info/gate'
import { ownPages } from '@/lib/sign-in/areas'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { nextStep } from '@/lib/sign-in/next-step'
import { lockPersonAndSession } from '@/lib/sign-in/session'
import { claimPasswordLock, clearPasswordLock } from '@/lib/throttle/password-lock-store'
import { prepare } from './candidate'
import { type Changed, checkCurrent, closed, refused, set, settled } from './commands'
import type { PasswordChangeFailureCode } from './model'
import { findPassword } from './store'
import { wayToChange } from './way'

/**
 * Sets a new password because a policy asks for one, in a sign-in whose proofs are all there. `currentPassword` is null
 * where the form did not ask for it: the sign-in began with it. Failures as for `changePassword`, and
 * `sign_in.not_finished` where nothing asks for it, or something else comes first.
 *
 * @see `30` §5, passwordChange
 */
export async function renewPassword(
  asking: Asking,
  input: { readonly currentPassword: string | null; readonly newPassword: string },
): Promise<Result<Changed, PasswordChangeFailureCode>> {
  const at = now()
  const { userId, proofs } = asking.session
  const isEnhanced = input.currentPassword === null
  if (isEnhanced && wayToChange(proofs, at, 'store') !== 'enhanced') return closed()
  const facts = await loadFacts(db(), userId, 'now')
  const stored = await findPassword(db(), userId)
  if (!facts || !stored) return fail('refused', 'sign_in.session_ended')
  // Before anything is judged: a session that has only begun must not become a place to try passwords at.
  if (!asksForNewPassword(facts, asking.session, asking.origin, at)) return fail('refused', 'sign_in.not_finished')
  if (stored.passwordHash === null) return refused(asking, fail('refused', 'password.none'), at)
  const place = isEnhanced ? null : await checkCurrent(asking, stored, input.currentPassword ?? '', at)
  if (place && !place.ok) return refused(asking, place, at)
  const candidate = await prepare(input.newPassword, facts, stored.passwordHash)
  if (!candidate.ok) return refused(asking, candidate, at)
  const familiarity = place?.value ?? null
  const result = await transaction<Result<Changed, PasswordChangeFailureCode>>(async (tx) => {
    const session = await lockPersonAndSession(tx, asking.session.id, userId, at)
    const present = session ? await loadFacts(tx, userId, 'now') : null
    if (!session || !present?.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    if (!asksForNewPassword(present, session, asking.origin, at)) return fail('refused', 'sign_in.not_finished')
    if (isEnhanced && wayToChange(session.proofs, at, 'store') !== 'enhanced') return closed()
    if (familiarity) {
      const lock = await claimPasswordLock(tx, stored.userPrincipalName, familiarity, at)
      if (lock.locked) return fail('throttled', 'throttle.locked_out', { retryAfterSeconds: lock.retryAfterSeconds })
      await clearPasswordLock(tx, stored.userPrincipalName, familiarity)
    }
    return set(tx, { asking, session, facts: present, candidate: candidate.value, stored, at })
  })
  return settled(asking, result, at)
}

/** Whether the policies ask this session for a new password now, everything before it being met. */
export function asksForNewPassword(facts: PersonFacts, session: Session, origin: Asking['origin'], at: Date): boolean {
  if (session.stage === 'full') return false
  if (session.stage === 'firstFactor') {
    return nextStep({ facts, session, target: ownPages, origin, at }).next.step === 'newPassword'
  }
  const { refusal } = askGate({ facts, session, origin, at, moment: 'open', kind: null })
  return refusal?.code === 'security_info.new_password_required'
}
