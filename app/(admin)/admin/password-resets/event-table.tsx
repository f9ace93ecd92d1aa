import { homeText, ResetOutcomeTag, waysText, whoText, whyText } from '@/components/admin/reset-words'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDate, t } from '@/lib/i18n'
import type { ResetEvent } from '@/lib/reports/password-resets'

/** Resets, the newest first; each row leads to what is known of it. */
export function ResetEventTable({ events, emptyText }: { events: readonly ResetEvent[]; emptyText: string }) {
  return (
    <DataTable
      caption={t('resetUsage.caption')}
      rows={events}
      rowKey={({ id }) => id}
      empty={<EmptyState icon="refresh" title={emptyText} />}
      columns={[
        {
          key: 'who',
          header: t('resetUsage.column.who'),
          isRowHeader: true,
          cell: (event) => (
            <span className="grid gap-0.5 md:min-w-44">
              <a
                href={`/admin/password-resets/${event.id}`}
                className="w-fit rounded-sm font-medium underline-offset-4 hover:text-accent hover:underline"
              >
                <bdi className="wrap-anywhere">{whoText(event)}</bdi>
              </a>
              {event.displayName !== null && (
                <bdi className="text-sm font-normal wrap-anywhere text-text-muted">{event.userPrincipalName}</bdi>
              )}
              <span className="font-mono text-sm font-normal text-text-muted">{event.reference}</span>
            </span>
          ),
        },
        {
          key: 'outcome',
          header: t('resetUsage.column.outcome'),
          cell: (event) => (
            <span className="grid gap-1">
              <ResetOutcomeTag outcome={event.outcome} purpose={event.purpose} />
              {event.reason !== null && event.outcome !== 'done' && (
                <span className="text-sm text-text-muted md:max-w-72">{whyText(event.reason)}</span>
              )}
            </span>
          ),
        },
        { key: 'ways', header: t('resetUsage.column.ways'), cell: ({ provenWays }) => waysText(provenWays) },
        { key: 'home', header: t('resetUsage.column.home'), cell: (event) => homeText(event) },
        {
          key: 'when',
          header: t('resetUsage.column.when'),
          cell: ({ startedAt, clientAddress }) => (
            <span className="grid gap-0.5">
              <time dateTime={startedAt.toISOString()} className="whitespace-nowrap">
                {formatDate(startedAt)}
              </time>
              <span className="font-mono text-sm wrap-anywhere text-text-muted">{clientAddress ?? '–'}</span>
            </span>
          ),
        },
      ]}
    />
  )
}
