import { AuditFilters } from '@/components/admin/audit-filters'
import { AuditTable } from '@/components/admin/audit-table'
import { address, choice, day, kept, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { Pagination } from '@/components/ui/pagination'
import type { AuditFilter } from '@/lib/audit/model'
import { recordAlone } from '@/lib/audit/record'
import { findAuditRecords } from '@/lib/audit/store'
import { auditEntryView, idsIn } from '@/lib/audit/view'
import { groupNames, loadSubjectByName, userNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { SignedInVisit } from '@/lib/request/desk'
import { adminPageVisit } from '@/lib/request/page'

const filterNames = ['text', 'from', 'to', 'service', 'activity', 'status', 'initiator', 'target'] as const

/** What happened, newest first. */
export default async function AuditLogPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const visit = await adminPageVisit({ right: 'auditLog.read', path: '/admin/audit-log' })
  const given = await searchParams
  const filters = kept(given, filterNames)
  const cursor = parameter(given, 'cursor')
  const filter = await readFilter(given)
  const page = filter === null ? { records: [], nextCursor: null } : await findAuditRecords(filter, { cursor })
  // Once for each view of the log. A following page shows more of the same and is not told again.
  if (cursor === undefined) await recordRead(visit, filters)
  const ids = idsIn(page.records)
  const [people, groups] = await Promise.all([userNames(db(), ids), groupNames(db(), ids)])
  const displayNames = new Map([...groups, ...[...people].map(([id, { displayName }]) => [id, displayName] as const)])
  const isFiltered = Object.values(filters).some(Boolean)
  return (
    <>
      <PageHeading lead={t('admin.audit.lead')}>{t('admin.audit.title')}</PageHeading>
      <AuditFilters filters={filters} isFiltered={isFiltered} />
      <Card padding="none" className="min-w-0">
        <AuditTable
          entries={page.records.map((record) => auditEntryView(record, displayNames))}
          emptyText={
            filter === null
              ? t('admin.audit.empty.person')
              : page.nextCursor === null
                ? t('admin.audit.empty.text')
                : t('admin.audit.empty.goOn')
          }
        />
        <Pagination
          label={t('ui.pagination.label')}
          summary={page.records.length > 0 ? t('admin.audit.summary', { count: page.records.length }) : undefined}
          firstLabel={t('admin.audit.newest')}
          firstHref={cursor === undefined ? undefined : address('/admin/audit-log', filters)}
          nextLabel={t('admin.audit.older')}
          nextHref={
            page.nextCursor === null ? undefined : address('/admin/audit-log', { ...filters, cursor: page.nextCursor })
          }
        />
      </Card>
    </>
  )
}

/** The filter of an address; null when it names a person who does not exist, whom no entry can be about. */
async function readFilter(given: SearchParams): Promise<AuditFilter | null> {
  const actor = await personOrId(parameter(given, 'initiator'))
  const target = await personOrId(parameter(given, 'target'))
  if (actor === null || target === null) return null
  return {
    from: day(given, 'from'),
    to: day(given, 'to', 1),
    service: parameter(given, 'service'),
    activity: parameter(given, 'activity'),
    outcome: choice(given, 'status', ['success', 'failure']),
    actor,
    target,
    text: parameter(given, 'text', 200),
  }
}

/** A user name becomes the person's id; anything without an `@` is taken as an id, of a policy for example. */
async function personOrId(text: string | undefined): Promise<string | undefined | null> {
  if (text === undefined || !text.includes('@')) return text
  return (await loadSubjectByName(db(), text))?.id ?? null
}

function recordRead(visit: SignedInVisit, filters: Readonly<Record<string, string | undefined>>): Promise<void> {
  const asked = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))
  return recordAlone({
    activity: 'auditRead',
    at: visit.at,
    outcome: 'success',
    actor: visit.actor,
    origin: visit.origin,
    correlationId: visit.session.correlationId,
    ...(Object.keys(asked).length > 0 ? { after: { filters: asked } } : {}),
  })
}
