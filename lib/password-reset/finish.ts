import 'server-only'
import { limits } from '@/lib/limits'
import { auditReason, prepare, refusalNow } from '@/lib/password-change/candidate'
import type { PasswordChangeFailureCode } from '@/lib/password-change/model'
import { findPassword, storePassword } from '@/lib/password-change/store'
import { db } from '@/lib/platform/db'
import { type Fail, fail, ok } from '@/lib/result'
import { directories } from './account'
import { askDirectory, noteAsking } from './ask-directory'
import { completeReset, completeUnlock } from './complete'
import { evenly } from './even-time'
import { type Context, lookBefore, note, type Resetting, refusedByThrottle, type StepResult, takeStep } from './flow'
import { findReset } from './store'

/**
 * The end of a reset: a new password, or only the end of a lock. Everything is decided once more under the person's lock,
 * and what a new password brings happens with it or not at all.
 *
 * @see SEC-125 to SEC-128, SEC-130, SEC-194, SEC-200
 */

/**
 * Sets the password. The old one may be chosen again: nobody who forgot it can be asked to avoid it. Failures:
 * `password.not_acceptable` with all reasons, `service.busy`, `password.changed_meanwhile`,
 * `password_reset.directory_refused` (details `words`), `password_reset.directory_unavailable`.
 */
export function setNewPassword(resetting: Resetting, newPassword: string): Promise<StepResult> {
  // Nothing may be proven yet: then this step is asked by a stranger, too.
  return evenly(limits.passwordReset.answerMilliseconds, () => judgeNewPassword(resetting, newPassword))
}

async function judgeNewPassword(resetting: Resetting, newPassword: string): Promise<StepResult> {
  // A reset that is not at its end is not worth a hash; where it stands is asked under the lock.
  const facts = (await lookBefore(resetting, ['newPassword']))?.account?.facts
  if (!facts) return takeStep(resetting, [], async ({ step }) => ok({ step, token: null }))
  const stored = await findPassword(db(), facts.subject.id)
  const candidate = await prepare(newPassword, facts, null)
  if (!candidate.ok) {
    if (candidate.failure.code === 'service.busy') return candidate
    return takeStep(resetting, ['newPassword'], (context) => notAcceptable(context, candidate))
  }
  const answer = await takeStep(resetting, ['newPassword'], async (context) => {
    const throttled = await refusedByThrottle(context, 'identify')
    if (throttled) return throttled
    const { tx, at, account } = context
    const present = account.facts
    if (!present) throw new Error('a reset at its end has no account')
    const refusal = await refusalNow(tx, candidate.value, present)
    if (refusal) return notAcceptable(context, refusal)
    if (account.home.kind === 'directory') return noteAsking(context, { home: account.home, newPassword })
    const password = { hash: candidate.value.hash, before: stored?.passwordHash ?? null, at, endsAt: null }
    if (!(await storePassword(tx, present.subject.id, password))) return fail('refused', 'password.changed_meanwhile')
    return completeReset(context, present)
  })
  return afterwards(resetting, answer)
}

/** Ends a lock, and leaves the password as it is. Failures: those of a directory, as above. */
export function unlock(resetting: Resetting): Promise<StepResult> {
  return evenly(limits.passwordReset.answerMilliseconds, () => endLock(resetting))
}

async function endLock(resetting: Resetting): Promise<StepResult> {
  const answer = await takeStep(resetting, ['unlock'], async (context) => {
    const throttled = await refusedByThrottle(context, 'identify')
    if (throttled) return throttled
    const { facts, home } = context.account
    if (!facts) throw new Error('a reset at its end has no account')
    return home.kind === 'directory' ? noteAsking(context, { home, newPassword: null }) : completeUnlock(context, facts)
  })
  return afterwards(resetting, answer)
}

async function notAcceptable(
  context: Context,
  refusal: Fail<PasswordChangeFailureCode>,
): Promise<Fail<PasswordChangeFailureCode>> {
  await note(context, 'passwordReset', 'failure', { reason: auditReason(refusal.failure) })
  return refusal
}

/** What happens outside of the transaction: a directory that was noted is asked. */
async function afterwards(resetting: Resetting, answer: StepResult): Promise<StepResult> {
  if (!answer.ok || answer.value.step !== 'findingOut') return answer
  const found = await findReset(db(), resetting.token)
  // Somebody else's question is theirs to settle.
  if (found?.state !== 'writing' || !answer.value.isAsked) return answer
  return askDirectory(found.id, resetting.origin, resetting.directory ?? directories)
}
