import { notFound } from 'next/navigation'
import { address, kept, type SearchParams } from '@/components/admin/query'
import { RegistrationFilters } from '@/components/admin/registration-filters'
import { RegistrationTable } from '@/components/admin/registration-table'
import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { Pagination } from '@/components/ui/pagination'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { parseRegistrationQuery } from '@/lib/reports/model'
import { findRegistrations } from '@/lib/reports/store'
import { registrationView } from '@/lib/reports/view'
import { adminPageVisit } from '@/lib/request/page'

const filterNames = ['search', 'mfa', 'sspr', 'passwordless', 'method', 'admin'] as const
const orderNames = ['sort', 'direction'] as const

/**
 * Everybody with what they have registered. Who may help people but not read the report (a helpdesk operator) finds
 * people by name here, and neither sees nor filters by what they have.
 */
export default async function RegistrationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject, at } = await adminPageVisit({ path: '/admin/users' })
  const mayReadReport = may(subject, 'registrations.read')
  const others = ['methods.read', 'sessions.revoke', 'users.resetPassword'] as const
  if (!mayReadReport && !others.some((right) => may(subject, right))) notFound()
  const given = await searchParams
  const asked = parseRegistrationQuery(given)
  const query = mayReadReport ? asked : { ...asked, filter: { search: asked.filter.search } }
  const list = await findRegistrations(db(), query, at)
  const rows = list.rows.map(registrationView)
  const filters = kept(given, mayReadReport ? filterNames : ['search'])
  const order = kept(given, orderNames)
  const isFiltered = Object.values(query.filter).some((part) => part !== undefined)
  return (
    <>
      <PageHeading lead={mayReadReport ? t('admin.users.lead') : t('admin.users.lead.search')}>
        {t('admin.users.title')}
      </PageHeading>
      <RegistrationFilters filters={filters} isReport={mayReadReport} isFiltered={isFiltered} />
      <Card padding="none" className="min-w-0">
        <RegistrationTable
          rows={rows}
          sort={query.sort}
          isReport={mayReadReport}
          isFiltered={isFiltered}
          hrefOf={(sort) => address('/admin/users', { ...filters, sort: sort.column, direction: sort.direction })}
        />
        {rows.length > 0 && (
          <Pagination
            label={t('ui.pagination.label')}
            summary={t('admin.users.summary', { count: rows.length })}
            firstLabel={t('ui.pagination.first')}
            firstHref={list.previous === null ? undefined : address('/admin/users', { ...filters, ...order })}
            nextLabel={t('ui.pagination.next')}
            nextHref={
              list.next === null ? undefined : address('/admin/users', { ...filters, ...order, after: list.next })
            }
          />
        )}
      </Card>
    </>
  )
}
