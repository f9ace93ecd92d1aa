import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { PolicyTrial } from '@/lib/policy-trials/model'
import { listTrials } from '@/lib/policy-trials/store/trials'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/conditional-access/trials'

/** What the reader tried lately, to come back to. */
export default async function TrialsPage() {
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const trials = await listTrials(db(), subject.id)
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policyTrials.back.list')}</BackLink>}
        lead={t('policyTrials.list.lead')}
      >
        {t('policyTrials.list.title')}
      </PageHeading>
      <Card padding="none" className="min-w-0">
        <DataTable
          caption={t('policyTrials.list.caption')}
          rows={trials}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'policy',
              header: t('policyTrials.list.policy'),
              isRowHeader: true,
              cell: ({ id, displayName }) => (
                <TextLink href={`${path}/${id}`}>
                  <bdi className="wrap-anywhere">{displayName}</bdi>
                </TextLink>
              ),
            },
            {
              key: 'when',
              header: t('policyTrials.list.when'),
              cell: ({ createdAt }) => <time dateTime={createdAt.toISOString()}>{formatDate(createdAt)}</time>,
            },
            {
              key: 'state',
              header: t('policyTrials.list.state'),
              cell: ({ state }) => t(`policyTrials.state.${state}`),
            },
            { key: 'result', header: t('policyTrials.list.result'), cell: blockedOf },
          ]}
          empty={<p className="p-6 text-text-muted">{t('policyTrials.list.empty')}</p>}
        />
      </Card>
    </>
  )
}

function blockedOf({ summary }: PolicyTrial) {
  if (!summary) return ''
  const blocked = summary.people.filter(({ outcome }) => outcome === 'blocked')
  return blocked.reduce((sum, { count }) => sum + count, 0)
}
