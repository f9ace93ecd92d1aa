import 'server-only'
import { allUsers } from '@/lib/authentication-methods/policy-model'
import type {
  MfaRegistrationChange,
  RegistrationCampaign,
  RegistrationScope,
} from '@/lib/authentication-methods/registration-policy'
import { groupNames, userNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { namedIn } from '@/lib/policy-changes/registration'

/** The two policies in words, line by line, so that before and after can be read beside each other. */
type Line = { readonly term: string; readonly text: string }
type Names = ReadonlyMap<string, string>

/** Names of everybody and every group that the scopes name, by id. */
export async function namesIn(...scopes: readonly RegistrationScope[]): Promise<Names> {
  const named = scopes.map(namedIn)
  const groups = await groupNames(
    db(),
    named.flatMap((one) => one.groups),
  )
  const users = await userNames(
    db(),
    named.flatMap((one) => one.users),
  )
  return new Map([...groups, ...[...users].map(([id, { displayName }]) => [id, displayName] as const)])
}

export function policyInWords(policy: MfaRegistrationChange, names: Names): Line[] {
  const isOn = policy.state === 'enabled'
  return [
    { term: t('registrationPolicies.mfa.state'), text: t(`registrationPolicies.mfa.${isOn ? 'on' : 'off'}`) },
    { term: t('registrationPolicies.words.who'), text: scopeInWords(policy, names) },
  ]
}

export function campaignInWords(campaign: RegistrationCampaign, names: Names): Line[] {
  return [
    { term: t('registrationPolicies.words.state'), text: t(`registrationPolicies.campaign.${campaign.state}`) },
    { term: t('registrationPolicies.words.method'), text: t(`securityInfo.method.${campaign.method}`) },
    {
      term: t('registrationPolicies.words.days'),
      text: t('registrationPolicies.words.days.value', { count: campaign.snoozeDurationInDays }),
    },
    {
      term: t('registrationPolicies.words.limited'),
      text: t(campaign.enforceRegistrationAfterAllowedSnoozes ? 'admin.yes' : 'admin.no'),
    },
    { term: t('registrationPolicies.words.who'), text: scopeInWords(campaign, names) },
  ]
}

function scopeInWords({ includeTargets, excludeTargets }: RegistrationScope, names: Names): string {
  const nameOf = ({ id }: { readonly id: string }) =>
    id === allUsers ? t('methodsPolicy.targets.everybody') : (names.get(id) ?? t('registrationPolicies.who.gone'))
  const list = (targets: RegistrationScope['includeTargets']) =>
    targets.map(nameOf).toSorted().join(t('admin.listSeparator'))
  if (includeTargets.length === 0) return t('methodsPolicy.targets.nobody')
  const who = list(includeTargets)
  return excludeTargets.length === 0 ? who : t('methodsPolicy.targets.except', { who, excluded: list(excludeTargets) })
}
