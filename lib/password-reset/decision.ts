import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import { clientOf, type RequestOrigin } from '@/lib/conditional-access/client-platform'
import { type Decision, withoutSources } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import { resetPassword } from '@/lib/conditional-access/model'
import { limits } from '@/lib/limits'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Gate } from './gates'
import type { ProvenGate } from './model'

/**
 * What the policies say of resetting a password, from here, with nothing proven but the gates. The engine is the one that
 * decides sign-ins; a password is never among the proofs, so a control that needs one can be met only by a passkey.
 */
export function askPolicies(input: {
  readonly facts: PersonFacts
  readonly gates: readonly Gate[]
  readonly proven: readonly ProvenGate[]
  readonly origin: RequestOrigin
  readonly at: Date
}): Decision {
  const { facts, gates, proven, origin, at } = input
  return evaluate(facts.policySet, {
    now: at.getTime(),
    subject: facts.subject,
    target: { kind: 'userAction', action: resetPassword },
    ...clientOf(origin),
    ...withoutSources,
    interruptMode: false,
    proofs: proofsOf(proven),
    usableModes: gates.flatMap(({ method }) => modesOf(method.kind)),
    registrableModes: [],
    freshnessSeconds: limits.freshness.securityInfoSeconds,
  })
}

/** Whether one of the gates that are left could meet what the policies still ask for. */
export function couldMeet(decision: Decision, left: readonly Gate[]): boolean {
  const modes = new Set(left.flatMap(({ method }) => modesOf(method.kind)))
  return decision.required?.ways.some((way) => way.length > 0 && way.every((mode) => modes.has(mode))) ?? false
}

function proofsOf(proven: readonly ProvenGate[]): Proof[] {
  return proven.flatMap(({ mode, methodId, at, userVerified }) =>
    mode === null ? [] : [{ mode, methodId, at, ...(userVerified === undefined ? {} : { userVerified }) }],
  )
}

function modesOf(kind: Gate['method']['kind']): AuthenticationMethodMode[] {
  switch (kind) {
    case 'email':
      return ['email']
    case 'mobilePhone':
      return ['sms', 'voice']
    case 'officePhone':
      return ['voice']
    case 'softwareOath':
      return ['softwareOath']
    case 'hardwareOath':
      return ['hardwareOath']
    case 'passkey':
      return ['fido2']
    default:
      return []
  }
}
