import { parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Button, ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { FileField } from '@/components/ui/file-field'
import { Notice } from '@/components/ui/notice'
import { CodeBlock } from '@/components/ui/qr-frame'
import { TextField } from '@/components/ui/text-field'
import { csvColumns } from '@/lib/hardware-oath/read-csv'
import { listUploads } from '@/lib/hardware-oath/store/uploads'
import { failureMessage, formatDate, hasMessage, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { isFreshAdministrator } from '@/lib/security-info/change'
import { UploadState } from '../upload-state'

const path = '/admin/hardware-tokens/upload'

/** Sends a file of tokens. A plain form: a file needs no script, and an action would not take one of this size. */
export default async function UploadPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { session, at } = await adminPageVisit({ right: 'hardwareOath.update', path })
  const code = parameter(await searchParams, 'error')
  const error =
    code !== undefined && hasMessage(`failure.${code}`)
      ? failureMessage({ kind: 'invalid', code, retryAfterSeconds: 60 })
      : null
  const uploads = await listUploads(db())
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/hardware-tokens">{t('tokens.token.back')}</BackLink>}
        lead={t('tokens.upload.lead')}
      >
        {t('tokens.upload.title')}
      </PageHeading>
      {error && (
        <div id="upload-error">
          <Notice tone="danger">{error}</Notice>
        </div>
      )}
      <div className="grid items-start gap-8 xl:grid-cols-2">
        <Card className="min-w-0">
          {isFreshAdministrator(session, at) ? <UploadForm hasError={error !== null} /> : <ProofFirst />}
        </Card>
        <Card id="format" title={t('tokens.upload.format.title')} className="min-w-0">
          <div className="grid gap-4">
            <p>{t('tokens.upload.format.text')}</p>
            <CodeBlock label={t('tokens.upload.format.firstLine')}>
              <span className="wrap-anywhere">{csvColumns.join(',')}</span>
            </CodeBlock>
          </div>
        </Card>
      </div>
      <Card id="recent" title={t('tokens.upload.recent')} padding="none" className="min-w-0">
        <DataTable
          caption={t('tokens.upload.recent')}
          rows={uploads}
          rowKey={(upload) => upload.id}
          columns={[
            {
              key: 'file',
              header: t('tokens.upload.column.file'),
              isRowHeader: true,
              cell: (upload) => (
                <TextLink href={`/admin/hardware-tokens/uploads/${upload.id}`}>
                  <bdi className="wrap-anywhere">{upload.fileName}</bdi>
                </TextLink>
              ),
            },
            {
              key: 'state',
              header: t('tokens.upload.column.state'),
              cell: (upload) => <UploadState state={upload.state} />,
            },
            {
              key: 'result',
              header: t('tokens.upload.column.result'),
              cell: ({ imported, failed }) => t('tokens.upload.result', { imported, failed }),
            },
            {
              key: 'at',
              header: t('tokens.upload.column.at'),
              cell: ({ createdAt }) => <span className="text-sm text-text-muted">{formatDate(createdAt)}</span>,
            },
          ]}
          empty={<p className="px-5 py-6 text-text-muted sm:px-6">{t('tokens.upload.none')}</p>}
        />
      </Card>
    </>
  )
}

function UploadForm({ hasError }: { hasError: boolean }) {
  return (
    <form action={`${path}/file`} method="post" encType="multipart/form-data" className="grid gap-6">
      <FormToken />
      <FileField
        name="file"
        label={t('tokens.upload.file')}
        hint={t('tokens.upload.file.hint', {
          megabytes: Math.floor(limits.hardwareOath.uploadBytesMax / 1_048_576),
        })}
        accept=".csv,.txt,.xml,.pskc,.pskcxml"
        errorId={hasError ? 'upload-error' : undefined}
      />
      <TextField
        name="key"
        type="password"
        label={t('tokens.upload.key')}
        hint={t('tokens.upload.key.hint')}
        optionalLabel={t('ui.optional')}
        autoComplete="off"
        maxLength={256}
      />
      <Button type="submit" className="justify-self-start">
        {t('tokens.upload.submit')}
      </Button>
    </form>
  )
}

/** Before a file is chosen, because it would have to be chosen again. */
function ProofFirst() {
  return (
    <div className="grid gap-4">
      <p>{t('tokens.upload.proof')}</p>
      <ButtonLink href={`/sign-in/verify?returnTo=${encodeURIComponent(path)}`} className="justify-self-start">
        {t('tokens.upload.proof.link')}
      </ButtonLink>
    </div>
  )
}
