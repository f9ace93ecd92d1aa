import { StateTag } from '@/components/conditional-access/state-tag'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { listPolicies, policyNames } from '@/lib/conditional-access/store'
import { policyListRow } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/conditional-access'

export default async function PoliciesPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const mayUpdate = may(subject, 'conditionalAccess.update')
  const policies = await listPolicies(db())
  const names = await policyNames(db(), policies)
  const rows = policies.map((policy) => policyListRow(policy, names))
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        lead={t('policies.list.lead')}
        actions={
          <>
            {rows.length > 0 && <Makers mayUpdate={mayUpdate} hasPolicies />}
            <ButtonLink href={`${path}/what-if`} variant="secondary">
              {t('whatIf.open')}
            </ButtonLink>
            <ButtonLink href={`${path}/trials`} variant="secondary">
              {t('policyTrials.all')}
            </ButtonLink>
            <ButtonLink href={`${path}/coverage`} variant="secondary">
              {t('coverage.link')}
            </ButtonLink>
          </>
        }
      >
        {t('policies.list.title')}
      </PageHeading>
      {saved === 'deleted' && <Notice tone="success">{t('policies.saved.deleted')}</Notice>}
      <Card padding="none">
        <DataTable
          caption={t('policies.list.caption')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              header: t('policies.list.name'),
              isRowHeader: true,
              cell: (row) => (
                <TextLink href={`${path}/${row.id}`}>
                  <bdi className="wrap-anywhere">{row.displayName}</bdi>
                </TextLink>
              ),
            },
            {
              key: 'state',
              header: t('policies.list.state'),
              cell: (row) => <StateTag state={row.state} />,
            },
            {
              key: 'summary',
              header: t('policies.list.summary'),
              cell: (row) => (
                <span className={row.isReadable ? 'text-sm text-text-muted' : 'text-sm text-danger'}>
                  {row.summary}
                </span>
              ),
            },
            {
              key: 'changed',
              header: t('policies.list.changed'),
              cell: (row) => (
                <time dateTime={row.changedAt.toISOString()} className="text-sm text-text-muted">
                  {formatDate(row.changedAt)}
                </time>
              ),
            },
            ...(mayUpdate
              ? [
                  {
                    key: 'switch',
                    header: t('policies.list.actions'),
                    cell: (row: (typeof rows)[number]) => (
                      <ButtonLink
                        href={`${path}/${row.id}/state`}
                        variant="secondary"
                        size="small"
                        aria-label={t('policies.list.switchLabel', { name: row.displayName })}
                      >
                        {t('policies.list.switch')}
                      </ButtonLink>
                    ),
                  },
                ]
              : []),
          ]}
          empty={
            <EmptyState
              icon="shield"
              title={t('policies.list.empty.title')}
              actions={mayUpdate ? <Makers mayUpdate hasPolicies={false} /> : undefined}
            >
              {t(mayUpdate ? 'policies.list.empty.text' : 'policies.list.empty.reader')}
            </EmptyState>
          }
        />
      </Card>
      <p>
        <TextLink href={`${path}/deleted`}>{t('policies.list.deleted')}</TextLink>
      </p>
    </>
  )
}

function Makers({ mayUpdate, hasPolicies }: { mayUpdate: boolean; hasPolicies: boolean }) {
  return (
    <>
      {mayUpdate && (
        <>
          <ButtonLink href={`${path}/new`}>
            <Icon name="plus" />
            {t('policies.list.new')}
          </ButtonLink>
          <ButtonLink href={`${path}/template`} variant="secondary">
            {t('policies.list.template')}
          </ButtonLink>
          <ButtonLink href={`${path}/import`} variant="secondary">
            {t('policyFiles.import')}
          </ButtonLink>
        </>
      )}
      {hasPolicies && (
        <ButtonLink href={`${path}/export`} variant="secondary">
          {t('policyFiles.export')}
        </ButtonLink>
      )}
    </>
  )
}
