/**
 * The methods of the catalogue as the planner sees them, for one person and by the policies of now.
 */
import { catalogue, type WizardOrder } from '@/lib/authentication-methods/catalogue'
import { isPhoneKind, type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import { allowedModes, type MethodSubject, mayRegister, mayReset, mayUse } from '@/lib/authentication-methods/policy'
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
  /** The organisation keeps a business phone of the person; only then is an office phone asked for. `10` §1 */
  readonly hasBusinessPhone: boolean
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
      (kind !== 'officePhone' || input.hasBusinessPhone) &&
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
  const { family, rank, isPhishingResistant } = catalogue[kind]
  const countsForMfa = mayUse(methodsPolicy, subject, kind, 'mfa').allowed
  return {
    id: kind,
    family,
    // Two phones are two ways back in; all apps together are one. `20` §3 rule 4
    resetGroup: isPhoneKind(kind) ? kind : family,
    countsForMfa,
    countsForReset: mayReset(methodsPolicy, passwordResetPolicy, subject, kind).allowed,
    modes: countsForMfa ? allowedModes(methodsPolicy, subject, kind) : [],
    rank,
    isPasskey: isPhishingResistant,
  }
}
