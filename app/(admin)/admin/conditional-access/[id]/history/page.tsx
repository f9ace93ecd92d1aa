import { notFound } from 'next/navigation'
import { address, parameter, type SearchParams } from '@/components/admin/query'
import { ChangeList } from '@/components/conditional-access/change-list'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { findDeletedPolicy } from '@/lib/conditional-access/deleted-store'
import { historyOf } from '@/lib/conditional-access/history-store'
import { findPolicy } from '@/lib/conditional-access/store'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

/** What became of one policy, also of a deleted one. */
export default async function PolicyHistoryPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const policyPath = `/admin/conditional-access/${encodeURIComponent(id)}`
  const path = `${policyPath}/history`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const live = await findPolicy(db(), id)
  const policy = live ?? (await findDeletedPolicy(db(), id))
  if (!policy) notFound()
  const cursor = parameter(await searchParams, 'cursor')
  const { changes, nextCursor } = await historyOf(db(), policy.id, { cursor })
  const newest = cursor === undefined ? changes[0]?.id : undefined
  const mayTakeAgain = live !== null && may(subject, 'conditionalAccess.update')
  return (
    <>
      <PageHeading
        above={
          <BackLink href={live ? policyPath : `/admin/conditional-access/deleted/${policy.id}`}>
            {policy.displayName}
          </BackLink>
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
          <ChangeList
            changes={changes}
            versionHref={({ id: event, after }) =>
              mayTakeAgain && after !== null && event !== newest ? `${path}/${event}` : null
            }
          />
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
