/**
 * Authentication strengths: named sets of combinations of methods, any one of which is enough.
 *
 * A strength is compared by combinations, never by a number: `password,sms` and `fido2` are different things, not
 * more and less of one thing. Pure; rows of custom strengths are kept by conditional-access.
 *
 * @see Graph authenticationStrengthPolicy; `70` §6, `30` §7
 */
import { z } from 'zod'
import {
  type AuthenticationMethodMode,
  authenticationMethodModeSchema,
  authenticationMethodModes,
  type Proof,
} from './model'

export type AuthenticationStrength = {
  readonly id: string
  readonly displayName: string
  readonly description: string | null
  readonly policyType: 'builtIn' | 'custom'
  /** Graph's flags strings: modes in ascending order, joined by a comma without a space. */
  readonly allowedCombinations: readonly string[]
}

/**
 * True when the proofs contain every mode of at least one allowed combination.
 *
 * Which proofs count (age, performed or only registered) is the caller's question: pass only those that do. A `fido2`
 * proof without user verification is a single factor, and no combination has a place for it.
 */
export function satisfies(strength: AuthenticationStrength, proofs: readonly Proof[]): boolean {
  const proven = provenModes(proofs)
  return combinationsOf(strength).some((combination) => combination.every((mode) => proven.has(mode)))
}

/** The modes that these proofs establish. A passkey that did not verify its user establishes none. */
export function provenModes(proofs: readonly Proof[]): ReadonlySet<AuthenticationMethodMode> {
  return new Set(
    proofs.filter((proof) => proof.mode !== 'fido2' || proof.userVerified === true).map((proof) => proof.mode),
  )
}

/** True when somebody who can perform these modes could satisfy the strength. A password must be among the modes to count. */
export function canSatisfyWith(strength: AuthenticationStrength, modes: Iterable<AuthenticationMethodMode>): boolean {
  const available = new Set(modes)
  return combinationsOf(strength).some((combination) => combination.every((mode) => available.has(mode)))
}

/**
 * What is left to perform: one list of modes for each combination that proven and available modes can complete, in the
 * strength's own order. Empty when none can be completed; contains an empty list when the strength is already met.
 */
export function waysToSatisfy(
  strength: AuthenticationStrength,
  proven: ReadonlySet<AuthenticationMethodMode>,
  available: ReadonlySet<AuthenticationMethodMode>,
): readonly (readonly AuthenticationMethodMode[])[] {
  return combinationsOf(strength)
    .filter((combination) => combination.every((mode) => proven.has(mode) || available.has(mode)))
    .map((combination) => combination.filter((mode) => !proven.has(mode)))
}

const parsed = new WeakMap<AuthenticationStrength, readonly (readonly AuthenticationMethodMode[])[]>()

/** The allowed combinations as lists of modes, in the strength's order; text that is no combination is left out. */
export function combinationsOf(strength: AuthenticationStrength): readonly (readonly AuthenticationMethodMode[])[] {
  const known = parsed.get(strength)
  if (known) return known
  const combinations = strength.allowedCombinations.flatMap((text) => {
    const modes = text.split(',').map((part) => authenticationMethodModeSchema.safeParse(part.trim()))
    return modes.every((mode) => mode.success) ? [modes.map((mode) => mode.data)] : []
  })
  parsed.set(strength, combinations)
  return combinations
}

/** The 19 combinations that are multifactor, in Graph's order. */
export const multifactorCombinations = [
  'windowsHelloForBusiness',
  'fido2',
  'x509CertificateMultiFactor',
  'deviceBasedPush',
  'temporaryAccessPassOneTime',
  'temporaryAccessPassMultiUse',
  'password,microsoftAuthenticatorPush',
  'password,softwareOath',
  'password,hardwareOath',
  'password,x509CertificateSingleFactor',
  'password,x509CertificateMultiFactor',
  'password,sms',
  'password,voice',
  'federatedMultiFactor',
  'microsoftAuthenticatorPush,federatedSingleFactor',
  'softwareOath,federatedSingleFactor',
  'hardwareOath,federatedSingleFactor',
  'sms,federatedSingleFactor',
  'voice,federatedSingleFactor',
] as const

/** Single factors, for custom strengths only. Email is no sign-in factor of members and cannot be chosen. */
export const singleFactorCombinations = [
  'x509CertificateSingleFactor',
  'federatedSingleFactor',
  'password',
  'sms',
  'qrCodePin',
] as const

export const allCombinations: readonly string[] = [...multifactorCombinations, ...singleFactorCombinations]

function builtIn(id: string, displayName: string, description: string, allowedCombinations: readonly string[]) {
  return { id, displayName, description, policyType: 'builtIn', allowedCombinations } as const
}

/** What the grant `mfa` asks for, as a strength. */
export const multifactorStrength: AuthenticationStrength = builtIn(
  '00000000-0000-0000-0000-000000000002',
  'Multifactor authentication',
  'Combinations of methods that satisfy strong authentication, such as a password and an SMS',
  multifactorCombinations,
)

/**
 * What the grant `mfa` accepts: its strength, and a recovery code beside the password. A code may stand in where a
 * policy asks for any second factor; where it names a strength, somebody chose which, and a code is not among them.
 *
 * @see SEC-102
 */
export const mfaGrant: AuthenticationStrength = {
  ...multifactorStrength,
  allowedCombinations: [...multifactorCombinations, 'password,recoveryCode'],
}

/** The three strengths that exist everywhere and cannot be changed. */
export const builtInStrengths: readonly AuthenticationStrength[] = [
  multifactorStrength,
  builtIn(
    '00000000-0000-0000-0000-000000000003',
    'Passwordless MFA',
    'Passwordless methods that satisfy strong authentication, such as a passkey',
    multifactorCombinations.slice(0, 4),
  ),
  builtIn(
    '00000000-0000-0000-0000-000000000004',
    'Phishing-resistant MFA',
    'Phishing-resistant, passwordless methods for the strongest authentication, such as a passkey',
    multifactorCombinations.slice(0, 3),
  ),
]

const multifactor: ReadonlySet<string> = new Set(multifactorCombinations)

/** Graph's `requirementsSatisfied`: `mfa` when every allowed combination is multifactor. */
export function requirementsSatisfied(strength: Pick<AuthenticationStrength, 'allowedCombinations'>): 'mfa' | 'none' {
  const { allowedCombinations } = strength
  return allowedCombinations.length > 0 && allowedCombinations.every((text) => multifactor.has(text)) ? 'mfa' : 'none'
}

const modesByName = new Map(authenticationMethodModes.map((mode) => [mode.toLowerCase(), mode]))

/**
 * A combination as somebody may write it (any order, spaces, any case) in Graph's one spelling, or null when it is
 * none of the combinations a strength may allow.
 */
export function canonicalCombination(text: string): string | null {
  const modes = text.split(',').map((part) => modesByName.get(part.trim().toLowerCase()))
  const ordered = authenticationMethodModes.filter((mode) => modes.includes(mode))
  if (ordered.length !== modes.length) return null
  return allCombinations.find((combination) => combination === ordered.join(',')) ?? null
}

/** A combination in input: accepted as `canonicalCombination` does, refused when unknown. */
export const combinationSchema = z.string().transform((text, context) => {
  const combination = canonicalCombination(text)
  if (combination !== null) return combination
  context.addIssue({ code: 'custom', message: 'unknown combination of authentication methods' })
  return z.NEVER
})
