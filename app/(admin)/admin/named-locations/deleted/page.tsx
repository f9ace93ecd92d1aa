import { address, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { SubmitButton } from '@/components/ui/submit-button'
import { listDeletedLocations } from '@/lib/conditional-access/deleted-store'
import { locationListRow } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { restoreLocationAction } from '../actions'

const list = '/admin/named-locations'
const path = `${list}/deleted`
const days = limits.conditionalAccess.deletedKeptDays

export default async function DeletedLocationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ right: 'namedLocation.read', path })
  const mayUpdate = may(subject, 'namedLocation.update')
  const after = parameter(await searchParams, 'after') ?? null
  const page = await listDeletedLocations(db(), { after, size: limits.page.sizeDefault })
  const rows = page.rows.map((row) => ({ ...row, ...locationListRow(row) }))
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('namedLocations.edit.back')}</BackLink>}
        lead={t('namedLocations.deleted.lead', { days })}
      >
        {t('namedLocations.deleted.title')}
      </PageHeading>
      <Card padding="none">
        <DataTable
          caption={t('namedLocations.deleted.caption')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              header: t('namedLocations.list.name'),
              isRowHeader: true,
              cell: (row) => (
                <TextLink href={`${list}/${row.id}/history`}>
                  <bdi className="wrap-anywhere">{row.displayName}</bdi>
                </TextLink>
              ),
            },
            {
              key: 'ranges',
              header: t('namedLocations.list.ranges'),
              cell: (row) => <span className="text-sm wrap-anywhere">{row.shown.join(', ')}</span>,
            },
            { key: 'at', header: t('policies.deleted.at'), cell: (row) => <Day at={row.deletedAt} /> },
            { key: 'until', header: t('policies.deleted.until'), cell: (row) => <Day at={row.endsAt} /> },
            ...(mayUpdate
              ? [
                  {
                    key: 'restore',
                    header: t('policies.list.actions'),
                    cell: (row: (typeof rows)[number]) => (
                      <ActionForm
                        action={restoreLocationAction.bind(null, row.id)}
                        errorHeading={t('namedLocations.edit.errors')}
                        idPrefix={`restore-${row.id}-`}
                      >
                        <FormToken />
                        <input type="hidden" name="version" value={row.version} />
                        <SubmitButton
                          variant="secondary"
                          size="small"
                          pendingLabel={t('ui.pending')}
                          aria-label={t('policies.deleted.restoreLabel', { name: row.displayName })}
                        >
                          {t('policies.deleted.restore')}
                        </SubmitButton>
                      </ActionForm>
                    ),
                  },
                ]
              : []),
          ]}
          empty={
            <EmptyState icon="trash" title={t('namedLocations.deleted.empty.title')}>
              {t('namedLocations.deleted.empty.text', { days })}
            </EmptyState>
          }
        />
        <Pagination
          label={t('ui.pagination.label')}
          firstLabel={t('policies.history.newest')}
          firstHref={after === null ? undefined : path}
          nextLabel={t('policies.history.older')}
          nextHref={page.next === null ? undefined : address(path, { after: page.next })}
        />
      </Card>
    </>
  )
}

function Day({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} className="text-sm text-text-muted">
      {formatDate(at)}
    </time>
  )
}
