import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import { clientOf, type RequestOrigin } from '@/lib/conditional-access/client-platform'
import { type Context, type Decision, withoutSources } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import type { Target } from '@/lib/conditional-access/match'
import { limits } from '@/lib/limits'
import { controlFacts } from './control-facts'
import type { PersonFacts } from './facts'
import { isPasswordDue, lastMfaAt, type Session } from './model'
import { mfaModes, registrableModes } from './usable'

/**
 * What comes next in a sign-in, asked after every factor: prove more, register, stop, or go on to what was wanted.
 *
 * Pure; the decision's trace goes to the sign-in log, so the log cannot tell another story than the one acted on.
 */
export type NextStep =
  | { readonly step: 'verify'; readonly ways: readonly (readonly AuthenticationMethodMode[])[] }
  | { readonly step: 'register' }
  | {
      readonly step: 'blocked'
      readonly reason: 'noMethod' | 'otherMethodNeeded' | 'policy'
      readonly errorCode: number
    }
  /** Everything is proven; a new password is still asked for. */
  | { readonly step: 'newPassword' }
  /** Everything is proven; these terms of use are still to be accepted, the first of them now. */
  | { readonly step: 'terms'; readonly terms: readonly string[] }
  | { readonly step: 'complete' }

export function nextStep(input: {
  readonly facts: PersonFacts
  readonly session: Pick<Session, 'stage' | 'proofs'>
  readonly target: Target
  readonly origin: RequestOrigin
  readonly at: Date
}): { readonly next: NextStep; readonly decision: Decision } {
  const { facts, session, at } = input
  const context: Context = {
    now: at.getTime(),
    subject: facts.subject,
    target: input.target,
    ...clientOf(input.origin),
    ...withoutSources,
    ...controlFacts(facts, session, at, withoutSources.risk),
    interruptMode: session.stage !== 'full',
    proofs: session.proofs,
    usableModes: mfaModes(facts),
    registrableModes: registrableModes(facts),
    freshnessSeconds: limits.freshness.securityInfoSeconds,
  }
  const decision = evaluate(facts.policySet, context)
  return { decision, next: stepAfter(decision, facts, session) }
}

/** What a decision about signing in leads to for this person in this session. */
export function stepAfter(
  decision: Decision,
  facts: PersonFacts,
  session: Pick<Session, 'stage' | 'proofs'>,
): NextStep {
  const next = stepFor(decision)
  // A page for the person comes after what they prove, per-user MFA included.
  const isProven = next.step === 'complete' || next.step === 'terms' || next.step === 'newPassword'
  return isProven && owesOwnMfa({ facts, session }) ? verifyWithAny(facts) : next
}

/**
 * Per-user MFA: whoever has a second factor uses it at every sign-in, whatever the policies say; whoever has none is asked to
 * register one. Only signing in asks: a session that is complete stays so. The same goes for a password that its directory
 * holds for over: it may be an old one that others know, so whoever has a second factor proves it before setting a new one.
 *
 * @see `50` §4.1, `20` §2 T2
 */
function owesOwnMfa({
  facts,
  session,
}: {
  readonly facts: PersonFacts
  readonly session: Pick<Session, 'stage' | 'proofs'>
}): boolean {
  const isAsked = facts.registration.perUserMfaState !== 'disabled' || isPasswordDue(session.proofs)
  if (!isAsked || session.stage === 'full') return false
  return lastMfaAt(session.proofs) === null && mfaModes(facts).length > 0
}

function verifyWithAny(facts: PersonFacts): NextStep {
  return { step: 'verify', ways: mfaModes(facts).map((mode) => [mode]) }
}

function stepFor(decision: Decision): NextStep {
  const { outcome, required } = decision
  switch (outcome.kind) {
    case 'allow':
      return { step: 'complete' }
    case 'challenge':
      return { step: 'verify', ways: required?.ways ?? [] }
    case 'register':
      // Registering is itself protected: a method at hand is asked for before the wizard opens.
      // So are a new password and terms of use, and then comes the wizard.
      return decision.gate && isBeforeWizard(decision.gate) ? stepFor(decision.gate) : { step: 'register' }
    case 'changePassword':
      return { step: 'newPassword' }
    case 'acceptTerms':
      return { step: 'terms', terms: outcome.terms }
    case 'block':
      return {
        step: 'blocked',
        reason: outcome.reason === 'noMethod' || outcome.reason === 'otherMethodNeeded' ? outcome.reason : 'policy',
        errorCode: outcome.error,
      }
  }
}

function isBeforeWizard({ outcome: { kind } }: Decision): boolean {
  return kind === 'challenge' || kind === 'changePassword' || kind === 'acceptTerms'
}

/** Whether the session was opened with a password that is good for nothing but setting a new one. SEC-119 */
export function mustSetPassword(
  session: Pick<Session, 'proofs'>,
  facts: Pick<PersonFacts, 'temporaryPasswordEndsAt'>,
): boolean {
  const isTemporary = facts.temporaryPasswordEndsAt !== null && session.proofs.some(({ mode }) => mode === 'password')
  return isTemporary || isPasswordDue(session.proofs)
}
