import { notFound } from 'next/navigation'
import { choice, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { ProgressBar } from '@/components/ui/progress'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { may } from '@/lib/directory/rights'
import { type DirectoryImport, outcomes, rightOf } from '@/lib/directory-files/model'
import { findImport } from '@/lib/directory-files/store/imports'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { confirmAction, discardAction } from '../actions'
import { stateTones } from '../words'
import { FileWatch } from './file-watch'
import { Lines } from './lines'

/** One file: what it would do, how far it has come, what it did and what was left out. */
export default async function DirectoryFilePage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const path = `/admin/people-and-groups/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ path })
  const file = await findImport(db(), id)
  if (!file || !may(subject, rightOf(file.kind))) notFound()
  const given = await searchParams
  const isUnderWay = file.state === 'checking' || file.state === 'importing'
  const after = Number(parameter(given, 'after', 9) ?? 0)
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/people-and-groups">{t('directoryFiles.file.back')}</BackLink>}
        lead={`${t(`directoryFiles.kind.${file.kind}`)}, ${formatDate(file.createdAt)}`}
        tags={<Tag tone={stateTones[file.state]}>{t(`directoryFiles.state.${file.state}`)}</Tag>}
      >
        {file.fileName}
      </PageHeading>
      <Card className="min-w-0">
        <div className="grid gap-4">
          {isUnderWay ? <Progress file={file} path={path} /> : <Outcome file={file} />}
          {file.unusedColumns.length > 0 && file.state === 'ready' && (
            <p className="wrap-anywhere text-text-muted">
              {t('directoryFiles.file.unused', { names: file.unusedColumns.join(', ') })}
            </p>
          )}
        </div>
      </Card>
      {!isUnderWay && (
        <Lines
          file={file}
          path={path}
          shown={choice(given, 'show', outcomes)}
          after={Number.isSafeInteger(after) && after > 0 ? after : 0}
        />
      )}
    </>
  )
}

function Progress({ file, path }: { file: DirectoryImport; path: string }) {
  const percent = Math.floor((100 * file.linesDone) / Math.max(1, file.linesTotal))
  const state = file.state === 'importing' ? 'importing' : 'checking'
  return (
    <>
      <ProgressBar label={t(`directoryFiles.file.${state}`, { percent })} value={percent} max={100} />
      <p role="status" className="font-medium">
        {t('directoryFiles.file.counts', { ...(file.done ?? file.found) })}
      </p>
      <p className="text-text-muted">{t('directoryFiles.file.going')}</p>
      <TextLink href={path} className="justify-self-start">
        {t('directoryFiles.file.refresh')}
      </TextLink>
      <FileWatch />
    </>
  )
}

function Outcome({ file }: { file: DirectoryImport }) {
  const { found, done, state } = file
  const counts = (
    <p role="status" className="font-medium">
      {t('directoryFiles.file.counts', { ...(done ?? found) })}
    </p>
  )
  if (state !== 'ready') {
    const refused = done?.refused ?? 0
    return (
      <>
        {counts}
        {state === 'stopped' ? (
          <Notice tone="danger">{t('directoryFiles.file.stopped')}</Notice>
        ) : refused === 0 ? (
          <Notice tone="success">{t('directoryFiles.file.allGood')}</Notice>
        ) : (
          <Notice tone="warning">{t('directoryFiles.file.someBad', { refused })}</Notice>
        )}
        <ButtonLink href="/admin/users" variant="secondary" className="justify-self-start">
          {t('directoryFiles.file.people')}
        </ButtonLink>
      </>
    )
  }
  const count = found.new + found.changed
  return (
    <>
      <Notice live={false} title={t('directoryFiles.file.ready.title')}>
        {t('directoryFiles.file.ready.text')}
      </Notice>
      {counts}
      {count === 0 && <p>{t('directoryFiles.file.nothing')}</p>}
      <Actions>
        {count > 0 && (
          <ActionForm
            action={confirmAction.bind(null, file.id)}
            errorHeading={t('directoryFiles.file.errors')}
            idPrefix="confirm-"
          >
            <FormToken />
            <SubmitButton pendingLabel={t('ui.pending')}>{t('directoryFiles.file.confirm', { count })}</SubmitButton>
          </ActionForm>
        )}
        <ActionForm
          action={discardAction.bind(null, file.id)}
          errorHeading={t('directoryFiles.file.errors')}
          idPrefix="discard-"
        >
          <FormToken />
          <SubmitButton variant="secondary" pendingLabel={t('ui.pending')}>
            {t('directoryFiles.file.discard')}
          </SubmitButton>
        </ActionForm>
      </Actions>
    </>
  )
}
