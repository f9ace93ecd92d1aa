import { Person } from '@/components/ui/avatar'
import { ButtonLink } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Tag } from '@/components/ui/tag'
import { formatDate, t } from '@/lib/i18n'
import type { RegistrationSort, RegistrationSortColumn } from '@/lib/reports/model'
import type { RegistrationView } from '@/lib/reports/view'
import { Capability } from './capability'
import { MethodNames } from './method-names'

/** People with what they registered; on a phone each person becomes a card. */
export function RegistrationTable({
  rows,
  sort,
  isReport,
  isFiltered,
  hrefOf,
}: {
  rows: readonly RegistrationView[]
  sort: RegistrationSort
  /** False: names only. */
  isReport: boolean
  isFiltered: boolean
  hrefOf: (sort: RegistrationSort) => string
}) {
  const sortable = (column: RegistrationSortColumn) => ({
    sort: sort.column === column ? sort.direction : undefined,
    sortHref: hrefOf({
      column,
      direction: sort.column === column && sort.direction === 'ascending' ? 'descending' : 'ascending',
    }),
  })
  const person: Column<RegistrationView> = {
    key: 'person',
    header: t('admin.users.column.person'),
    isRowHeader: true,
    ...sortable('displayName'),
    cell: (row) => (
      <span className="grid gap-1.5 md:min-w-56">
        <Person name={row.displayName} detail={row.userPrincipalName} href={`/admin/users/${row.id}`} />
        {(row.isAdministrator || row.userType === 'guest') && (
          <span className="flex gap-1.5 pl-12">
            {row.isAdministrator && <Tag>{t('admin.users.administrator')}</Tag>}
            {row.userType === 'guest' && <Tag>{t('admin.users.guest')}</Tag>}
          </span>
        )}
      </span>
    ),
  }
  const report: readonly Column<RegistrationView>[] = [
    {
      key: 'mfa',
      header: t('admin.users.column.mfa'),
      cell: (row) => <Capability can={row.isMfaCapable} />,
    },
    {
      key: 'sspr',
      header: t('admin.users.column.sspr'),
      cell: (row) => <Capability can={row.isSsprCapable} />,
    },
    {
      key: 'passwordless',
      header: t('admin.users.column.passwordless'),
      cell: (row) => <Capability can={row.isPasswordlessCapable} />,
    },
    {
      key: 'methods',
      header: t('admin.users.column.methods'),
      cell: (row) => <MethodNames methods={row.methods} defaultKind={row.defaultMethodKind} />,
    },
    {
      key: 'changed',
      header: t('admin.users.column.changed'),
      ...sortable('securityInfoChangedAt'),
      cell: (row) =>
        row.securityInfoChangedAt ? (
          <time dateTime={row.securityInfoChangedAt} className="whitespace-nowrap">
            {formatDate(new Date(row.securityInfoChangedAt), 'date')}
          </time>
        ) : (
          <span className="text-text-muted">{t('admin.never')}</span>
        ),
    },
  ]
  return (
    <DataTable
      caption={t('admin.users.caption')}
      columns={isReport ? [person, ...report] : [person]}
      rows={rows}
      rowKey={(row) => row.id}
      empty={
        <EmptyState
          icon="people"
          title={isFiltered ? t('admin.users.empty.title') : t('admin.users.empty.nobody.title')}
          actions={
            isFiltered && (
              <ButtonLink href="/admin/users" variant="secondary">
                {t('ui.filter.clear')}
              </ButtonLink>
            )
          }
        >
          {isFiltered ? t('admin.users.empty.text') : t('admin.users.empty.nobody.text')}
        </EmptyState>
      }
    />
  )
}
