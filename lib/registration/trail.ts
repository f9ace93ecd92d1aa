import 'server-only'
import { record } from '@/lib/audit/record'
import type { Decision } from '@/lib/conditional-access/decision'
import { type Tx, type Write, writeTogether } from '@/lib/platform/db'
import type { Asking } from '@/lib/security-info/change'
import { ownPages } from '@/lib/sign-in/areas'
import { circumstancesOf } from '@/lib/sign-in/circumstances'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { signInEntryOf, stepsOf } from '@/lib/sign-in/log'
import type { Session } from '@/lib/sign-in/model'
import type { Need } from './model'

/** What going on with a sign-in leaves behind in the sign-in log and in the audit trail. */

/** Says how far the sign-in came, with the trace of what was decided. */
export async function log(
  tx: Tx,
  asking: Asking,
  session: Session,
  facts: PersonFacts,
  decision: Decision,
  errorCode: number,
  at: Date,
  /** Why, where no policy of Conditional Access is the reason. */
  otherwise?: string,
): Promise<void> {
  await writeTogether(tx, [entryOf(asking, session, facts, decision, errorCode, at, otherwise)])
}

/** What asked for registration first, as a code with a sentence, for whoever reads the sign-in log. */
export function whyOf({ mfa, passwordReset, review, campaign }: Need): string | undefined {
  const [first] = [mfa, passwordReset, review, campaign].flatMap((part) => part?.because ?? [])
  return first && `registration.asked_by_${first}`
}

/** The write of `log`. */
export function entryOf(
  asking: Asking,
  session: Session,
  facts: PersonFacts,
  decision: Decision,
  errorCode: number,
  at: Date,
  otherwise?: string,
): Write {
  return signInEntryOf({
    at,
    userId: session.userId,
    userPrincipalName: facts.subject.userPrincipalName,
    target: ownPages.id,
    origin: asking.origin,
    errorCode,
    failureReason:
      errorCode === 0 ? null : decision.outcome.kind === 'allow' && otherwise ? otherwise : decision.outcome.kind,
    steps: stepsOf(session.proofs),
    decision: decision.gate?.outcome.kind === 'block' ? decision.gate : decision,
    circumstances: circumstancesOf(facts.policySet, facts.subject, asking.origin),
    correlationId: session.correlationId,
  })
}

/** Somebody was kept from registering: administrators look for this in the audit log, under the person's name. */
export async function recordStopped(
  tx: Tx,
  asking: Asking,
  session: Session,
  decision: Decision,
  at: Date,
  reason?: string,
): Promise<void> {
  const deciding = decision.gate ?? decision
  const { outcome } = deciding
  await record(tx, {
    activity: 'gateRefused',
    at,
    outcome: 'failure',
    reason: reason ?? (outcome.kind === 'block' ? outcome.reason : outcome.kind),
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user', id: session.userId },
    correlationId: session.correlationId,
    policies: deciding.trace.map(({ policyId, policyVersion }) => ({ id: policyId, version: policyVersion })),
  })
}

/** Somebody went on without a required passkey because the browser can make none: the trail says how often that is claimed. */
export async function recordUnable(tx: Tx, { actor, origin }: Asking, session: Session, at: Date): Promise<void> {
  await record(tx, {
    activity: 'canceledRegistration',
    at,
    outcome: 'success',
    reason: 'registration.browser_without_passkeys',
    actor,
    origin,
    target: { kind: 'user', id: session.userId },
    correlationId: session.correlationId,
  })
}
