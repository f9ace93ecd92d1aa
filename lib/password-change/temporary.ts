import 'server-only'
import { record } from '@/lib/audit/record'
import { refusalToActOn } from '@/lib/directory/rights'
import { limits } from '@/lib/limits'
import { hashSecret } from '@/lib/password/hashing'
import { newTemporaryPassword } from '@/lib/password/temporary'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { type Asking, isFreshAdministrator, lockBoth } from '@/lib/security-info/change'
import { loadFacts } from '@/lib/sign-in/facts'
import { endSessionsOf, reloadSession } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { clearPasswordLock } from '@/lib/throttle/password-lock-store'
import { aboutOf, rulesOf } from './candidate'
import type { IssuedPassword, PasswordChangeFailureCode } from './model'
import { findPassword, storePassword } from './store'
import { issueTemporaryPasswordInDirectory } from './temporary-in-directory'

const lifetimeSeconds = limits.password.temporaryLifetimeDays * 86_400

/**
 * Gives somebody else a temporary password, made here and answered once; in a directory where theirs lives in one. The old password is gone, every session of the
 * person ends, a pause after wrong passwords too; the temporary one is good for setting a new one, for seven days.
 *
 * @see `50` §3 and §4, SEC-119, SEC-146, SEC-251
 */
export async function issueTemporaryPassword(
  asking: Asking,
  targetId: string,
): Promise<Result<IssuedPassword, PasswordChangeFailureCode>> {
  const at = now()
  const person = await loadFacts(db(), targetId, 'now')
  if (!person) return fail('refused', 'directory.not_found')
  if (person.passwordHome !== 'local') return issueTemporaryPasswordInDirectory(asking, person)
  const unknown = { isCommon: false, isBreached: false, isCurrent: false }
  const password = newTemporaryPassword(await rulesOf(db(), person), aboutOf(person, unknown))
  const hashed = await hashSecret(password)
  if (!hashed.ok) return hashed
  const endsAt = secondsFrom(at, lifetimeSeconds)
  const about = {
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user' as const, id: targetId },
    correlationId: asking.session.correlationId,
  }
  const result = await transaction<Result<undefined, PasswordChangeFailureCode>>(async (tx) => {
    if (!(await lockBoth(tx, targetId, asking.session.userId))) return fail('refused', 'directory.not_found')
    const session = await reloadSession(tx, asking.session.id, asking.session.userId, at)
    const actor = session ? await loadFacts(tx, session.userId, 'now') : null
    const target = await loadFacts(tx, targetId, 'now')
    const stored = await findPassword(tx, targetId)
    if (session?.stage !== 'full' || !actor || !target || !stored) return fail('refused', 'sign_in.session_ended')
    const refusal = refusalToActOn(actor.subject, 'users.resetPassword', target.subject)
    if (refusal) return fail('refused', refusal)
    if (!isFreshAdministrator(session, at)) return fail('refused', 'directory.fresh_required')
    if (stored.isInDirectory) return fail('refused', 'password.in_directory')
    // Shown only if it is the one that is stored.
    if (!(await storePassword(tx, targetId, { hash: hashed.value, before: stored.passwordHash, at, endsAt })))
      return fail('refused', 'password.changed_meanwhile')
    const ended = await endSessionsOf(tx, targetId)
    await clearPasswordLock(tx, stored.userPrincipalName)
    const when = { at: at.toISOString(), by: 'administrator' } as const
    await tell(tx, targetId, 'temporaryPasswordIssued', when, { facts: target })
    await record(tx, { ...about, activity: 'startedPasswordResetByAdministrator', outcome: 'success' })
    await record(tx, {
      ...about,
      activity: 'passwordResetByAdministrator',
      outcome: 'success',
      after: { endsAt: endsAt.toISOString(), sessionsEnded: ended },
    })
    return ok()
  })
  if (!result.ok) {
    const { code } = result.failure
    await transaction(async (tx) => {
      await record(tx, { ...about, activity: 'startedPasswordResetByAdministrator', outcome: 'success' })
      await record(tx, { ...about, activity: 'passwordResetByAdministrator', outcome: 'failure', reason: code })
    })
    return result
  }
  return ok({ password, endsAt: endsAt.toISOString(), isOnlyForReplacing: true })
}
