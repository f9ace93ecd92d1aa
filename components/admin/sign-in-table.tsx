import { ButtonLink } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Tag } from '@/components/ui/tag'
import type { TraceLine } from '@/lib/conditional-access/decision'
import { formatDate, t } from '@/lib/i18n'
import { ResultTag, StatusTag, targetName } from './sign-in-words'

export type SignInRow = {
  readonly id: string
  readonly at: Date
  readonly userId: string | null
  readonly userPrincipalName: string | null
  readonly target: string
  readonly clientAddress: string | null
  readonly errorCode: number
  readonly conditionalAccessStatus: 'success' | 'failure' | 'notApplied'
  readonly trace: readonly TraceLine[]
}

/** Sign-ins, newest first; each row leads to its trace. */
export function SignInTable({
  records,
  people,
  emptyText,
}: {
  records: readonly SignInRow[]
  people: ReadonlyMap<string, { readonly displayName: string }>
  emptyText: string
}) {
  return (
    <DataTable
      caption={t('admin.signIn.caption')}
      rows={records}
      rowKey={(row) => row.id}
      columns={[
        {
          key: 'user',
          header: t('admin.signIn.column.user'),
          isRowHeader: true,
          cell: (row) => {
            const name = row.userId ? people.get(row.userId)?.displayName : undefined
            const userName = row.userPrincipalName ?? t('admin.signIn.entry.unknownUser')
            return (
              <span className="grid gap-0.5 md:min-w-44">
                <a
                  href={`/admin/sign-in-log/${row.id}`}
                  className="w-fit rounded-sm font-medium underline-offset-4 hover:text-accent hover:underline"
                >
                  <bdi className="wrap-anywhere">{name ?? userName}</bdi>
                </a>
                {name && <bdi className="text-sm font-normal wrap-anywhere text-text-muted">{userName}</bdi>}
              </span>
            )
          },
        },
        {
          key: 'result',
          header: t('admin.signIn.column.result'),
          cell: (row) => <ResultTag errorCode={row.errorCode} />,
        },
        { key: 'target', header: t('admin.signIn.column.target'), cell: (row) => targetName(row.target) },
        {
          key: 'status',
          header: t('admin.signIn.column.status'),
          cell: (row) => (
            <span className="flex flex-wrap gap-1.5">
              <StatusTag status={row.conditionalAccessStatus} />
              <ReportOnlyTag trace={row.trace} />
            </span>
          ),
        },
        {
          key: 'time',
          header: t('admin.signIn.column.when'),
          cell: (row) => (
            <span className="grid gap-0.5">
              <time dateTime={row.at.toISOString()} className="whitespace-nowrap">
                {formatDate(row.at)}
              </time>
              <span className="font-mono text-sm wrap-anywhere text-text-muted">{row.clientAddress ?? '–'}</span>
            </span>
          ),
        },
      ]}
      empty={
        <EmptyState
          icon="clock"
          title={t('admin.signIn.empty.title')}
          actions={
            <ButtonLink href="/admin/sign-in-log" variant="secondary">
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

/** What the report-only policies would have made of it, the gravest; nothing where they would have changed nothing. */
function ReportOnlyTag({ trace }: { trace: readonly TraceLine[] }) {
  const gravest = (['reportOnlyFailure', 'reportOnlyInterrupted'] as const).find((result) =>
    trace.some((line) => line.result === result),
  )
  return gravest ? <Tag tone="warning">{t(`admin.signIn.reportOnly.${gravest}`)}</Tag> : null
}
