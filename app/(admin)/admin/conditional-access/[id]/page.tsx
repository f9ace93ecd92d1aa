import { notFound, redirect } from 'next/navigation'
import { PolicyDetails } from '@/components/conditional-access/policy-details'
import { PolicyEditor } from '@/components/conditional-access/policy-editor'
import { valuesOfPolicy } from '@/components/conditional-access/policy-fields'
import { PolicyJson } from '@/components/conditional-access/policy-json'
import { PolicyWarnings } from '@/components/conditional-access/policy-warnings'
import { StartTrial } from '@/components/conditional-access/start-trial'
import { StateTag } from '@/components/conditional-access/state-tag'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { findDeletedPolicy } from '@/lib/conditional-access/deleted-store'
import { warningsAbout } from '@/lib/conditional-access/lockout'
import { notesAbout } from '@/lib/conditional-access/notes'
import { findPolicy, type PolicyRow, policyNames } from '@/lib/conditional-access/store'
import { policyListRow } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { exportPolicy } from '@/lib/policy-files/export'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { updatePolicyAction } from '../actions'
import { editorChoices } from '../editor-choices'
import { startTrialAction } from '../trials/actions'
import { DraftNotice, type TriedDraft, triedDraft } from '../tried-draft'
import { DeletePolicy } from './delete-policy'

const told = ['created', 'updated', 'state', 'restored', 'duplicated', 'version'] as const

export default async function PolicyPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<{ saved?: string; trial?: string }>
}) {
  const { id } = await params
  const path = `/admin/conditional-access/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const policy = await findPolicy(db(), id)
  if (!policy) {
    // A bookmark, or a link in a log: it may wait to be restored.
    const deleted = await findDeletedPolicy(db(), id)
    if (deleted) redirect(`/admin/conditional-access/deleted/${deleted.id}`)
    notFound()
  }
  const mayUpdate = may(subject, 'conditionalAccess.update')
  const names = await policyNames(db(), [policy])
  const { summary } = policyListRow(policy, names)
  const { saved, trial } = await searchParams
  const draft = mayUpdate ? await triedDraft(trial, subject.id, policy.id) : null
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policies.edit.back')}</BackLink>}
        lead={t(mayUpdate ? 'policies.edit.lead' : 'policies.edit.readLead')}
        actions={
          <>
            <StartTrial action={startTrialAction.bind(null, policy.id)} token={<FormToken />} />
            <ButtonLink href={`${path}/impact`} variant="secondary">
              {t('impact.link')}
            </ButtonLink>
            <History path={path} />
            {mayUpdate && (
              <>
                <ButtonLink href={`${path}/state`} variant="secondary">
                  {t('policies.edit.switch')}
                </ButtonLink>
                {policy.document && (
                  <ButtonLink href={`${path}/duplicate`} variant="secondary">
                    {t('policies.edit.duplicate')}
                  </ButtonLink>
                )}
                <DeletePolicy policy={policy} />
              </>
            )}
          </>
        }
        tags={<StateTag state={policy.state} />}
      >
        {policy.displayName}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        {told.map(
          (word) =>
            word === saved && (
              <Notice key={word} tone="success">
                {t(`policies.saved.${word}`)}
              </Notice>
            ),
        )}
        {draft && <DraftNotice draft={draft} policy={policy} />}
        <Warnings policy={policy} />
        {policy.document && mayUpdate ? (
          <Editor policy={policy} draft={draft} summary={summary} path={path} />
        ) : (
          <Card>
            <PolicyDetails policy={policy} summary={summary} names={names} />
          </Card>
        )}
        <PolicyJson id={policy.id} text={(await exportPolicy(policy.id)) ?? ''} />
      </div>
    </>
  )
}

function History({ path }: { path: string }) {
  return (
    <ButtonLink href={`${path}/history`} variant="secondary">
      {t('policies.edit.history')}
    </ButtonLink>
  )
}

function Warnings({ policy }: { policy: PolicyRow }) {
  if (!policy.document)
    return (
      <Notice tone="danger" live={false}>
        {t('policies.edit.unreadable')}
      </Notice>
    )
  const warnings = policy.state === 'disabled' ? [] : warningsAbout(policy.document)
  const notes = notesAbout(policy.document)
  return (
    <>
      <PolicyWarnings warnings={warnings} />
      {notes.length > 0 && (
        <Notice live={false}>
          {notes.map((note) => (
            <p key={note}>{t(`conditionalAccess.note.${note}`)}</p>
          ))}
        </Notice>
      )}
    </>
  )
}

async function Editor({
  policy,
  draft,
  summary,
  path,
}: {
  policy: PolicyRow
  draft: TriedDraft | null
  summary: string
  path: string
}) {
  if (!policy.document) return null
  const values = draft?.values ?? valuesOfPolicy(policy.document)
  return (
    <PolicyEditor
      action={updatePolicyAction.bind(null, policy.id)}
      token={<FormToken />}
      values={values}
      version={policy.version}
      summary={summary}
      newestHref={path}
      {...(await editorChoices(values))}
    />
  )
}
