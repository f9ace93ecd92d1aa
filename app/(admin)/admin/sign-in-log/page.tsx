import { address, kept, parameter, type SearchParams } from '@/components/admin/query'
import { ReferenceSearch } from '@/components/admin/reference-search'
import { SignInFilters } from '@/components/admin/sign-in-filters'
import { SignInTable } from '@/components/admin/sign-in-table'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Pagination } from '@/components/ui/pagination'
import { listChoices } from '@/lib/conditional-access/store'
import { may } from '@/lib/directory/rights'
import { userNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findSignIns } from '@/lib/sign-in/log-store'
import { filterNames, readFilter } from './filters'

/** Who signed in or asked to register, from where, and what the policies made of it. */
export default async function SignInLogPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ right: 'signInLog.read', path: '/admin/sign-in-log' })
  const given = await searchParams
  const filters = kept(given, filterNames)
  const cursor = parameter(given, 'cursor')
  const filter = await readFilter(given)
  const page = filter === null ? { records: [], nextCursor: null } : await findSignIns(filter, { cursor })
  const choices = await listChoices(db())
  const people = await userNames(
    db(),
    page.records.flatMap(({ userId }) => userId ?? []),
  )
  return (
    <>
      <PageHeading
        lead={t('admin.signIn.lead')}
        actions={
          may(subject, 'signInLog.export') && filter !== null ? (
            <>
              <ButtonLink href={address('/admin/sign-in-log/export', filters)} variant="secondary" download>
                {t('admin.signIn.export.csv')}
              </ButtonLink>
              <ButtonLink
                href={address('/admin/sign-in-log/export', { ...filters, format: 'json' })}
                variant="secondary"
                download
              >
                {t('admin.signIn.export.json')}
              </ButtonLink>
            </>
          ) : undefined
        }
      >
        {t('admin.signIn.title')}
      </PageHeading>
      <ReferenceSearch />
      <SignInFilters
        filters={filters}
        isFiltered={Object.values(filters).some(Boolean)}
        policies={options(choices.policies)}
        locations={options(choices.locations)}
      />
      <Card padding="none" className="min-w-0">
        <SignInTable
          records={page.records}
          people={people}
          emptyText={
            filter === null
              ? t('admin.audit.empty.person')
              : page.nextCursor === null
                ? t('admin.signIn.empty.text')
                : t('admin.audit.empty.goOn')
          }
        />
        <Pagination
          label={t('ui.pagination.label')}
          summary={page.records.length > 0 ? t('admin.audit.summary', { count: page.records.length }) : undefined}
          firstLabel={t('admin.audit.newest')}
          firstHref={cursor === undefined ? undefined : address('/admin/sign-in-log', filters)}
          nextLabel={t('admin.audit.older')}
          nextHref={
            page.nextCursor === null
              ? undefined
              : address('/admin/sign-in-log', { ...filters, cursor: page.nextCursor })
          }
        />
      </Card>
    </>
  )
}

function options(rows: readonly { readonly id: string; readonly displayName: string }[]) {
  return rows.map(({ id, displayName }) => ({ value: id, label: displayName }))
}
