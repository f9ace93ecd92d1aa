import { address, choice, kept, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { FilterBar } from '@/components/ui/filter-bar'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Pagination } from '@/components/ui/pagination'
import { SelectField } from '@/components/ui/select-field'
import { may } from '@/lib/directory/rights'
import type { Token } from '@/lib/hardware-oath/model'
import { findTokens } from '@/lib/hardware-oath/store/tokens'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { StatusTag } from './status-tag'

const path = '/admin/hardware-tokens'
const statuses = ['available', 'assigned', 'activated'] as const

/** The inventory, by serial number. */
export default async function HardwareTokensPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ right: 'hardwareOath.read', path })
  const given = await searchParams
  const search = parameter(given, 'search', 128)
  const status = choice(given, 'status', statuses)
  const { tokens, next } = await findTokens(db(), { search, status, after: parameter(given, 'after', 64) })
  const filters = kept(given, ['search', 'status'])
  const isFiltered = search !== undefined || status !== undefined
  const mayUpload = may(subject, 'hardwareOath.update')
  const upload = (
    <ButtonLink href={`${path}/upload`}>
      <Icon name="plus" />
      {t('tokens.upload.action')}
    </ButtonLink>
  )
  return (
    <>
      <PageHeading lead={t('tokens.lead')} actions={mayUpload ? upload : undefined}>
        {t('tokens.title')}
      </PageHeading>
      {parameter(given, 'done') === 'deleted' && <Notice tone="success">{t('tokens.done.deleted')}</Notice>}
      <FilterBar
        action={path}
        label={t('tokens.search.label')}
        search={{ name: 'search', label: t('tokens.search.field'), defaultValue: search }}
        submitLabel={t('tokens.filter.submit')}
        clearHref={isFiltered ? path : undefined}
        clearLabel={t('tokens.filter.clear')}
      >
        <SelectField
          name="status"
          label={t('tokens.status.label')}
          placeholder={t('tokens.status.all')}
          defaultValue={status ?? ''}
          options={statuses.map((value) => ({ value, label: t(`tokens.status.${value}`) }))}
        />
      </FilterBar>
      <Card padding="none" className="min-w-0">
        <Inventory tokens={tokens} isFiltered={isFiltered} mayUpload={mayUpload} />
        {tokens.length > 0 && (
          <Pagination
            label={t('ui.pagination.label')}
            summary={t('tokens.summary', { count: tokens.length })}
            firstLabel={t('ui.pagination.first')}
            firstHref={parameter(given, 'after') === undefined ? undefined : address(path, filters)}
            nextLabel={t('ui.pagination.next')}
            nextHref={next === null ? undefined : address(path, { ...filters, after: next })}
          />
        )}
      </Card>
    </>
  )
}

function Inventory({
  tokens,
  isFiltered,
  mayUpload,
}: {
  tokens: readonly Token[]
  isFiltered: boolean
  mayUpload: boolean
}) {
  return (
    <DataTable
      caption={t('tokens.caption')}
      rows={tokens}
      rowKey={(token) => token.id}
      columns={[
        {
          key: 'serial',
          header: t('tokens.column.serial'),
          isRowHeader: true,
          cell: (token) => (
            <TextLink href={`${path}/${token.id}`}>
              <span className="font-mono wrap-anywhere">{token.serialNumber}</span>
            </TextLink>
          ),
        },
        {
          key: 'model',
          header: t('tokens.column.model'),
          cell: (token) => (
            <bdi className="wrap-anywhere">{[token.manufacturer, token.model].filter(Boolean).join(' ')}</bdi>
          ),
        },
        {
          key: 'status',
          header: t('tokens.column.status'),
          cell: (token) => <StatusTag status={token.status} />,
        },
        {
          key: 'person',
          header: t('tokens.column.person'),
          cell: ({ assignedTo }) =>
            assignedTo ? (
              <bdi className="wrap-anywhere">{assignedTo.displayName}</bdi>
            ) : (
              <span className="text-text-muted">{t('tokens.nobody')}</span>
            ),
        },
        {
          key: 'used',
          header: t('tokens.column.used'),
          cell: ({ lastUsedAt }) => (
            <span className="text-sm text-text-muted">
              {lastUsedAt ? formatDate(lastUsedAt, 'date') : t('tokens.never')}
            </span>
          ),
        },
      ]}
      empty={
        isFiltered ? (
          <EmptyState icon="search" title={t('tokens.empty.filtered.title')}>
            {t('tokens.empty.filtered.text')}
          </EmptyState>
        ) : (
          <EmptyState icon="token" title={t('tokens.empty.title')}>
            {t(mayUpload ? 'tokens.empty.text' : 'tokens.empty.reader')}
          </EmptyState>
        )
      }
    />
  )
}
