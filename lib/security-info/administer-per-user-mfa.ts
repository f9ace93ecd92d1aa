import 'server-only'
import { record, recordAlone } from '@/lib/audit/record'
import type { PerUserMfaState } from '@/lib/authentication-methods/registration-policy'
import { refusalToActOn } from '@/lib/directory/rights'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { loadFacts } from '@/lib/sign-in/facts'
import { reloadSession } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { type Asking, isFreshAdministrator, lockBoth } from './change'

/**
 * Decides MFA for one person, under both persons' locks and with the administrator's rights and proof as they are then. No
 * session ends: it counts from the next sign-in. A state that it has already is no change and leaves no trace. Failures:
 * `directory.…`, `sign_in.session_ended`.
 *
 * @see `50` §1, §4.1; Graph strongAuthenticationRequirements
 */
export async function decidePerUserMfa(
  asking: Asking,
  input: { readonly targetId: string; readonly state: PerUserMfaState },
): Promise<Result<undefined>> {
  const at = now()
  const { targetId, state } = input
  const about = {
    activity: 'perUserMfaUpdated' as const,
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user' as const, id: targetId },
    correlationId: asking.session.correlationId,
  }
  const result = await transaction<Result<undefined>>(async (tx) => {
    if (!(await lockBoth(tx, targetId, asking.session.userId))) return fail('refused', 'directory.not_found')
    const session = await reloadSession(tx, asking.session.id, asking.session.userId, at)
    const actor = session ? await loadFacts(tx, session.userId, 'now') : null
    const target = await loadFacts(tx, targetId, 'now')
    if (session?.stage !== 'full' || !actor || !target) return fail('refused', 'sign_in.session_ended')
    const refusal = refusalToActOn(actor.subject, 'perUserMfa.update', target.subject)
    if (refusal) return fail('refused', refusal)
    if (!isFreshAdministrator(session, at)) return fail('refused', 'directory.fresh_required')
    const before = target.registration.perUserMfaState
    if (before === state) return ok()
    await tx.user.update({ where: { id: targetId }, data: { perUserMfaState: state } })
    const change = { before: { perUserMfaState: before }, after: { perUserMfaState: state } }
    await record(tx, { ...about, outcome: 'success', ...change })
    const template = state === 'disabled' ? 'perUserMfaOff' : 'perUserMfaOn'
    await tell(tx, targetId, template, { at: at.toISOString(), by: 'administrator' }, { facts: target })
    return ok()
  })
  if (!result.ok) await recordAlone({ ...about, outcome: 'failure', reason: result.failure.code })
  return result
}
