import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Tag } from '@/components/ui/tag'
import { isSystemPreferred } from '@/lib/authentication-methods/default-method'
import { type DirectoryRole, directoryRoles } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { registrationFlags } from '@/lib/reports/registration'
import { methodTitle } from '@/lib/security-info/view'
import type { PersonVisit } from './person'

/** Who the person is and what holds for them. */
export function PersonAccount({ person: { facts, methods, visit, home } }: { person: PersonVisit }) {
  const { subject, methodsPolicy, mustReregisterSince, temporaryPasswordEndsAt } = facts
  const defaultMethod = facts.methods.find(({ id }) => id === facts.defaultMethodId)
  return (
    <Card id="account" title={t('admin.user.account')}>
      <DescriptionList
        items={[
          {
            term: t('admin.user.userName'),
            description: <bdi className="wrap-anywhere">{subject.userPrincipalName}</bdi>,
          },
          ...(home
            ? [
                {
                  term: t('directories.home'),
                  description: <Home home={home} mayOpen={may(visit.subject, 'directories.read')} />,
                },
              ]
            : []),
          { term: t('admin.user.type'), description: t(`admin.user.type.${subject.userType}`) },
          ...(methods && facts.businessPhone
            ? [{ term: t('admin.user.businessPhone'), description: <bdi>{facts.businessPhone}</bdi> }]
            : []),
          { term: t('admin.user.roles'), description: rolesOf(subject.roleIds) },
          {
            term: t('admin.user.state'),
            description: subject.accountEnabled ? t('admin.user.state.enabled') : t('admin.user.state.disabled'),
          },
          ...(temporaryPasswordEndsAt
            ? [
                {
                  term: t('password.issue.state'),
                  description: t(
                    temporaryPasswordEndsAt > visit.at ? 'password.issue.state.until' : 'password.issue.state.ended',
                    { at: formatDate(temporaryPasswordEndsAt) },
                  ),
                },
              ]
            : []),
          { term: t('admin.user.capable'), description: <Capabilities facts={facts} /> },
          ...(methods
            ? [
                {
                  term: t('admin.user.default'),
                  description: defaultMethod ? <bdi>{methodTitle(defaultMethod)}</bdi> : t('admin.none'),
                },
              ]
            : []),
          {
            term: t('admin.user.systemPreferred'),
            description: isSystemPreferred(methodsPolicy.systemCredentialPreferences, subject)
              ? t('admin.user.systemPreferred.on')
              : t('admin.user.systemPreferred.off'),
          },
          {
            term: t('registrationPolicies.perUser.state'),
            description: t(`registrationPolicies.perUser.state.${facts.registration.perUserMfaState}`),
          },
          ...(mustReregisterSince
            ? [
                {
                  term: t('admin.user.reregister'),
                  description: t('admin.user.reregister.since', { at: formatDate(mustReregisterSince) }),
                },
              ]
            : []),
        ]}
      />
    </Card>
  )
}

/** Where the account is looked after, when it was last seen there, and what may be written. */
function Home({ home, mayOpen }: { home: NonNullable<PersonVisit['home']>; mayOpen: boolean }) {
  const title = t('directories.home.title', { name: home.name })
  return (
    <div className="grid gap-1">
      <p>
        {mayOpen ? (
          <TextLink href={`/admin/directories/${home.connectorId}`}>{title}</TextLink>
        ) : (
          <bdi className="wrap-anywhere">{title}</bdi>
        )}
      </p>
      <p className="text-sm text-text-muted">{t('directories.home.text')}</p>
      <p className="text-sm text-text-muted">
        {home.lastSeenAt
          ? t('directories.home.seen', { at: formatDate(home.lastSeenAt) })
          : t('directories.home.notSeen')}
      </p>
      <p className="text-sm text-text-muted">
        {t(home.isWritable ? 'directories.home.writes' : 'directories.home.reads')}
      </p>
    </div>
  )
}

function Capabilities({ facts }: { facts: PersonVisit['facts'] }) {
  const flags = registrationFlags(
    { methods: facts.methodsPolicy, passwordReset: facts.passwordResetPolicy },
    facts.subject,
    facts.methods.map(({ kind, disabledAt, detail }) => ({
      kind,
      isDisabled: disabledAt !== null,
      ...(detail.kind === 'passkey' ? { passkey: detail } : {}),
      ...(detail.kind === 'securityQuestions' ? { answered: detail.answered } : {}),
    })),
  )
  const able = [
    ...(flags.isMfaCapable ? [t('admin.user.capable.mfa')] : []),
    ...(flags.isSsprCapable ? [t('admin.user.capable.sspr')] : []),
    ...(flags.isPasswordlessCapable ? [t('admin.user.capable.passwordless')] : []),
  ]
  if (able.length === 0) return t('admin.user.capable.nothing')
  return (
    <ul className="flex flex-wrap gap-2">
      {able.map((word) => (
        <li key={word}>
          <Tag tone="success">{word}</Tag>
        </li>
      ))}
    </ul>
  )
}

const roleNames = new Map<string, DirectoryRole>(
  Object.entries(directoryRoles).map(([name, id]) => [id, name as DirectoryRole]),
)

/** Roles by name; one that this product does not know has no right here and is named by its id. */
function rolesOf(roleIds: ReadonlySet<string>): string {
  if (roleIds.size === 0) return t('admin.user.roles.none')
  return [...roleIds]
    .map((id) => {
      const role = roleNames.get(id)
      return role ? t(`admin.role.${role}`) : id
    })
    .toSorted()
    .join(t('admin.listSeparator'))
}
