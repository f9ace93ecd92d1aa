import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { usedBy } from '@/lib/conditional-access/references'
import { listNamedLocations, listPolicies, loadMfaTrustedRanges } from '@/lib/conditional-access/store'
import { locationListRow } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { yourAddress } from './your-address'

const path = '/admin/named-locations'

export default async function NamedLocationsPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const { subject, origin } = await adminPageVisit({ right: 'namedLocation.read', path })
  const mayUpdate = may(subject, 'namedLocation.update')
  const locations = await listNamedLocations(db())
  const policies = (await listPolicies(db())).map((policy) => ({ ...policy, document: policy.body }))
  const mfaTrusted = await loadMfaTrustedRanges(db())
  const rows = locations.map((location) => ({ ...locationListRow(location), users: usedBy(policies, location.id) }))
  const { saved } = await searchParams
  const create = (
    <>
      <ButtonLink href={`${path}/new`}>
        <Icon name="plus" />
        {t('namedLocations.list.new')}
      </ButtonLink>
      <ButtonLink href={`${path}/new/countries`} variant="secondary">
        {t('namedLocations.list.newCountries')}
      </ButtonLink>
    </>
  )
  return (
    <>
      <PageHeading lead={t('namedLocations.list.lead')} actions={mayUpdate && rows.length > 0 ? create : undefined}>
        {t('namedLocations.list.title')}
      </PageHeading>
      {(saved === 'deleted' || saved === 'mfaTrusted') && (
        <Notice tone="success">{t(`namedLocations.saved.${saved}`)}</Notice>
      )}
      <p className="flex gap-2 text-text-muted">
        <Icon name="location" className="mt-0.5 size-5" />
        {yourAddress(origin.clientAddress, locations)}
      </p>
      <Card padding="none">
        <DataTable
          caption={t('namedLocations.list.caption')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              header: t('namedLocations.list.name'),
              isRowHeader: true,
              cell: (row) => (
                <TextLink href={`${path}/${row.id}`}>
                  <bdi className="wrap-anywhere">{row.displayName}</bdi>
                </TextLink>
              ),
            },
            {
              key: 'trusted',
              header: t('namedLocations.list.trusted'),
              cell: (row) => (
                <Tag tone={row.isTrusted ? 'success' : 'neutral'}>
                  {t(row.isTrusted ? 'namedLocations.list.yes' : 'namedLocations.list.no')}
                </Tag>
              ),
            },
            {
              key: 'ranges',
              header: t('namedLocations.list.ranges'),
              cell: (row) => (
                <span className="grid gap-0.5">
                  <span>{t(`namedLocations.list.count.${row.kind}`, { count: row.count })}</span>
                  <span className="text-sm wrap-anywhere text-text-muted">
                    {row.count > row.shown.length
                      ? t('namedLocations.list.more', {
                          shown: row.shown.join(', '),
                          count: row.count - row.shown.length,
                        })
                      : row.shown.join(', ')}
                  </span>
                </span>
              ),
            },
            {
              key: 'used',
              header: t('namedLocations.list.used'),
              cell: (row) =>
                row.users.length === 0 ? (
                  <span className="text-sm text-text-muted">{t('namedLocations.list.unused')}</span>
                ) : (
                  <ul className="grid gap-1">
                    {row.users.map((policy) => (
                      <li key={policy.id}>
                        <TextLink href={`/admin/conditional-access/${policy.id}`}>
                          <bdi>{policy.displayName}</bdi>
                        </TextLink>
                      </li>
                    ))}
                  </ul>
                ),
            },
            {
              key: 'changed',
              header: t('namedLocations.list.changed'),
              cell: (row) => (
                <time dateTime={row.changedAt.toISOString()} className="text-sm text-text-muted">
                  {formatDate(row.changedAt)}
                </time>
              ),
            },
          ]}
          empty={
            <EmptyState icon="location" title={t('namedLocations.list.empty.title')} actions={mayUpdate && create}>
              {t(mayUpdate ? 'namedLocations.list.empty.text' : 'namedLocations.list.empty.reader')}
            </EmptyState>
          }
        />
      </Card>
      {mfaTrusted.length > 0 && (
        <Notice live={false} title={t('namedLocations.list.mfaTrusted')}>
          {t('namedLocations.list.mfaTrusted.text', { count: mfaTrusted.length, ranges: mfaTrusted.join(', ') })}
        </Notice>
      )}
      <p className="flex flex-wrap gap-x-6 gap-y-2">
        <TextLink href={`${path}/deleted`}>{t('namedLocations.list.deleted')}</TextLink>
        {mayUpdate && <TextLink href={`${path}/mfa-trusted-ips`}>{t('namedLocations.list.mfaTrusted')}</TextLink>}
      </p>
    </>
  )
}
