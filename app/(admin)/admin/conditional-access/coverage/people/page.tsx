import { notFound } from 'next/navigation'
import { MethodNames } from '@/components/admin/method-names'
import { address, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Pagination } from '@/components/ui/pagination'
import { Tag } from '@/components/ui/tag'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { findPeopleIn } from '@/lib/reports/coverage-store'
import { adminPageVisit } from '@/lib/request/page'
import { loadStuck, loadWorld } from '../world'
import { missingText } from './missing'

const path = '/admin/conditional-access/coverage/people'

/** The people whom a policy asks for what they can never do, with the policy and what is missing. */
export default async function StuckPeoplePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject, at } = await adminPageVisit({ right: 'registrations.read', path })
  if (!may(subject, 'conditionalAccess.read')) notFound()
  const after = parameter(await searchParams, 'after') ?? null
  const { stuck, names, methodsPolicy } = await loadStuck(await loadWorld(), at)
  const list = { keys: [...stuck.keys()], after, size: limits.page.sizeDefault }
  const { people, next } = await findPeopleIn(db(), names, methodsPolicy, at, list)
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access/coverage">{t('coverage.title')}</BackLink>}
        lead={t('coverage.stuck.lead')}
        actions={
          people.length > 0 ? (
            <ButtonLink href={`${path}/csv`} variant="secondary" download>
              {t('impact.csv')}
            </ButtonLink>
          ) : undefined
        }
      >
        {t('coverage.stuck.title')}
      </PageHeading>
      <Card padding="none" className="min-w-0">
        <DataTable
          caption={t('coverage.stuck.title')}
          rows={people}
          rowKey={({ id }) => id}
          empty={<p className="p-6 text-text-muted">{t('coverage.stuck.nobody')}</p>}
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
            {
              key: 'policies',
              header: t('coverage.stuck.policies'),
              cell: ({ key }) => (
                <ul className="grid gap-1">
                  {(stuck.get(key) ?? []).map((policy) => (
                    <li key={policy.policyId} className="grid gap-0.5">
                      <TextLink href={`/admin/conditional-access/${policy.policyId}`} className="w-fit">
                        <bdi className="wrap-anywhere">{policy.displayName}</bdi>
                      </TextLink>
                      <span className="text-sm text-text-muted">{missingText(policy)}</span>
                    </li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
        <Pagination
          label={t('ui.pagination.label')}
          summary={people.length > 0 ? t('admin.users.summary', { count: people.length }) : undefined}
          firstLabel={t('ui.pagination.first')}
          firstHref={after === null ? undefined : path}
          nextLabel={t('ui.pagination.next')}
          nextHref={next === null ? undefined : address(path, { after: next })}
        />
      </Card>
    </>
  )
}
