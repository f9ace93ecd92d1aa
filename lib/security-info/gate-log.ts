import 'server-only'
import type { Decision } from '@/lib/conditional-access/decision'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { limits } from '@/lib/limits'
import { transaction, type Write, writeTogether } from '@/lib/platform/db'
import type { Failure } from '@/lib/result'
import { circumstancesOf } from '@/lib/sign-in/circumstances'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { signInEntryOf, stepsOf } from '@/lib/sign-in/log'
import { errorCodes, type Session } from '@/lib/sign-in/model'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import type { Asking } from './change'

/** What the gate was asked, and what it said. */
export type Asked = {
  readonly facts: PersonFacts
  readonly session: Session
  readonly decision: Decision
  readonly refusal: Failure | null
  readonly at: Date
}

/** The gate's answer for the sign-in log, with its trace: what a reference on a refusal leads to. */
export function gateEntryOf(
  { origin }: Pick<Asking, 'origin'>,
  { facts, session, decision, refusal, at }: Asked,
): Write {
  return signInEntryOf({
    at,
    userId: session.userId,
    userPrincipalName: facts.subject.userPrincipalName,
    target: registerSecurityInformation,
    origin,
    errorCode: errorCodeOf(decision, refusal !== null),
    failureReason: refusal?.code ?? null,
    steps: stepsOf(session.proofs),
    decision,
    circumstances: circumstancesOf(facts.policySet, facts.subject, origin),
    correlationId: session.correlationId,
  })
}

/**
 * Writes a refusal that came from looking at a page or from storing, on its own. A page can be looked at without end, so
 * only so many of one session are kept.
 */
export async function logRefusal(asking: Pick<Asking, 'origin'>, asked: Asked): Promise<void> {
  await transaction(async (tx) => {
    const { refusalsPerSession: max, refusalsWindowSeconds: windowSeconds } = limits.gateLog
    const turn = await consume(tx, throttleKey('gateLog', asked.session.id), { max, windowSeconds }, asked.at)
    if (turn.allowed) await writeTogether(tx, [gateEntryOf(asking, asked)])
  })
}

/** As administrators know it: a start that another policy expects to end in registering is not yet a success. */
function errorCodeOf({ outcome }: Decision, isRefused: boolean): number {
  switch (outcome.kind) {
    case 'allow':
      return isRefused ? errorCodes.blockedByConditionalAccess : errorCodes.success
    case 'challenge':
      return errorCodes.mfaRequired
    case 'register':
      return errorCodes.registrationRequired
    case 'changePassword':
      return errorCodes.passwordChangeRequired
    case 'acceptTerms':
      return errorCodes.termsRequired
    case 'block':
      return outcome.error
  }
}
