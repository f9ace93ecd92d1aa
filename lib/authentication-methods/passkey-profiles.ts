/**
 * Which passkeys a person may register and use: those that satisfy at least one of the profiles that the include targets give them.
 *
 * The type (device-bound or synced) is a flag that is signed at every use, so it is asked at registration and at sign-in. So is the
 * list of models, which an unproven AAGUID can be refused by and never allowed by. Attestation itself is asked for
 * at registration only: a passkey that was registered before keeps working.
 *
 * @see `10` §12; SEC-028, SEC-034
 */
import { unknownAaguid } from './model'
import type { MethodSubject } from './policy'
import { allUsers, type MethodsPolicy, type PasskeyProfile } from './policy-model'

/** What a profile asks of a passkey. */
export type PasskeyFacts = {
  readonly backupEligible: boolean
  readonly aaguid: string
  /** Its attestation led to a root of the model's maker, so the AAGUID is more than a claim. */
  readonly isAttested: boolean
}

/** Why a passkey satisfies no profile: for the audit log and administrators. */
export type ProfileRefusal = 'no_profile' | 'synced' | 'device_bound' | 'attestation_required' | 'model_not_allowed'

/** The profiles that hold for the person; none when the method is off, or a group of theirs is excluded. */
export function profilesFor(
  policy: MethodsPolicy,
  subject: Pick<MethodSubject, 'groupIds'>,
): readonly PasskeyProfile[] {
  const { state, includeTargets, excludeTargets } = policy.methods.passkey
  if (state !== 'enabled' || excludeTargets.some(({ id }) => subject.groupIds.has(id))) return []
  const ids = includeTargets
    .filter(({ id }) => id === allUsers || subject.groupIds.has(id))
    .flatMap((target) => profileIdsOf(policy.methods.passkey, target))
  return policy.methods.passkey.passkeyProfiles.filter(({ id }) => ids.includes(id))
}

/** A target that names no profile gives the default one. */
export function profileIdsOf(
  configuration: MethodsPolicy['methods']['passkey'],
  target: MethodsPolicy['methods']['passkey']['includeTargets'][number],
): readonly string[] {
  return target.allowedPasskeyProfiles?.length ? target.allowedPasskeyProfiles : [configuration.defaultPasskeyProfile]
}

/** Null when one profile is satisfied, else why the first of them is not. */
export function refusalOfPasskey(
  policy: MethodsPolicy,
  subject: Pick<MethodSubject, 'groupIds'>,
  passkey: PasskeyFacts,
  moment: 'registration' | 'signIn',
): ProfileRefusal | null {
  const refusals = profilesFor(policy, subject).map((profile) => refusalBy(profile, passkey, moment))
  return refusals.includes(null) ? null : (refusals[0] ?? 'no_profile')
}

/** Whether a browser has to be asked for the authenticator's statement: some profile cannot be satisfied without. */
export function asksForAttestation(profiles: readonly PasskeyProfile[]): boolean {
  return profiles.some((profile) => profile.attestationEnforcement === 'registrationOnly' || isAllowList(profile))
}

/** Where a browser looks for an authenticator first. @see WebAuthn L3 §5.8.7 */
export const authenticatorHints = ['client-device', 'hybrid', 'security-key'] as const
export type AuthenticatorHint = (typeof authenticatorHints)[number]

/**
 * The hints for making a passkey: what the person chose, else security keys first where every profile wants a passkey that
 * stays on one device and proves its model. They order what a browser offers and forbid nothing.
 */
export function hintsFor(
  profiles: readonly PasskeyProfile[],
  chosen: AuthenticatorHint | null,
): readonly AuthenticatorHint[] {
  if (chosen) return [chosen]
  const wantsKeys = (profile: PasskeyProfile) =>
    !profile.passkeyTypes.includes('synced') && asksForAttestation([profile])
  return profiles.length > 0 && profiles.every(wantsKeys) ? ['security-key', 'client-device'] : []
}

function refusalBy(
  profile: PasskeyProfile,
  passkey: PasskeyFacts,
  moment: 'registration' | 'signIn',
): ProfileRefusal | null {
  if (!profile.passkeyTypes.includes(passkey.backupEligible ? 'synced' : 'deviceBound')) {
    return passkey.backupEligible ? 'synced' : 'device_bound'
  }
  if (moment === 'registration' && profile.attestationEnforcement === 'registrationOnly' && !passkey.isAttested) {
    return 'attestation_required'
  }
  return isModelAllowed(profile, passkey) ? null : 'model_not_allowed'
}

function isModelAllowed(profile: PasskeyProfile, { aaguid, isAttested }: PasskeyFacts): boolean {
  const { isEnforced, aaGuids } = profile.keyRestrictions
  if (!isEnforced) return true
  const isListed = aaGuids.includes(aaguid)
  return isAllowList(profile) ? isListed && isAttested && aaguid !== unknownAaguid : !isListed
}

function isAllowList({ keyRestrictions }: PasskeyProfile): boolean {
  return keyRestrictions.isEnforced && keyRestrictions.enforcementType === 'allow'
}
