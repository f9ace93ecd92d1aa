import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Pagination } from '@/components/ui/pagination'
import { formatDate, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findTerms, listAcceptances } from '@/lib/terms-of-use/store'

/** Who accepted which text when, newest first. */
export default async function AcceptancesPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<{ after?: string | string[] }>
}) {
  const { id } = await params
  const { after } = await searchParams
  const back = `/admin/terms-of-use/${encodeURIComponent(id)}`
  const path = `${back}/acceptances`
  await adminPageVisit({ right: 'conditionalAccess.read', path })
  const terms = await findTerms(db(), id)
  if (!terms) notFound()
  const size = limits.page.sizeDefault
  const from = typeof after === 'string' ? after : undefined
  const found = await listAcceptances(db(), terms.id, { after: from, take: size + 1 })
  const rows = found.slice(0, size)
  return (
    <>
      <PageHeading
        above={<BackLink href={back}>{terms.displayName}</BackLink>}
        lead={t('terms.acceptances.lead')}
        actions={
          rows.length > 0 && (
            <ButtonLink href={`${path}/file`} variant="secondary" download>
              {t('terms.acceptances.download')}
            </ButtonLink>
          )
        }
      >
        {t('terms.acceptances.title', { name: terms.displayName })}
      </PageHeading>
      <Card padding="none">
        <DataTable
          caption={t('terms.acceptances.caption')}
          rows={rows}
          rowKey={(row) => row.id}
          empty={<EmptyState icon="people" title={t('terms.acceptances.none')} />}
          columns={[
            {
              key: 'person',
              header: t('terms.acceptances.person'),
              isRowHeader: true,
              cell: ({ displayName }) => <bdi className="wrap-anywhere">{displayName}</bdi>,
            },
            {
              key: 'userName',
              header: t('terms.acceptances.userName'),
              cell: ({ userPrincipalName }) => <bdi className="wrap-anywhere">{userPrincipalName}</bdi>,
            },
            { key: 'version', header: t('terms.acceptances.version'), cell: ({ textVersion }) => String(textVersion) },
            { key: 'language', header: t('terms.acceptances.language'), cell: ({ language }) => language },
            { key: 'at', header: t('terms.acceptances.at'), cell: ({ acceptedAt }) => formatDate(acceptedAt) },
          ]}
        />
        <Pagination
          label={t('terms.acceptances.paging')}
          firstHref={from ? path : undefined}
          firstLabel={t('terms.acceptances.first')}
          nextHref={found.length > size ? `${path}?after=${rows.at(-1)?.id}` : undefined}
          nextLabel={t('terms.acceptances.next')}
        />
      </Card>
    </>
  )
}
