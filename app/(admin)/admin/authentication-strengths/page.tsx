import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { listStrengths } from '@/lib/conditional-access/store'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { PolicyLinks, strengthUsers } from './used-by'

const path = '/admin/authentication-strengths'

/** The three built-in strengths and those made here, with the policies that ask for them. */
export default async function StrengthsPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const rows = [...builtInStrengths, ...(await listStrengths(db()))]
  const usersOf = await strengthUsers()
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        lead={t('strengths.list.lead')}
        actions={
          may(subject, 'conditionalAccess.update') && (
            <ButtonLink href={`${path}/new`}>
              <Icon name="plus" />
              {t('strengths.list.new')}
            </ButtonLink>
          )
        }
      >
        {t('strengths.list.title')}
      </PageHeading>
      {saved === 'deleted' && <Notice tone="success">{t('strengths.saved.deleted')}</Notice>}
      <Card padding="none">
        <DataTable
          caption={t('strengths.list.caption')}
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'name',
              header: t('strengths.list.name'),
              isRowHeader: true,
              cell: ({ id, displayName }) => (
                <TextLink href={`${path}/${id}`}>
                  <bdi className="wrap-anywhere">{displayName}</bdi>
                </TextLink>
              ),
            },
            {
              key: 'type',
              header: t('strengths.list.type'),
              cell: ({ policyType }) => (
                <Tag tone={policyType === 'custom' ? 'info' : 'neutral'}>{t(`strengths.type.${policyType}`)}</Tag>
              ),
            },
            {
              key: 'combinations',
              header: t('strengths.list.combinations'),
              cell: ({ allowedCombinations }) => t('strengths.list.count', { count: allowedCombinations.length }),
            },
            {
              key: 'used',
              header: t('strengths.list.used'),
              cell: ({ id }) => <PolicyLinks policies={usersOf(id)} none={t('strengths.list.unused')} />,
            },
          ]}
        />
      </Card>
    </>
  )
}
