import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { may } from '@/lib/directory/rights'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { type Gap, gapsOf } from '@/lib/reports/coverage'
import { findPeopleGroups, findRequests, namesIn } from '@/lib/reports/coverage-store'
import { adminPageVisit } from '@/lib/request/page'
import { gapSentence } from './sentences'
import { loadStuck, loadWorld } from './world'

const path = '/admin/conditional-access/coverage'

/** Who may register security info without any policy saying how, and whom a policy asks for what they can never do. */
export default async function CoveragePage() {
  const { subject, at } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const world = await loadWorld()
  const names = namesIn(world.set)
  const people = await findPeopleGroups(db(), names, null, at)
  const groups = people.groups.slice(0, world.groupsMax)
  const gaps = gapsOf(world.set, groups, world.places, await findRequests(db(), names, at))
  const stuck = await loadStuck(world, at)
  const groupsById = await groupNames(db(), names.groups)
  const open = gaps.filter(({ isTrusted }) => !isTrusted)
  const trusted = gaps.filter(({ isTrusted }) => isTrusted)
  const isCut = world.isCut || people.isCut || stuck.isCut || groups.length < people.groups.length
  const table = (id: 'open' | 'trusted', rows: readonly Gap[]) => (
    <Card id={id} title={t(`coverage.${id}.title`)} description={t(`coverage.${id}.lead`)} padding="none">
      {rows.length === 0 ? (
        <p className="border-t border-border px-5 py-6 text-text-muted sm:px-6">{t(`coverage.${id}.none`)}</p>
      ) : (
        <DataTable
          caption={t(`coverage.${id}.title`)}
          rows={rows}
          rowKey={(row) => gapSentence(row, world, groupsById)}
          columns={[
            {
              key: 'gap',
              header: t('coverage.gap'),
              isRowHeader: true,
              cell: (row) => (
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <bdi className="wrap-anywhere">{gapSentence(row, world, groupsById)}</bdi>
                  <Tag tone={id === 'trusted' ? 'neutral' : row.cover === 'none' ? 'danger' : 'warning'}>
                    {t(`coverage.tag.${row.cover}`)}
                  </Tag>
                </span>
              ),
            },
            {
              key: 'people',
              header: t('coverage.people'),
              align: 'end',
              cell: ({ people: count }) => <span className="tabular-nums">{count}</span>,
            },
            {
              key: 'requests',
              header: t('coverage.requests'),
              align: 'end',
              cell: ({ requests }) => <span className="tabular-nums">{requests}</span>,
            },
          ]}
        />
      )}
    </Card>
  )
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policies.edit.back')}</BackLink>}
        lead={t('coverage.lead')}
        actions={
          open.length > 0 && may(subject, 'conditionalAccess.update') ? (
            <ButtonLink href="/admin/conditional-access/template">{t('policies.list.template')}</ButtonLink>
          ) : undefined
        }
      >
        {t('coverage.title')}
      </PageHeading>
      {isCut && (
        <Notice tone="warning" live={false}>
          {t('coverage.cut')}
        </Notice>
      )}
      {table('open', open)}
      {table('trusted', trusted)}
      <Card id="stuck" title={t('coverage.stuck.title')} description={t('coverage.stuck.lead')}>
        <p>
          {t('coverage.stuck.count', { count: stuck.people })}{' '}
          {stuck.people > 0 && may(subject, 'registrations.read') && (
            <TextLink href={`${path}/people`}>{t('coverage.stuck.link')}</TextLink>
          )}
        </p>
      </Card>
    </>
  )
}
