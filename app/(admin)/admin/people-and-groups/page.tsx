import { notFound } from 'next/navigation'
import { choice, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { Button, ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { FileField } from '@/components/ui/file-field'
import { Notice } from '@/components/ui/notice'
import { CodeBlock } from '@/components/ui/qr-frame'
import { RadioCards } from '@/components/ui/radio-cards'
import { Tag } from '@/components/ui/tag'
import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { exportKinds, exportRightOf } from '@/lib/directory-files/commands'
import { type FileKind, fileKinds, groupColumns, personColumns, rightOf } from '@/lib/directory-files/model'
import { listImports } from '@/lib/directory-files/store/imports'
import { failureMessage, formatDate, hasMessage, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { stateTones } from './words'

const path = '/admin/people-and-groups'

/** Sends a file and takes one away. A plain form: a file needs no script, and an action would not take one of this size. */
export default async function DirectoryFilesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ path })
  const kinds = fileKinds.filter((kind) => may(subject, rightOf(kind)))
  const exports = exportKinds.filter((kind) => may(subject, exportRightOf(kind)))
  if (kinds.length + exports.length === 0) notFound()
  const given = await searchParams
  const code = parameter(given, 'error')
  const error =
    code !== undefined && hasMessage(`failure.${code}`)
      ? failureMessage({ kind: 'invalid', code, retryAfterSeconds: 60 })
      : null
  return (
    <>
      <PageHeading lead={t('directoryFiles.lead')}>{t('directoryFiles.title')}</PageHeading>
      {parameter(given, 'done') === 'discarded' && <Notice tone="success">{t('directoryFiles.done.discarded')}</Notice>}
      {error && (
        <div id="upload-error">
          <Notice tone="danger">{error}</Notice>
        </div>
      )}
      <div className="grid items-start gap-8 xl:grid-cols-2">
        {kinds.length > 0 && (
          <Upload kinds={kinds} chosen={choice(given, 'kind', kinds) ?? kinds[0]} hasError={error !== null} />
        )}
        {exports.length > 0 && <Exports subject={subject} />}
        {kinds.length > 0 && <Format kinds={kinds} />}
      </div>
      {kinds.length > 0 && <Recent kinds={kinds} />}
    </>
  )
}

function Upload({
  kinds,
  chosen,
  hasError,
}: {
  kinds: readonly FileKind[]
  chosen: FileKind | undefined
  hasError: boolean
}) {
  return (
    <Card id="import" title={t('directoryFiles.upload.title')} className="min-w-0">
      <form action={`${path}/file`} method="post" encType="multipart/form-data" className="grid gap-6">
        <FormToken />
        <RadioCards
          name="kind"
          label={t('directoryFiles.upload.kind')}
          defaultValue={chosen}
          choices={kinds.map((kind) => ({
            value: kind,
            label: t(`directoryFiles.kind.${kind}`),
            hint: t(`directoryFiles.upload.${kind}.hint`),
          }))}
        />
        <FileField
          name="file"
          label={t('directoryFiles.upload.file')}
          hint={t('directoryFiles.upload.file.hint', {
            megabytes: Math.floor(limits.directoryFiles.uploadBytesMax / 1_048_576),
            lines: limits.directoryFiles.linesMax,
          })}
          accept=".csv,.txt"
          errorId={hasError ? 'upload-error' : undefined}
        />
        <Button type="submit" className="justify-self-start">
          {t('directoryFiles.upload.submit')}
        </Button>
      </form>
    </Card>
  )
}

function Exports({ subject }: { subject: Subject }) {
  return (
    <Card id="export" title={t('directoryFiles.export.title')} className="min-w-0">
      <div className="grid gap-4">
        <p>{t('directoryFiles.export.text')}</p>
        <Actions>
          {exportKinds
            .filter((kind) => may(subject, exportRightOf(kind)))
            .map((kind) => (
              <ButtonLink key={kind} href={`${path}/export?of=${kind}`} variant="secondary">
                {t(`directoryFiles.export.${kind}`)}
              </ButtonLink>
            ))}
        </Actions>
      </div>
    </Card>
  )
}

function Format({ kinds }: { kinds: readonly FileKind[] }) {
  return (
    <Card id="format" title={t('directoryFiles.format.title')} className="min-w-0 xl:col-span-2">
      <div className="grid gap-4">
        <p>{t('directoryFiles.format.text')}</p>
        {kinds.map((kind) => (
          <div key={kind} className="grid gap-2">
            <CodeBlock label={t(`directoryFiles.format.${kind}`)}>
              <span className="wrap-anywhere">{(kind === 'people' ? personColumns : groupColumns).join(',')}</span>
            </CodeBlock>
            <p className="text-text-muted">{t(`directoryFiles.format.${kind}.text`)}</p>
          </div>
        ))}
        {kinds.includes('people') && <Notice live={false}>{t('directoryFiles.format.passwords')}</Notice>}
      </div>
    </Card>
  )
}

async function Recent({ kinds }: { kinds: readonly FileKind[] }) {
  const files = await listImports(db(), kinds)
  return (
    <Card id="recent" title={t('directoryFiles.recent.title')} padding="none" className="min-w-0">
      <DataTable
        caption={t('directoryFiles.recent.title')}
        rows={files}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'file',
            header: t('directoryFiles.recent.file'),
            isRowHeader: true,
            cell: ({ id, fileName }) => (
              <TextLink href={`${path}/${id}`}>
                <bdi className="wrap-anywhere">{fileName}</bdi>
              </TextLink>
            ),
          },
          {
            key: 'kind',
            header: t('directoryFiles.recent.kind'),
            cell: ({ kind }) => t(`directoryFiles.kind.${kind}`),
          },
          {
            key: 'state',
            header: t('directoryFiles.recent.state'),
            cell: ({ state }) => <Tag tone={stateTones[state]}>{t(`directoryFiles.state.${state}`)}</Tag>,
          },
          {
            key: 'result',
            header: t('directoryFiles.recent.result'),
            cell: ({ found, done }) => t('directoryFiles.file.counts', { ...(done ?? found) }),
          },
          {
            key: 'at',
            header: t('directoryFiles.recent.at'),
            cell: ({ createdAt }) => <span className="text-sm text-text-muted">{formatDate(createdAt)}</span>,
          },
        ]}
        empty={<p className="px-5 py-6 text-text-muted sm:px-6">{t('directoryFiles.recent.none')}</p>}
      />
    </Card>
  )
}
