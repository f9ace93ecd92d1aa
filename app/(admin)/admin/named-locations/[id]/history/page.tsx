import { notFound } from 'next/navigation'
import { address, parameter, type SearchParams } from '@/components/admin/query'
import { ChangeList } from '@/components/conditional-access/change-list'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { findDeletedLocation } from '@/lib/conditional-access/deleted-store'
import { historyOf } from '@/lib/conditional-access/history-store'
import { findNamedLocation } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

/** What became of one location, also of a deleted one. */
export default async function LocationHistoryPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const locationPath = `/admin/named-locations/${encodeURIComponent(id)}`
  const path = `${locationPath}/history`
  await adminPageVisit({ right: 'namedLocation.read', path })
  const live = await findNamedLocation(db(), id)
  const location = live ?? (await findDeletedLocation(db(), id))
  if (!location) notFound()
  const cursor = parameter(await searchParams, 'cursor')
  const { changes, nextCursor } = await historyOf(db(), location.id, { cursor })
  return (
    <>
      <PageHeading
        above={
          <BackLink href={live ? locationPath : '/admin/named-locations/deleted'}>{location.displayName}</BackLink>
        }
        lead={t('policies.history.lead')}
      >
        {t('policies.history.title')}
      </PageHeading>
      <Card padding="none" className="max-w-4xl">
        {changes.length === 0 ? (
          <EmptyState icon="clock" title={t('policies.history.title')}>
            {t('policies.history.empty')}
          </EmptyState>
        ) : (
          <ChangeList changes={changes} />
        )}
        <Pagination
          label={t('ui.pagination.label')}
          firstLabel={t('policies.history.newest')}
          firstHref={cursor === undefined ? undefined : path}
          nextLabel={t('policies.history.older')}
          nextHref={nextCursor === null ? undefined : address(path, { cursor: nextCursor })}
        />
      </Card>
    </>
  )
}
