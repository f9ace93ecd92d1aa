import { ButtonLink } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Tag } from '@/components/ui/tag'
import type { AuditEntryView } from '@/lib/audit/view'
import { formatDate, t } from '@/lib/i18n'

/** The audit log: each entry is a sentence that leads to its details. */
export function AuditTable({ entries, emptyText }: { entries: readonly AuditEntryView[]; emptyText: string }) {
  return (
    <DataTable
      caption={t('admin.audit.caption')}
      rows={entries}
      rowKey={(entry) => entry.id}
      columns={[
        {
          key: 'what',
          header: t('admin.audit.column.what'),
          isRowHeader: true,
          cell: (entry) => (
            <span className="grid gap-0.5">
              <a
                href={`/admin/audit-log/${entry.id}`}
                className="w-fit rounded-sm font-medium underline-offset-4 hover:text-accent hover:underline"
              >
                <bdi>{entry.sentence}</bdi>
              </a>
              {entry.reasonText && <span className="text-sm font-normal text-text-muted">{entry.reasonText}</span>}
            </span>
          ),
        },
        {
          key: 'status',
          header: t('admin.audit.column.status'),
          cell: (entry) => <OutcomeTag outcome={entry.outcome} />,
        },
        {
          key: 'time',
          header: t('admin.signIn.column.when'),
          cell: (entry) => (
            <span className="grid gap-0.5">
              <time dateTime={entry.at.toISOString()} className="whitespace-nowrap">
                {formatDate(entry.at)}
              </time>
              <span className="font-mono text-sm wrap-anywhere text-text-muted">
                {entry.origin.clientAddress ?? '–'}
              </span>
            </span>
          ),
        },
      ]}
      empty={
        <EmptyState
          title={t('admin.audit.empty.title')}
          actions={
            <ButtonLink href="/admin/audit-log" variant="secondary">
              {t('ui.filter.clear')}
            </ButtonLink>
          }
        >
          {emptyText}
        </EmptyState>
      }
    />
  )
}

export function OutcomeTag({ outcome }: { outcome: AuditEntryView['outcome'] }) {
  return <Tag tone={outcome === 'success' ? 'success' : 'danger'}>{t(`admin.audit.status.${outcome}`)}</Tag>
}
