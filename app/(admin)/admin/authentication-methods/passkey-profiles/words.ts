import 'server-only'
import { profileIdsOf } from '@/lib/authentication-methods/passkey-profiles'
import { allUsers, type MethodsPolicy, type PasskeyProfile } from '@/lib/authentication-methods/policy-model'
import { namedModels } from '@/lib/fido-metadata/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { MethodsChange } from '@/lib/policy-changes/model'
import { targetsWith } from '@/lib/policy-changes/passkey-profiles'
import type { GroupNames, Line } from '../words'

/** Passkey profiles in words, as the list and the preview of a change show them. */

/** What the models of these profiles are called, by AAGUID. */
export async function modelNames(profiles: readonly PasskeyProfile[], at: Date): Promise<ReadonlyMap<string, string>> {
  const aaguids = [...new Set(profiles.flatMap(({ keyRestrictions }) => keyRestrictions.aaGuids))]
  return new Map((await namedModels(db(), aaguids, at)).map(({ aaguid, name }) => [aaguid, name]))
}

type ModelNames = ReadonlyMap<string, string>

export function typesInWords({ passkeyTypes }: PasskeyProfile): string {
  const known = (['deviceBound', 'synced'] as const).filter((type) => passkeyTypes.includes(type))
  return known.map((type) => t(`passkeyProfiles.types.${type}`)).join(t('admin.listSeparator'))
}

export function modelsInWords({ keyRestrictions }: PasskeyProfile, models: ModelNames): string {
  const { isEnforced, enforcementType, aaGuids } = keyRestrictions
  if (!isEnforced) return t('passkeyProfiles.models.any')
  if (aaGuids.length === 0) return t('passkeyProfiles.models.blockNone')
  const names = aaGuids.map((aaguid) => models.get(aaguid) ?? aaguid).toSorted()
  return t(`passkeyProfiles.models.${enforcementType}`, { models: names.join(t('admin.listSeparator')) })
}

/** Who has the profile; null when nobody has. */
export function whoInWords(
  configuration: MethodsPolicy['methods']['passkey'],
  profileId: string,
  names: GroupNames,
): string | null {
  const who = targetsWith(configuration, profileId).map(({ id }) => targetName(id, names))
  return who.length === 0 ? null : who.toSorted().join(t('admin.listSeparator'))
}

export function targetName(id: string, names: GroupNames): string {
  return id === allUsers ? t('methodsPolicy.targets.everybody') : (names.get(id) ?? t('methodsPolicy.targets.gone'))
}

function profileInWords(profile: PasskeyProfile | undefined, models: ModelNames): Line[] {
  if (!profile) return []
  return [
    { term: t('passkeyProfiles.form.name'), text: profile.name },
    { term: t('passkeyProfiles.list.types'), text: typesInWords(profile) },
    {
      term: t('passkeyProfiles.list.attestation'),
      text: t(`passkeyProfiles.attestation.${profile.attestationEnforcement}`),
    },
    { term: t('passkeyProfiles.list.models'), text: modelsInWords(profile, models) },
  ]
}

export function assignmentsInWords({ methods: { passkey } }: MethodsPolicy, names: GroupNames): Line[] {
  const nameOf = (profileId: string) => passkey.passkeyProfiles.find(({ id }) => id === profileId)?.name ?? profileId
  const targetNames = passkey.includeTargets.map(({ id }) => targetName(id, names))
  return [
    ...passkey.includeTargets.map((target, index) => {
      const name = targetNames[index] ?? ''
      // Two groups may have one name, and each is a line.
      const isTwice = targetNames.filter((other) => other === name).length > 1
      return {
        term: isTwice ? `${name} (${target.id.slice(0, 8)})` : name,
        text: profileIdsOf(passkey, target).map(nameOf).toSorted().join(t('admin.listSeparator')),
      }
    }),
    { term: t('passkeyProfiles.assignments.default'), text: nameOf(passkey.defaultPasskeyProfile) },
  ]
}

/** The policy in words, as far as a change of profiles concerns it. */
export function profileChangeInWords(
  policy: MethodsPolicy,
  change: Extract<MethodsChange, { part: 'passkeyProfile' | 'passkeyAssignments' }>,
  names: GroupNames,
  models: ModelNames,
): Line[] {
  if (change.part === 'passkeyAssignments') return assignmentsInWords(policy, names)
  const profileId = 'removed' in change ? change.removed : change.profile.id
  return profileInWords(
    policy.methods.passkey.passkeyProfiles.find(({ id }) => id === profileId),
    models,
  )
}
