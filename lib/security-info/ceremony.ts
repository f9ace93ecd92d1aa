import 'server-only'
import { recordAlone, recordOf } from '@/lib/audit/record'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { now } from '@/lib/platform/clock'
import { transaction, type Write, writeTogether } from '@/lib/platform/db'
import { type Fail, type Failure, fail, ok, type Result } from '@/lib/result'
import { lockWithFacts } from '@/lib/sign-in/session'
import type { Asking, ChangeContext } from './change'
import { askGate } from './gate'
import { gateEntryOf } from './gate-log'

/** Somebody who begins a ceremony. */
export type Starting = Asking & {
  /** Asked under the locks, before the gate: when it says no the ceremony ends with `notDue`, which nobody records. */
  readonly isDue?: (found: Pick<ChangeContext, 'session' | 'facts'>) => boolean
}

/** `writes`: of rows that nothing else here touches. */
export type Opened<T> = Result<T> & { readonly writes?: readonly Write[] }

/** The page that the form was on has been overtaken. */
export const notDue = 'registration.not_due'

/**
 * Begins a ceremony: the gate is asked, `open` writes the pending half, and the start is recorded, all in one
 * transaction. The yes given here serves the person; storing asks again (`change.ts`).
 */
export async function startCeremony<T>(
  asking: Starting,
  kind: MethodKind,
  open: (context: ChangeContext) => Promise<Opened<T>>,
): Promise<Result<T>> {
  const at = now()
  const about = {
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user' as const, id: asking.session.userId },
    method: { kind },
    correlationId: asking.session.correlationId,
  }
  const result = await transaction<Result<T>>(async (tx) => {
    const locked = await lockWithFacts(tx, asking.session.id, asking.session.userId, at)
    if (!locked?.facts.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    const { session, facts } = locked
    if (asking.isDue?.(locked) === false) return fail('refused', notDue)
    const { decision, refusal } = askGate({ facts, session, origin: asking.origin, at, moment: 'start', kind })
    const logged = gateEntryOf(asking, { facts, session, decision, refusal, at })
    const opened = refusal ? null : await open({ tx, at, facts, session, ceremony: null })
    if (!opened?.ok) {
      await writeTogether(tx, [logged])
      return opened ?? { ok: false, failure: refusal as Failure }
    }
    const started = recordOf({
      ...about,
      activity: 'startedRegistration',
      outcome: 'success',
      policies: decision.trace.map(({ policyId, policyVersion }) => ({ id: policyId, version: policyVersion })),
    })
    await writeTogether(tx, [logged, started, ...(opened.writes ?? [])])
    return ok(opened.value) as Result<T>
  })
  if (!result.ok && result.failure.code !== notDue) {
    await recordAlone({ ...about, activity: 'startedRegistration', outcome: 'failure', reason: result.failure.code })
  }
  return result
}

/** A finish that is refused before anything could be stored; recorded like one that was refused while storing. */
export async function refuseFinish(
  asking: Asking,
  about: { readonly activity: 'registered' | 'updated'; readonly kind: MethodKind },
  refused: Fail,
  at: Date,
): Promise<Fail> {
  await recordAlone({
    activity: about.activity,
    at,
    outcome: 'failure',
    reason: refused.failure.code,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user', id: asking.session.userId },
    method: { kind: about.kind },
    correlationId: asking.session.correlationId,
  })
  return refused
}
