import { redirect } from 'next/navigation'
import { address, kept, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Pagination } from '@/components/ui/pagination'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { findResetEvents } from '@/lib/reports/password-resets-store'
import { adminPageVisit } from '@/lib/request/page'
import { ResetEventFilters } from './event-filters'
import { ResetEventTable } from './event-table'
import { filterNames, readFilter } from './filters'
import { ResetViews } from './views'

const path = '/admin/password-resets'

/** Who tried to get back in, what came of it, and why. A reference that the help desk was told opens its event. */
export default async function PasswordResetsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject, at } = await adminPageVisit({ right: 'passwordResets.read', path })
  const given = await searchParams
  const filters = kept(given, filterNames)
  const cursor = parameter(given, 'cursor')
  const filter = await readFilter(given)
  const page = filter === null ? { events: [], nextCursor: null } : await findResetEvents(db(), filter, { cursor }, at)
  const [only] = page.events
  if (filter?.reference !== undefined && only && page.events.length === 1) redirect(`${path}/${only.id}`)
  const isFiltered = Object.values(filters).some(Boolean)
  return (
    <>
      <PageHeading
        lead={t('resetUsage.lead', { days: limits.retentionDays })}
        actions={
          filter !== null && (
            <ButtonLink href={address(`${path}/csv`, filters)} variant="secondary" download>
              {t('resetUsage.csv')}
            </ButtonLink>
          )
        }
      >
        {t('resetUsage.title')}
      </PageHeading>
      <ResetViews subject={subject} current="events" />
      <ResetEventFilters filters={filters} />
      <Card padding="none" className="min-w-0">
        <ResetEventTable
          events={page.events}
          emptyText={t(isFiltered ? 'resetUsage.empty.filtered' : 'resetUsage.empty')}
        />
        <Pagination
          label={t('ui.pagination.label')}
          summary={page.events.length > 0 ? t('resetUsage.summary', { count: page.events.length }) : undefined}
          firstLabel={t('resetUsage.newest')}
          firstHref={cursor === undefined ? undefined : address(path, filters)}
          nextLabel={t('resetUsage.older')}
          nextHref={page.nextCursor === null ? undefined : address(path, { ...filters, cursor: page.nextCursor })}
        />
      </Card>
    </>
  )
}
