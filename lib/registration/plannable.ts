/**
 * The methods of the catalogue as the planner sees them, for one person and by the policies of now.
 */
import { catalogue, type WizardOrder } from '@/lib/authentication-methods/catalogue'
import { type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import { type MethodSubject, mayRegister, mayReset, mayUse } from '@/lib/authentication-methods/policy'
import type { MethodsPolicy, PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import type { PlannableMethod } from './model'

export type PlanningInput = {
  readonly methodsPolicy: MethodsPolicy
  readonly passwordResetPolicy: PasswordResetPolicy
  readonly subject: MethodSubject
  /** Kinds of all methods the person has, one entry each: what takes a place. */
  readonly registeredKinds: readonly MethodKind[]
  /**
   * Kinds of those that count towards the need: not disabled, not suspect, and registered since new ones were demanded.
   * Whether policy lets them be used is asked here.
   */
  readonly usableKinds: readonly MethodKind[]
  /** False when this browser is known to be unable to make one (no script, no WebAuthn). */
  readonly canCreatePasskey: boolean
}

/** The arguments of `planRegistration`, but for the need. */
export function planningFor(input: PlanningInput): {
  readonly allowed: readonly PlannableMethod<MethodKind>[]
  readonly registered: readonly PlannableMethod<MethodKind>[]
  readonly order: WizardOrder
} {
  const { methodsPolicy, subject, registeredKinds } = input
  const allowed = methodKinds.filter(
    (kind) =>
      catalogue[kind].isRegistrableInWizard &&
      (kind !== 'passkey' || input.canCreatePasskey) &&
      mayRegister(methodsPolicy, subject, kind, registeredKinds).allowed,
  )
  return {
    allowed: allowed.map((kind) => plannable(input, kind)),
    registered: input.usableKinds
      .filter((kind) => kind !== 'temporaryAccessPass')
      .map((kind) => plannable(input, kind)),
    order: methodsPolicy.wizardOrder,
  }
}

function plannable(input: PlanningInput, kind: MethodKind): PlannableMethod<MethodKind> {
  const { methodsPolicy, passwordResetPolicy, subject } = input
  const { family, rank, modes, isPhishingResistant } = catalogue[kind]
  const countsForMfa = mayUse(methodsPolicy, subject, kind, 'mfa').allowed
  return {
    id: kind,
    family,
    resetGroup: family,
    countsForMfa,
    countsForReset: mayReset(methodsPolicy, passwordResetPolicy, subject, kind).allowed,
    modes: countsForMfa ? modes : [],
    rank,
    isPasskey: isPhishingResistant,
  }
}
