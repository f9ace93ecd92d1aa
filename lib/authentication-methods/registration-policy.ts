/**
 * What the organisation has decided about who must register, and who is reminded to: the MFA registration policy and the
 * registration campaign, one document each. Whether somebody is asked now is decided in the room `registration`.
 *
 * @see `20` §2 T1 and T7, §6, §7; Graph authenticationMethodsRegistrationCampaign
 */
import { z } from 'zod'
import type { Subject } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import type { MethodKind } from './model'
import { allUsers, type MethodsPolicy } from './policy-model'

const target = z.strictObject({ targetType: z.enum(['user', 'group']), id: z.uuid() })
const everybody = z.strictObject({ targetType: z.literal('group'), id: z.literal(allUsers) })
const scope = {
  includeTargets: z.array(z.union([everybody, target])).max(100),
  /** Wins over inclusion. */
  excludeTargets: z.array(target).max(100),
}
const scopeSchema = z.strictObject(scope)
export type RegistrationScope = z.infer<typeof scopeSchema>

/** What an administrator decides; when it began to be enforced is noted as it is saved. */
export const mfaRegistrationChangeSchema = z.strictObject({ state: z.enum(['enabled', 'disabled']), ...scope })
export type MfaRegistrationChange = z.infer<typeof mfaRegistrationChangeSchema>

export const mfaRegistrationPolicySchema = mfaRegistrationChangeSchema.extend({
  /**
   * Since when it is on without a break; null while it is off. First prompts from before count no more: so switching the policy
   * off clears the days of everybody at once, and changing it while it is on clears nobody's.
   */
  enforcedSince: z.iso.datetime().nullable(),
})
export type MfaRegistrationPolicy = z.infer<typeof mfaRegistrationPolicySchema>

/** What a campaign can ask for, one at a time. Graph's words are `fido2` and `microsoftAuthenticator`. */
export const campaignMethods = ['passkey', 'softwareOath'] as const satisfies readonly MethodKind[]
export type CampaignMethod = (typeof campaignMethods)[number]

export const registrationCampaignSchema = z.strictObject({
  /** `default` is Graph's word for "managed": see `campaignAsItHolds`. */
  state: z.enum(['default', 'enabled', 'disabled']),
  method: z.enum(campaignMethods),
  /** Days of 24 hours until the next prompt; 0: at every MFA. */
  snoozeDurationInDays: z.number().int().min(0).max(limits.registration.snoozeDaysMax),
  /** On: after `limits.registration.snoozesMax` snoozes the method is required. */
  enforceRegistrationAfterAllowedSnoozes: z.boolean(),
  ...scope,
})
export type RegistrationCampaign = z.infer<typeof registrationCampaignSchema>

export const everybodyInScope: RegistrationScope = {
  includeTargets: [{ targetType: 'group', id: allUsers }],
  excludeTargets: [],
}

export const defaultMfaRegistrationPolicy: MfaRegistrationPolicy = {
  state: 'disabled',
  ...everybodyInScope,
  enforcedSince: null,
}

/** Off until an administrator decides: an update must not begin to interrupt people by itself. */
export const defaultRegistrationCampaign: RegistrationCampaign = {
  state: 'disabled',
  method: 'passkey',
  snoozeDurationInDays: 1,
  enforceRegistrationAfterAllowedSnoozes: true,
  ...everybodyInScope,
}

/** Whether the person is meant. Groups of the subject are already resolved through nesting. */
export function isInScope(
  { includeTargets, excludeTargets }: RegistrationScope,
  subject: Pick<Subject, 'id' | 'groupIds'>,
): boolean {
  const names = ({ targetType, id }: { readonly targetType: 'user' | 'group'; readonly id: string }) =>
    id === allUsers || (targetType === 'user' ? id === subject.id : subject.groupIds.has(id))
  return !excludeTargets.some(names) && includeTargets.some(names)
}

/** A campaign that runs, with every setting decided. */
export type RunningCampaign = Omit<RegistrationCampaign, 'state'>

/**
 * What a campaign means now; null: there is none. Managed is for everybody who is not excluded, asks once a day as often as it
 * is put off, and asks for a passkey where the default profile takes every passkey; else for an authenticator app.
 */
export function campaignAsItHolds(
  campaign: RegistrationCampaign,
  { methods: { passkey } }: MethodsPolicy,
): RunningCampaign | null {
  const { state, ...settings } = campaign
  if (state === 'disabled') return null
  if (state === 'enabled') return settings
  const profile = passkey.passkeyProfiles.find(({ id }) => id === passkey.defaultPasskeyProfile)
  const takesEveryPasskey =
    passkey.state === 'enabled' && profile?.passkeyTypes.length === 2 && !profile.keyRestrictions.isEnforced
  return {
    method: takesEveryPasskey ? 'passkey' : 'softwareOath',
    snoozeDurationInDays: 1,
    enforceRegistrationAfterAllowedSnoozes: false,
    includeTargets: everybodyInScope.includeTargets,
    excludeTargets: campaign.excludeTargets,
  }
}

/** MFA decided for one person. @see Graph strongAuthenticationRequirements */
export const perUserMfaStates = ['disabled', 'enabled', 'enforced'] as const
export const perUserMfaStateSchema = z.enum(perUserMfaStates)
export type PerUserMfaState = z.infer<typeof perUserMfaStateSchema>
