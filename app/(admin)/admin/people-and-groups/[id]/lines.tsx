import { address } from '@/components/admin/query'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Pagination } from '@/components/ui/pagination'
import { Tabs } from '@/components/ui/tabs'
import { type DirectoryImport, failuresFileName, type Outcome, outcomes } from '@/lib/directory-files/model'
import { listLines, type ShownLine } from '@/lib/directory-files/store/lines'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { changeText, reasonText } from '../words'

const size = limits.page.sizeMax

/** The lines of a file by what they do, page by page. Once it has ended only those that were left out are kept. */
export async function Lines({
  file,
  path,
  shown,
  after,
}: {
  file: DirectoryImport
  path: string
  shown: Outcome | undefined
  after: number
}) {
  const isOver = file.state !== 'ready'
  const counts = file.done ?? file.found
  const present = outcomes.filter((outcome) => counts[outcome] > 0 && (!isOver || outcome === 'refused'))
  const outcome = present.find((word) => word === shown) ?? present[0]
  if (outcome === undefined) return null
  const lines = await listLines(db(), file.id, outcome, after, size)
  const last = lines.at(-1)
  const name = t(`directoryFiles.lines.${outcome}`)
  return (
    <Card
      id="lines"
      title={name}
      padding="none"
      className="min-w-0"
      actions={
        counts.refused > 0 && (
          <ButtonLink href={`${path}/failures`} variant="secondary" size="small">
            <span className="wrap-anywhere">
              {t('directoryFiles.lines.download', { name: failuresFileName(file.fileName) })}
            </span>
          </ButtonLink>
        )
      }
    >
      {present.length > 1 && (
        <Tabs
          label={t('directoryFiles.lines.label')}
          tabs={present.map((word) => ({
            href: address(path, { show: word }),
            label: t('directoryFiles.lines.tab', { name: t(`directoryFiles.lines.${word}`), count: counts[word] }),
            isCurrent: word === outcome,
          }))}
        />
      )}
      <DataTable
        caption={t('directoryFiles.lines.caption', { name })}
        rows={lines}
        rowKey={({ number }) => String(number)}
        columns={[
          { key: 'line', header: t('directoryFiles.lines.line'), isRowHeader: true, cell: ({ line }) => line },
          {
            key: 'key',
            header: t('directoryFiles.lines.key'),
            cell: ({ key }) => <bdi className="wrap-anywhere">{key}</bdi>,
          },
          ...(outcome === 'refused' ? whyColumns : outcome === 'unchanged' ? [] : whatColumns),
        ]}
        empty={<p className="px-5 py-6 text-text-muted sm:px-6">{t('directoryFiles.lines.none')}</p>}
      />
      <Pagination
        label={t('ui.pagination.label')}
        summary={t('directoryFiles.lines.summary', { count: lines.length })}
        firstLabel={t('ui.pagination.first')}
        firstHref={after === 0 ? undefined : address(path, { show: outcome })}
        nextLabel={t('ui.pagination.next')}
        nextHref={
          last && lines.length === size ? address(path, { show: outcome, after: String(last.number) }) : undefined
        }
      />
    </Card>
  )
}

const whyColumns = [
  {
    key: 'column',
    header: t('directoryFiles.lines.column'),
    cell: ({ trouble }: ShownLine) => trouble?.column ?? t('directoryFiles.lines.wholeLine'),
  },
  {
    key: 'why',
    header: t('directoryFiles.lines.why'),
    cell: ({ trouble }: ShownLine) => <span className="wrap-anywhere">{trouble && reasonText(trouble)}</span>,
  },
]

const whatColumns = [
  {
    key: 'what',
    header: t('directoryFiles.lines.what'),
    cell: ({ outcome, changes }: ShownLine) => (
      <ul className="grid gap-1">
        {outcome === 'new' && <li>{t('directoryFiles.change.created')}</li>}
        {changes.map((change) => (
          <li key={change.column} className="wrap-anywhere">
            <bdi>{changeText(change)}</bdi>
          </li>
        ))}
      </ul>
    ),
  },
]
