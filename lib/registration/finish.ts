import 'server-only'
import { record } from '@/lib/audit/record'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { askGate } from '@/lib/security-info/gate'
import { lockWithFacts } from '@/lib/sign-in/session'
import { isReviewDue, planFor } from './interrupt'
import { readProgress } from './progress'
import { forgetSnoozes } from './prompts'

/** Leaving the wizard: all is registered, all is still right, or not now. Signing in goes on with \`continueSignIn\`. */

/** Leaves the wizard where it may not be put off: nothing is registered, the session ends, and both facts are recorded. */
export async function cancelRegistration(asking: Asking): Promise<Result<undefined>> {
  const at = now()
  return transaction(async (tx) => {
    const base = {
      at,
      actor: asking.actor,
      origin: asking.origin,
      target: { kind: 'user' as const, id: asking.session.userId },
      correlationId: asking.session.correlationId,
    }
    await record(tx, { ...base, activity: 'canceledRegistration', outcome: 'success' })
    await record(tx, {
      ...base,
      activity: 'registeredAll',
      outcome: 'failure',
      reason: 'canceled security info registration',
    })
    return ok()
  })
}

/** The review page's "Done": records that all was registered, and goes on signing in. Failure: steps are still open. */
export async function finishRegistration(asking: Asking): Promise<Result<undefined>> {
  const at = now()
  return transaction(async (tx) => {
    const locked = await lockWithFacts(tx, asking.session.id, asking.session.userId, at)
    const progress = locked && readProgress(locked.session)
    if (!locked?.facts.subject.accountEnabled || !progress) return fail('refused', 'registration.session_expired')
    const { session, facts } = locked
    const plan = planFor(facts, progress.need)
    if (plan.steps.length > 0) return fail('refused', 'registration.not_finished')
    // A campaign asks for one method and says nothing about the others.
    if (progress.need.campaign) await forgetSnoozes(tx, session.userId)
    else await tx.user.update({ where: { id: session.userId }, data: { securityInfoConfirmedAt: at } })
    await record(tx, {
      activity: 'registeredAll',
      at,
      outcome: plan.unsatisfiable.length > 0 ? 'failure' : 'success',
      reason: plan.unsatisfiable.length > 0 ? 'registration.nothing_registrable' : undefined,
      actor: asking.actor,
      origin: asking.origin,
      target: { kind: 'user', id: session.userId },
      correlationId: session.correlationId,
    })
    return ok()
  })
}

/**
 * "Looks good" (W8): the person says that everything registered is still right, which begins the interval anew. Signing
 * in goes on afterwards. Failures: those of the gate; `registration.session_expired`; `registration.not_finished` when
 * a method is missing by now, so that there is something else to do first.
 *
 * @see `00` §5 F3, `20` §8
 */
export async function reviewSecurityInfo(asking: Asking): Promise<Result<undefined>> {
  const at = now()
  return transaction(async (tx) => {
    const locked = await lockWithFacts(tx, asking.session.id, asking.session.userId, at)
    const progress = locked && readProgress(locked.session)
    if (!locked?.facts.subject.accountEnabled || !progress) return fail('refused', 'registration.session_expired')
    const { session, facts } = locked
    if (!isReviewDue(progress.need, planFor(facts, progress.need))) return fail('refused', 'registration.not_finished')
    const { refusal } = askGate({ facts, session, origin: asking.origin, at, moment: 'store', kind: null })
    if (refusal) return { ok: false, failure: refusal }
    // A second press of the button says nothing new.
    if ((facts.securityInfoConfirmedAt?.getTime() ?? 0) >= progress.startedAt) return ok()
    await tx.user.update({ where: { id: session.userId }, data: { securityInfoConfirmedAt: at } })
    await record(tx, {
      activity: 'reviewed',
      at,
      outcome: 'success',
      actor: asking.actor,
      origin: asking.origin,
      target: { kind: 'user', id: session.userId },
      correlationId: session.correlationId,
    })
    return ok()
  })
}
