import { choice, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Button, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { FileField } from '@/components/ui/file-field'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { failureMessage, formatDate, hasMessage, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { fileTroubles, type Place, type Upload } from '@/lib/policy-files/model'
import { listImports } from '@/lib/policy-files/store'
import { unreadText } from '@/lib/policy-files/view'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/conditional-access/import'

/** Sends files of policies. A plain form: files need no script, and an action would not take so much. */
export default async function ImportPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { at } = await adminPageVisit({ right: 'conditionalAccess.update', path })
  const given = await searchParams
  const error = errorIn(given)
  const uploads = await listImports(db(), at)
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policyFiles.upload.back')}</BackLink>}
        lead={t('policyFiles.upload.lead')}
      >
        {t('policyFiles.upload.title')}
      </PageHeading>
      {error && (
        <div id="upload-error">
          <Notice tone="danger">{error}</Notice>
        </div>
      )}
      {parameter(given, 'done') === 'discarded' && <Notice tone="success">{t('policyFiles.upload.discarded')}</Notice>}
      <div className="grid items-start gap-8 xl:grid-cols-2">
        <Card className="min-w-0">
          <form action={`${path}/files`} method="post" encType="multipart/form-data" className="grid gap-6">
            <FormToken />
            <FileField
              name="files"
              label={t('policyFiles.upload.files')}
              hint={t('policyFiles.upload.files.hint', {
                megabytes: Math.floor(limits.policyFiles.uploadBytesMax / 1_048_576),
              })}
              accept=".json,.txt,.zip"
              multiple
              errorId={error ? 'upload-error' : undefined}
            />
            <Button type="submit" className="justify-self-start">
              {t('policyFiles.upload.submit')}
            </Button>
          </form>
        </Card>
        <Card id="fits" title={t('policyFiles.upload.fits.title')} className="min-w-0">
          <ul className="grid gap-3">
            {(['policy', 'others', 'encoding'] as const).map((kind) => (
              <li key={kind} className="flex gap-3">
                <Icon name="check" className="mt-0.5 size-5 shrink-0 text-success" />
                {t(`policyFiles.upload.fits.${kind}`)}
              </li>
            ))}
          </ul>
        </Card>
      </div>
      <Recent uploads={uploads} />
    </>
  )
}

function Recent({ uploads }: { uploads: readonly Upload[] }) {
  return (
    <Card
      id="recent"
      title={t('policyFiles.upload.recent')}
      description={t('policyFiles.upload.recent.hint', { hours: limits.policyFiles.draftKeptHours })}
      padding="none"
      className="min-w-0"
    >
      <DataTable
        caption={t('policyFiles.upload.recent')}
        rows={uploads}
        rowKey={(upload) => upload.id}
        columns={[
          {
            key: 'file',
            header: t('policyFiles.upload.column.file'),
            isRowHeader: true,
            cell: (upload) => (
              <TextLink href={`${path}/${upload.id}`}>
                <bdi className="wrap-anywhere">{upload.fileName}</bdi>
              </TextLink>
            ),
          },
          {
            key: 'state',
            header: t('policyFiles.upload.column.state'),
            cell: ({ state }) => (
              <Tag tone={state === 'imported' ? 'success' : 'neutral'}>{t(`policyFiles.upload.state.${state}`)}</Tag>
            ),
          },
          {
            key: 'at',
            header: t('policyFiles.upload.column.at'),
            cell: ({ createdAt }) => <span className="text-sm text-text-muted">{formatDate(createdAt)}</span>,
          },
        ]}
        empty={<p className="px-5 py-6 text-text-muted sm:px-6">{t('policyFiles.upload.none')}</p>}
      />
    </Card>
  )
}

/** The sentence for what went wrong; only known words and numbers are taken from the address. */
function errorIn(given: SearchParams): string | null {
  const code = parameter(given, 'error')
  if (code !== undefined && hasMessage(`failure.${code}`))
    return failureMessage({ kind: 'invalid', code, retryAfterSeconds: 60 })
  const trouble = choice(given, 'trouble', fileTroubles)
  if (trouble === undefined) return null
  const [line, column] = [parameter(given, 'line', 9), parameter(given, 'column', 9)].map(Number)
  const place: Place | null = line && column ? { line, column } : null
  const sentence = unreadText({ trouble, place })
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}
