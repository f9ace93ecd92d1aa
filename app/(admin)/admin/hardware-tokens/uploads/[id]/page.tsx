import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Notice } from '@/components/ui/notice'
import { ProgressBar } from '@/components/ui/progress'
import { failuresFileName, type Upload, type UploadFailure } from '@/lib/hardware-oath/model'
import { findUpload, listFailures } from '@/lib/hardware-oath/store/uploads'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { UploadState } from '../../upload-state'
import { UploadWatch } from './upload-watch'

const failuresShown = 50

/** How far an import has come, and what was left out. */
export default async function UploadResultPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/hardware-tokens/uploads/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'hardwareOath.update', path })
  const upload = await findUpload(db(), id)
  if (!upload) notFound()
  const failures = await listFailures(db(), upload.id, 0, failuresShown)
  const isUnderWay = upload.state === 'waiting' || upload.state === 'running'
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/hardware-tokens/upload">{t('tokens.upload.title')}</BackLink>}
        lead={formatDate(upload.createdAt)}
        tags={<UploadState state={upload.state} />}
      >
        {upload.fileName}
      </PageHeading>
      <Card className="min-w-0">
        <div className="grid gap-4">
          <Progress upload={upload} />
          {isUnderWay ? (
            <>
              <p className="text-text-muted">{t('tokens.upload.going')}</p>
              <TextLink href={path} className="justify-self-start">
                {t('tokens.upload.refresh')}
              </TextLink>
              <UploadWatch />
            </>
          ) : (
            <>
              <Outcome upload={upload} />
              <ButtonLink href="/admin/hardware-tokens" className="justify-self-start">
                {t('tokens.upload.inventory')}
              </ButtonLink>
            </>
          )}
        </div>
      </Card>
      {failures.length > 0 && <Failures upload={upload} failures={failures} path={path} />}
    </>
  )
}

function Progress({ upload }: { upload: Upload }) {
  const percent = Math.floor((100 * upload.bytesRead) / Math.max(1, upload.bytesTotal))
  const { imported, failed } = upload
  return (
    <>
      <ProgressBar label={t('tokens.upload.progress', { percent })} value={percent} max={100} />
      <p role="status" className="font-medium">
        {t('tokens.upload.result', { imported, failed })}
      </p>
    </>
  )
}

function Outcome({ upload }: { upload: Upload }) {
  if (upload.refusal) {
    return (
      <Notice tone="danger" title={t('tokens.upload.refused.title', { line: upload.refusal.line })}>
        {t(`tokens.file.${upload.refusal.reason}`)}
      </Notice>
    )
  }
  return upload.failed === 0 ? (
    <Notice tone="success">{t('tokens.upload.allGood')}</Notice>
  ) : (
    <Notice tone="warning">{t('tokens.upload.someBad', { failed: upload.failed })}</Notice>
  )
}

function Failures({ upload, failures, path }: { upload: Upload; failures: readonly UploadFailure[]; path: string }) {
  return (
    <Card
      id="failures"
      title={t('tokens.upload.failures.title')}
      description={
        upload.failed > failures.length ? t('tokens.upload.failures.more', { count: failures.length }) : undefined
      }
      actions={
        <ButtonLink href={`${path}/failures`} variant="secondary" size="small">
          <span className="wrap-anywhere">
            {t('tokens.upload.failures.download', { name: failuresFileName(upload.fileName) })}
          </span>
        </ButtonLink>
      }
      padding="none"
      className="min-w-0"
    >
      <DataTable
        caption={t('tokens.upload.failures.caption')}
        rows={failures}
        rowKey={(failure) => String(failure.record)}
        columns={[
          { key: 'line', header: t('tokens.upload.failures.line'), isRowHeader: true, cell: ({ line }) => line },
          {
            key: 'reason',
            header: t('tokens.upload.failures.reason'),
            cell: ({ reason }) => t(`tokens.line.${reason}`),
          },
          {
            key: 'person',
            header: t('tokens.upload.failures.person'),
            cell: ({ userPrincipalName }) => <bdi className="wrap-anywhere">{userPrincipalName}</bdi>,
          },
          {
            key: 'serial',
            header: t('tokens.column.serial'),
            cell: ({ serialNumber }) => <bdi className="font-mono wrap-anywhere">{serialNumber}</bdi>,
          },
        ]}
      />
    </Card>
  )
}
