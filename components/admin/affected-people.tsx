import { MethodNames } from '@/components/admin/method-names'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Pagination } from '@/components/ui/pagination'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import type { AffectedPerson } from '@/lib/policy-changes/model'

/** The people behind a number of a preview. */
export function AffectedPeople({
  people,
  nextHref,
  firstHref,
}: {
  people: readonly AffectedPerson[]
  nextHref?: string
  firstHref?: string
}) {
  return (
    <Card padding="none" className="min-w-0">
      <DataTable
        caption={t('policyChanges.people.caption')}
        rows={people}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            header: t('policyChanges.people.name'),
            isRowHeader: true,
            cell: (person) => (
              <span className="grid gap-0.5">
                <span className="flex flex-wrap items-center gap-2">
                  <TextLink href={`/admin/users/${person.id}`}>
                    <bdi className="wrap-anywhere">{person.displayName}</bdi>
                  </TextLink>
                  {person.isAdministrator && <Tag>{t('policyChanges.people.administrator')}</Tag>}
                </span>
                <bdi className="text-sm font-normal wrap-anywhere text-text-muted">{person.userPrincipalName}</bdi>
              </span>
            ),
          },
          {
            key: 'registered',
            header: t('policyChanges.people.registered'),
            cell: ({ methods }) => (
              <MethodNames methods={methods.map((kind) => ({ kind, count: 1 }))} defaultKind={null} />
            ),
          },
        ]}
        empty={<p className="p-6 text-text-muted">{t('policyChanges.people.none')}</p>}
      />
      {(nextHref || firstHref) && (
        <Pagination
          label={t('ui.pagination.label')}
          summary={t('admin.users.summary', { count: people.length })}
          firstLabel={t('ui.pagination.first')}
          firstHref={firstHref}
          nextLabel={t('ui.pagination.next')}
          nextHref={nextHref}
        />
      )}
    </Card>
  )
}
