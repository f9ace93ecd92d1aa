/**
 * Changes of passkey profiles: one made or put in the place of the one with its id, one removed, and which targets have which.
 *
 * What a profile may say is the document's own schema to judge. A profile is removed only when no target has it and it is not
 * the default one, so that no target is left with a profile that is gone.
 *
 * @see `10` §12; Graph fido2AuthenticationMethodConfiguration, passkeyProfile
 */
import { z } from 'zod'
import { profileIdsOf } from '@/lib/authentication-methods/passkey-profiles'
import { allUsers, type MethodsPolicy, passkeyProfilesMax } from '@/lib/authentication-methods/policy-model'

const savedProfile = z.strictObject({
  part: z.literal('passkeyProfile'),
  profile: z.looseObject({ id: z.guid() }),
})
const removedProfile = z.strictObject({ part: z.literal('passkeyProfile'), removed: z.guid() })
const assignments = z.strictObject({
  part: z.literal('passkeyAssignments'),
  /** For targets that are added without one. */
  defaultPasskeyProfile: z.guid(),
  includeTargets: z
    .array(
      z.strictObject({
        id: z.union([z.literal(allUsers), z.uuid()]),
        allowedPasskeyProfiles: z.array(z.guid()).min(1).max(passkeyProfilesMax),
      }),
    )
    .max(100),
})

export const profileChangeSchemas = [savedProfile, removedProfile, assignments] as const
export type ProfileChange = z.infer<(typeof profileChangeSchemas)[number]>

type PasskeyConfiguration = MethodsPolicy['methods']['passkey']
type Target = PasskeyConfiguration['includeTargets'][number]

/** The configuration after the change, to be read by the document's schema. */
export function afterProfileChange(before: PasskeyConfiguration, change: ProfileChange): unknown {
  if (change.part === 'passkeyAssignments') {
    const { defaultPasskeyProfile, includeTargets } = change
    return {
      ...before,
      defaultPasskeyProfile,
      includeTargets: includeTargets.map((target) => ({ targetType: 'group', ...target })),
    }
  }
  if ('removed' in change) {
    return { ...before, passkeyProfiles: before.passkeyProfiles.filter(({ id }) => id !== change.removed) }
  }
  const { profile } = change
  const isThere = before.passkeyProfiles.some(({ id }) => id === profile.id)
  return {
    ...before,
    passkeyProfiles: isThere
      ? before.passkeyProfiles.map((one) => (one.id === profile.id ? profile : one))
      : [...before.passkeyProfiles, profile],
  }
}

/** The targets that have the profile, be it by name or because they name none. */
export function targetsWith(configuration: PasskeyConfiguration, profileId: string): readonly Target[] {
  return configuration.includeTargets.filter((target) => profileIdsOf(configuration, target).includes(profileId))
}

export function isAssigned(configuration: PasskeyConfiguration, profileId: string): boolean {
  return configuration.defaultPasskeyProfile === profileId || targetsWith(configuration, profileId).length > 0
}

/** Whether the change would take a profile away that somebody has. */
export function isRemovalOfAssigned(configuration: PasskeyConfiguration, change: object): boolean {
  return 'removed' in change && isAssigned(configuration, String(change.removed))
}

/**
 * What the form of the method sends, with the profiles and who has which as they are: that form says for whom passkeys are, and
 * nothing about profiles. "Everybody" there leaves the groups that have a profile of their own.
 */
export function keptProfiles(before: PasskeyConfiguration, sent: Readonly<Record<string, unknown>>): unknown {
  if ('passkeyProfiles' in sent) return sent
  const kept = { passkeyProfiles: before.passkeyProfiles, defaultPasskeyProfile: before.defaultPasskeyProfile }
  const parsed = z.array(z.looseObject({ id: z.unknown() })).safeParse(sent.includeTargets)
  if (!parsed.success) return { ...sent, ...kept }
  const targets = parsed.data.map((target) => {
    const own = before.includeTargets.find(({ id }) => id === target.id)?.allowedPasskeyProfiles
    return own ? { ...target, allowedPasskeyProfiles: own } : target
  })
  const isForAll = targets.some(({ id }) => id === allUsers)
  const withOwn = before.includeTargets.filter(
    (target) => target.allowedPasskeyProfiles && !targets.some(({ id }) => id === target.id),
  )
  return { ...sent, ...kept, includeTargets: isForAll ? [...targets, ...withOwn] : targets }
}
