import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import type { Context, Decision } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import type { Target } from '@/lib/conditional-access/match'
import { limits } from '@/lib/limits'
import type { PersonFacts } from './facts'
import type { Session } from './model'
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
  | { readonly step: 'complete' }

export function nextStep(input: {
  readonly facts: PersonFacts
  readonly session: Session
  readonly target: Target
  readonly clientAddress: string | null
  readonly at: Date
}): { readonly next: NextStep; readonly decision: Decision } {
  const { facts, session, at } = input
  const context: Context = {
    now: at.getTime(),
    subject: facts.subject,
    target: input.target,
    address: input.clientAddress,
    interruptMode: session.stage !== 'full',
    proofs: session.proofs,
    usableModes: mfaModes(facts),
    registrableModes: registrableModes(facts),
    freshnessSeconds: limits.freshness.securityInfoSeconds,
  }
  const decision = evaluate(facts.policySet, context)
  return { decision, next: stepFor(decision) }
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
      return decision.gate?.outcome.kind === 'challenge'
        ? { step: 'verify', ways: decision.gate.required?.ways ?? [] }
        : { step: 'register' }
    case 'block':
      return {
        step: 'blocked',
        reason: outcome.reason === 'noMethod' || outcome.reason === 'otherMethodNeeded' ? outcome.reason : 'policy',
        errorCode: outcome.error,
      }
  }
}
