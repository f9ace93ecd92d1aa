import type { Metadata } from 'next'
import { address, choice, day, kept, parameter, type SearchParams } from '@/components/admin/query'
import { SignInFilters } from '@/components/admin/sign-in-filters'
import { SignInTable } from '@/components/admin/sign-in-table'
import { Card } from '@/components/ui/card'
import { PageHeading } from '@/components/ui/page-heading'
import { Pagination } from '@/components/ui/pagination'
import { applications, registerSecurityInformation } from '@/lib/conditional-access/model'
import { loadSubjectByName, userNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findSignIns, type SignInFilter } from '@/lib/sign-in/log-store'

export const metadata: Metadata = { title: t('admin.signIn.title') }

const filterNames = ['user', 'from', 'to', 'result', 'target', 'status'] as const
const targets = [registerSecurityInformation, applications.securityInfo, applications.administration]

/** Who signed in or asked to register, from where, and what the policies made of it. */
export default async function SignInLogPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await adminPageVisit({ right: 'signInLog.read', path: '/admin/sign-in-log' })
  const given = await searchParams
  const filters = kept(given, filterNames)
  const cursor = parameter(given, 'cursor')
  const filter = await readFilter(given)
  const page = filter === null ? { records: [], nextCursor: null } : await findSignIns(filter, { cursor })
  const people = await userNames(
    db(),
    page.records.flatMap(({ userId }) => userId ?? []),
  )
  return (
    <>
      <PageHeading lead={t('admin.signIn.lead')}>{t('admin.signIn.title')}</PageHeading>
      <SignInFilters filters={filters} isFiltered={Object.values(filters).some(Boolean)} />
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

/** The filter of an address; null when it names a person who does not exist. */
async function readFilter(given: SearchParams): Promise<SignInFilter | null> {
  const user = parameter(given, 'user')
  const userId = user === undefined ? undefined : (await loadSubjectByName(db(), user))?.id
  if (user !== undefined && userId === undefined) return null
  return {
    userId,
    from: day(given, 'from'),
    to: day(given, 'to', 1),
    result: choice(given, 'result', ['success', 'failure', 'blocked']),
    target: choice(given, 'target', targets),
    conditionalAccessStatus: choice(given, 'status', ['success', 'failure', 'notApplied']),
  }
}
