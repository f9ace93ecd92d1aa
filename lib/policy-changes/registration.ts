import 'server-only'
import {
  campaignAsItHolds,
  type MfaRegistrationChange,
  type RegistrationCampaign,
  type RegistrationScope,
} from '@/lib/authentication-methods/registration-policy'
import {
  loadMethodsPolicy,
  readMfaRegistrationPolicy,
  readRegistrationCampaign,
  saveMfaRegistrationPolicy,
  saveRegistrationCampaign,
} from '@/lib/authentication-methods/store'
import { groupNames, userNames } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import type { Demands } from '@/lib/reports/registration-demands'
import { fail, ok } from '@/lib/result'
import { type Asking, type Saved, save } from './commands'

/** Deciding who must register a second factor, and who is reminded to register a better one. */

/** What both ask for now, with the versions stored. */
export async function demandsNow(
  tx: Tx,
): Promise<Demands & { readonly versions: { readonly policy: number; readonly campaign: number } }> {
  const policy = await readMfaRegistrationPolicy(tx)
  const campaign = await readRegistrationCampaign(tx)
  const { enforcedSince: _, ...mfaRegistration } = policy.document
  return {
    mfaRegistration,
    campaign: campaignAsItHolds(campaign.document, await loadMethodsPolicy(tx)),
    versions: { policy: policy.version, campaign: campaign.version },
  }
}

/**
 * Replaces the MFA registration policy under the version that was shown. Switching it on begins everybody's days, off
 * forgets them. Fails with `changed_meanwhile` and `unknown_target`.
 */
export function updateMfaRegistrationPolicy(
  asking: Asking,
  change: MfaRegistrationChange,
  version: number,
): Promise<Saved> {
  const kind = { activity: 'mfaRegistrationPolicyUpdated', right: 'mfaRegistrationPolicy.update' } as const
  return save(asking, kind, async (the) => {
    const stored = await readMfaRegistrationPolicy(the.tx)
    if (stored.version !== version) return fail('refused', 'policyChanges.changed_meanwhile')
    if (await namesNobody(the.tx, change, stored.document)) return fail('invalid', 'policyChanges.unknown_target')
    const since = change.state === 'enabled' ? (stored.document.enforcedSince ?? the.at.toISOString()) : null
    const after = { ...change, enforcedSince: since }
    if (!(await saveMfaRegistrationPolicy(the.tx, after, version, the.at)))
      return fail('refused', 'policyChanges.changed_meanwhile')
    await the.log({ id: 'mfaRegistrationPolicy', name: 'mfaRegistrationPolicy' }, stored.document, after)
    return ok()
  })
}

/** Replaces the registration campaign under the version that was shown. Snoozes of people stay. Fails as the other does. */
export function updateRegistrationCampaign(
  asking: Asking,
  after: RegistrationCampaign,
  version: number,
): Promise<Saved> {
  const kind = { activity: 'methodsPolicyUpdated', right: 'authenticationMethodsPolicy.update' } as const
  return save(asking, kind, async (the) => {
    const stored = await readRegistrationCampaign(the.tx)
    if (stored.version !== version) return fail('refused', 'policyChanges.changed_meanwhile')
    if (await namesNobody(the.tx, after, stored.document)) return fail('invalid', 'policyChanges.unknown_target')
    if (!(await saveRegistrationCampaign(the.tx, after, version, the.at)))
      return fail('refused', 'policyChanges.changed_meanwhile')
    await the.log({ id: 'registrationCampaign', name: 'registrationCampaign' }, stored.document, after)
    return ok()
  })
}

/** Ids of the people and groups that it names; the marker for everybody is none. */
export function namedIn({ includeTargets, excludeTargets }: RegistrationScope): {
  readonly users: readonly string[]
  readonly groups: readonly string[]
} {
  const all = [...includeTargets, ...excludeTargets]
  const ids = (type: 'user' | 'group') => all.filter(({ targetType }) => targetType === type).map(({ id }) => id)
  return { users: ids('user'), groups: ids('group') }
}

/** Whoever was named before may be gone meanwhile; that stops nobody from editing. */
async function namesNobody(tx: Tx, after: RegistrationScope, before: RegistrationScope): Promise<boolean> {
  const [named, present] = [namedIn(after), namedIn(before)]
  const isNew = (list: readonly string[]) => (id: string) => !list.includes(id) && id !== 'all_users'
  const users = named.users.filter(isNew(present.users))
  const groups = named.groups.filter(isNew(present.groups))
  const [knownUsers, knownGroups] = [await userNames(tx, users), await groupNames(tx, groups)]
  return users.some((id) => !knownUsers.has(id)) || groups.some((id) => !knownGroups.has(id))
}
