import { address, parameter, type SearchParams } from '@/components/admin/query'
import { StateTag } from '@/components/conditional-access/state-tag'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { listDeletedPolicies } from '@/lib/conditional-access/deleted-store'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/conditional-access/deleted'
const days = limits.conditionalAccess.deletedKeptDays

export default async function DeletedPoliciesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const mayUpdate = may(subject, 'conditionalAccess.update')
  const after = parameter(await searchParams, 'after') ?? null
  const { rows, next } = await listDeletedPolicies(db(), { after, size: limits.page.sizeDefault })
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policies.edit.back')}</BackLink>}
        lead={t('policies.deleted.lead', { days })}
      >
        {t('policies.deleted.title')}
      </PageHeading>
      <Card padding="none">
        <DataTable
          caption={t('policies.deleted.caption')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              header: t('policies.list.name'),
              isRowHeader: true,
              cell: (row) => (
                <TextLink href={`${path}/${row.id}`}>
                  <bdi className="wrap-anywhere">{row.displayName}</bdi>
                </TextLink>
              ),
            },
            { key: 'was', header: t('policies.deleted.was'), cell: (row) => <StateTag state={row.state} /> },
            { key: 'at', header: t('policies.deleted.at'), cell: (row) => <Day at={row.deletedAt} /> },
            { key: 'until', header: t('policies.deleted.until'), cell: (row) => <Day at={row.endsAt} /> },
            ...(mayUpdate
              ? [
                  {
                    key: 'restore',
                    header: t('policies.list.actions'),
                    cell: (row: (typeof rows)[number]) => (
                      <ButtonLink
                        href={`${path}/${row.id}`}
                        variant="secondary"
                        size="small"
                        aria-label={t('policies.deleted.restoreLabel', { name: row.displayName })}
                      >
                        {t('policies.deleted.restore')}
                      </ButtonLink>
                    ),
                  },
                ]
              : []),
          ]}
          empty={
            <EmptyState icon="trash" title={t('policies.deleted.empty.title')}>
              {t('policies.deleted.empty.text', { days })}
            </EmptyState>
          }
        />
        <Pagination
          label={t('ui.pagination.label')}
          firstLabel={t('policies.history.newest')}
          firstHref={after === null ? undefined : path}
          nextLabel={t('policies.history.older')}
          nextHref={next === null ? undefined : address(path, { after: next })}
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
