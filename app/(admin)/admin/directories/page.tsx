import { choice, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { countPeople, listConnectors } from '@/lib/directory/connector/store'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/directories'

/** The directories that people live in. */
export default async function DirectoriesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ right: 'directories.read', path })
  const isFromFile = env().DIRECTORY_FILE !== null
  const mayAdd = may(subject, 'directories.update') && !isFromFile
  const connectors = await listConnectors(db())
  const counts = await countPeople(db())
  const done = choice(await searchParams, 'done', ['removed'])
  const add = (
    <ButtonLink href={`${path}/new`}>
      <Icon name="plus" />
      {t('directories.new')}
    </ButtonLink>
  )
  return (
    <>
      <PageHeading lead={t('directories.lead')} actions={mayAdd ? add : undefined}>
        {t('directories.title')}
      </PageHeading>
      {done && <Notice tone="success">{t('directories.done.removed')}</Notice>}
      {isFromFile && (
        <Notice live={false} title={t('directories.fromFile.title')}>
          {t('directories.fromFile.text')}
        </Notice>
      )}
      <Card padding="none" className="min-w-0">
        <DataTable
          caption={t('directories.caption')}
          rows={connectors}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'name',
              header: t('directories.column.name'),
              isRowHeader: true,
              cell: ({ id, name }) => (
                <TextLink href={`${path}/${id}`}>
                  <bdi className="wrap-anywhere">{name}</bdi>
                </TextLink>
              ),
            },
            { key: 'kind', header: t('directories.column.kind'), cell: ({ kind }) => t(`directories.kind.${kind}`) },
            { key: 'people', header: t('directories.column.people'), cell: ({ id }) => counts.get(id)?.people ?? 0 },
            {
              key: 'state',
              header: t('directories.column.state'),
              cell: ({ isEnabled }) => (
                <Tag tone={isEnabled ? 'success' : 'neutral'}>
                  {t(isEnabled ? 'directories.on' : 'directories.off')}
                </Tag>
              ),
            },
            {
              key: 'last',
              header: t('directories.column.last'),
              cell: ({ lastSyncDoneAt }) => (lastSyncDoneAt ? formatDate(lastSyncDoneAt) : t('directories.never')),
            },
          ]}
          empty={
            <EmptyState icon="refresh" title={t('directories.empty.title')}>
              {t(mayAdd ? 'directories.empty.text' : 'directories.empty.reader')}
            </EmptyState>
          }
        />
      </Card>
    </>
  )
}
