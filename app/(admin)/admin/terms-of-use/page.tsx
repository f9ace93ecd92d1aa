import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { countPeopleByTerms, listTerms } from '@/lib/terms-of-use/store'
import { PolicyLinks, strengthUsers } from '../authentication-strengths/used-by'

const path = '/admin/terms-of-use'

/** Terms of use, those in force first, with the policies that ask for them. */
export default async function TermsListPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const rows = await listTerms(db())
  const people = await countPeopleByTerms(db())
  const usersOf = await strengthUsers()
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        lead={t('terms.list.lead')}
        actions={
          may(subject, 'conditionalAccess.update') && (
            <ButtonLink href={`${path}/new`}>
              <Icon name="plus" />
              {t('terms.list.new')}
            </ButtonLink>
          )
        }
      >
        {t('terms.list.title')}
      </PageHeading>
      {saved === 'retired' && <Notice tone="success">{t('terms.saved.retired')}</Notice>}
      <Card padding="none">
        <DataTable
          caption={t('terms.list.caption')}
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon="list" title={t('terms.list.empty.title')}>
              {t('terms.list.empty.text')}
            </EmptyState>
          }
          columns={[
            {
              key: 'name',
              header: t('terms.list.name'),
              isRowHeader: true,
              cell: ({ id, displayName, retiredAt }) => (
                <span className="flex flex-wrap items-center gap-2">
                  <TextLink href={`${path}/${id}`}>
                    <bdi className="wrap-anywhere">{displayName}</bdi>
                  </TextLink>
                  {retiredAt && <Tag tone="neutral">{t('terms.list.retired')}</Tag>}
                </span>
              ),
            },
            {
              key: 'version',
              header: t('terms.list.version'),
              cell: ({ textVersion }) => t('terms.list.versionOf', { version: textVersion }),
            },
            {
              key: 'people',
              header: t('terms.list.people'),
              cell: ({ id }) => (
                <TextLink href={`${path}/${id}/acceptances`}>
                  {t('terms.list.count', { count: people.get(id) ?? 0 })}
                </TextLink>
              ),
            },
            {
              key: 'used',
              header: t('terms.list.used'),
              cell: ({ id }) => <PolicyLinks policies={usersOf(id)} none={t('terms.list.unused')} />,
            },
          ]}
        />
      </Card>
    </>
  )
}
