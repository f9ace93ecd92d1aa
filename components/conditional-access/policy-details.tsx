import type { PolicyDocument, PolicyState } from '@/lib/conditional-access/model'
import { mfaTrustedIpsId, registerSecurityInformation, resetPassword } from '@/lib/conditional-access/model'
import { applicationName, type Names, sessionOf, termsOf, withOf } from '@/lib/conditional-access/view'
import { formatDate, t } from '@/lib/i18n'
import { DescriptionList } from '../ui/description-list'
import { roleName } from './role-name'

/** A policy to read, part by part in the order of the form, for whoever may not change it. */
export function PolicyDetails({
  policy,
  summary,
  names,
}: {
  policy: {
    readonly displayName: string
    readonly state: PolicyState
    readonly document: PolicyDocument | null
    readonly createdAt: Date
    readonly modifiedAt: Date | null
  }
  summary: string
  names: Names
}) {
  const { document } = policy
  const parts = document
    ? [
        { term: t('policies.read.include'), description: <Lines lines={people('include', document, names)} /> },
        { term: t('policies.read.exclude'), description: <Lines lines={people('exclude', document, names)} /> },
        { term: t('policies.read.target'), description: <Lines lines={targets(document)} /> },
        { term: t('policies.read.locations'), description: <Lines lines={locations(document, names)} /> },
        ...(withOf(document).length > 0
          ? [{ term: t('policies.read.client'), description: <Lines lines={withOf(document)} /> }]
          : []),
        { term: t('policies.read.grant'), description: <Lines lines={grants(document, names)} /> },
        ...(sessionOf(document).length > 0
          ? [{ term: t('policies.read.session'), description: <Lines lines={sessionOf(document)} /> }]
          : []),
      ]
    : []
  return (
    <div className="grid gap-6">
      <p className="text-lg leading-relaxed font-medium text-pretty">{summary}</p>
      <DescriptionList
        items={[
          { term: t('policies.name.label'), description: <bdi>{policy.displayName}</bdi> },
          ...parts,
          { term: t('policies.list.state'), description: t(`conditionalAccess.state.${policy.state}`) },
          { term: t('policies.read.created'), description: formatDate(policy.createdAt) },
          ...(policy.modifiedAt
            ? [{ term: t('policies.list.changed'), description: formatDate(policy.modifiedAt) }]
            : []),
        ]}
      />
    </div>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return <span className="text-text-muted">{t('policies.users.none')}</span>
  return (
    <ul className="grid gap-1">
      {lines.map((line) => (
        <li key={line}>
          <bdi>{line}</bdi>
        </li>
      ))}
    </ul>
  )
}

function people(side: 'include' | 'exclude', { conditions: { users } }: PolicyDocument, names: Names): string[] {
  const words: Readonly<Record<string, string>> = {
    All: t('policies.users.all'),
    None: t('policies.users.none'),
    GuestsOrExternalUsers: t('policies.users.guests'),
  }
  const guests = users[`${side}GuestsOrExternalUsers`]?.guestOrExternalUserTypes ?? []
  return [
    ...users[`${side}Users`].map((id) => words[id] ?? names.get(id) ?? t('conditionalAccess.who.gone')),
    ...users[`${side}Groups`].map((id) => names.get(id) ?? t('conditionalAccess.who.gone')),
    ...users[`${side}Roles`].map(roleName),
    ...guests.map((type) => t(`policies.users.guest.${type}`)),
  ]
}

function targets({ conditions: { applications } }: PolicyDocument): string[] {
  if (applications.includeAuthenticationContextClassReferences.length > 0)
    return [...applications.includeAuthenticationContextClassReferences]
  if (applications.includeUserActions.length > 0)
    return applications.includeUserActions.map((action) =>
      t(
        action === registerSecurityInformation
          ? 'policies.target.register'
          : action === resetPassword
            ? 'policies.target.reset'
            : 'policies.target.device',
      ),
    )
  const excluded = applications.excludeApplications.map(applicationName)
  return applications.includeApplications
    .filter((id) => id !== 'None')
    .map((id) => (id === 'All' ? t('policies.target.allApps') : applicationName(id)))
    .concat(excluded.map((name) => `${t('policies.read.exclude')}: ${name}`))
}

function locations({ conditions }: PolicyDocument, names: Names): string[] {
  if (!conditions.locations) return [t('policies.conditions.no.hint')]
  const words: Readonly<Record<string, string>> = {
    All: t('policies.conditions.any'),
    AllTrusted: t('policies.conditions.trusted'),
    [mfaTrustedIpsId]: t('conditionalAccess.place.mfa_trusted'),
  }
  const name = (id: string) => words[id] ?? names.get(id) ?? t('policies.conditions.gone')
  const { includeLocations, excludeLocations } = conditions.locations
  return [
    ...includeLocations.map((id) => `${t('policies.conditions.include')}: ${name(id)}`),
    ...excludeLocations.map((id) => `${t('policies.conditions.exclude')}: ${name(id)}`),
  ]
}

function grants({ grantControls }: PolicyDocument, names: Names): string[] {
  const { builtInControls, authenticationStrength, termsOfUse } = grantControls
  if (builtInControls.includes('block')) return [t('policies.grant.block')]
  const strength = authenticationStrength && (names.get(authenticationStrength.id) ?? authenticationStrength.id)
  return [
    ...builtInControls.map((control) =>
      control === 'mfa' ? t('policies.grant.mfa') : t(`conditionalAccess.control.${control}`),
    ),
    ...(strength ? [`${t('policies.grant.strength')}: ${strength}`] : []),
    ...termsOf(termsOfUse, names),
  ]
}
