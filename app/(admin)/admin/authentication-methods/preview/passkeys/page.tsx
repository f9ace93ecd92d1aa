import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Pagination } from '@/components/ui/pagination'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { findStoppedPasskeys } from '@/lib/policy-changes/stopped-passkeys'
import { adminPageVisit } from '@/lib/request/page'
import { methodsPath } from '../../places'
import { type ProposalQuery, proposedMethods } from '../proposed'

/** Which passkeys would stop working, whose they are, and why. */
export default async function StoppedPasskeysPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: methodsPath })
  const query = await searchParams
  const { policies, hrefs } = await proposedMethods(query)
  const list = { after: query.after ?? null, size: limits.page.sizeDefault }
  const { passkeys, next } = await findStoppedPasskeys(db(), { ...policies, now: at }, list)
  return (
    <>
      <PageHeading
        above={<BackLink href={hrefs.preview}>{t('policyChanges.people.back')}</BackLink>}
        lead={t('passkeyProfiles.stops.lead')}
      >
        {t('passkeyProfiles.stops.title')}
      </PageHeading>
      <Card padding="none" className="min-w-0">
        <DataTable
          caption={t('passkeyProfiles.stops.title')}
          rows={passkeys}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'person',
              header: t('passkeyProfiles.stops.person'),
              isRowHeader: true,
              cell: ({ userId, displayName, userPrincipalName }) => (
                <span className="grid gap-0.5">
                  <TextLink href={`/admin/users/${userId}`}>
                    <bdi className="wrap-anywhere">{displayName}</bdi>
                  </TextLink>
                  <bdi className="text-sm font-normal wrap-anywhere text-text-muted">{userPrincipalName}</bdi>
                </span>
              ),
            },
            {
              key: 'passkey',
              header: t('passkeyProfiles.stops.passkey'),
              cell: ({ name, model }) => (
                <span className="grid gap-0.5 wrap-anywhere">
                  <bdi>{name ?? t('passkeyProfiles.stops.unnamed')}</bdi>
                  {model && <bdi className="text-sm text-text-muted">{model}</bdi>}
                </span>
              ),
            },
            {
              key: 'why',
              header: t('passkeyProfiles.stops.why'),
              cell: ({ reason }) => t(`passkeyProfiles.stops.reason.${reason}`),
            },
          ]}
          empty={<p className="p-6 text-text-muted">{t('passkeyProfiles.stops.none')}</p>}
        />
        {(next || query.after) && (
          <Pagination
            label={t('ui.pagination.label')}
            summary={t('admin.users.summary', { count: passkeys.length })}
            firstLabel={t('ui.pagination.first')}
            firstHref={query.after === undefined ? undefined : hrefs.passkeys}
            nextLabel={t('ui.pagination.next')}
            nextHref={next === null ? undefined : `${hrefs.passkeys}&after=${next}`}
          />
        )}
      </Card>
    </>
  )
}
