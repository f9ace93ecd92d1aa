import { notFound } from 'next/navigation'
import { address, choice, parameter, type SearchParams } from '@/components/admin/query'
import { StartTrial } from '@/components/conditional-access/start-trial'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { ProgressBar } from '@/components/ui/progress'
import { SubmitButton } from '@/components/ui/submit-button'
import { findPolicy, type PolicyRow } from '@/lib/conditional-access/store'
import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { type PolicyTrial, trialOutcomes, trialReasons } from '@/lib/policy-trials/model'
import { findTrial } from '@/lib/policy-trials/store/trials'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { isUnsaved } from '../../tried-draft'
import { startTrialAction, stopTrialAction } from '../actions'
import { TrialPeople } from './people'
import { TrialResults } from './results'
import { TrialWatch } from './trial-watch'

const policies = '/admin/conditional-access'

/** How far a trial has come, and then what came of it. */
export default async function TrialPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const path = `${policies}/trials/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const trial = await findTrial(db(), id)
  if (!trial) notFound()
  const policy = trial.policyId === null ? null : await findPolicy(db(), trial.policyId)
  const given = await searchParams
  const after = Number(parameter(given, 'after') ?? 0)
  const summary = trial.state === 'done' ? trial.summary : null
  return (
    <>
      <PageHeading
        above={
          <BackLink href={policy ? `${policies}/${policy.id}` : policies}>
            {policy ? t('policyTrials.back.policy', { name: policy.displayName }) : t('policyTrials.back.list')}
          </BackLink>
        }
        lead={t('policyTrials.lead')}
        actions={<Next trial={trial} subject={subject} policy={policy} />}
        tags={<bdi className="text-lg font-medium wrap-anywhere text-text-muted">{trial.displayName}</bdi>}
      >
        {t('policyTrials.title')}
      </PageHeading>
      {summary === null ? (
        <Unfinished trial={trial} path={path} isOwn={trial.createdById === subject.id} />
      ) : (
        <>
          <div className="grid max-w-3xl gap-6">
            <TrialResults summary={summary} path={path} />
          </div>
          <TrialPeople
            trialId={trial.id}
            summary={summary}
            filter={{
              outcome: choice(given, 'outcome', trialOutcomes),
              reason: choice(given, 'reason', trialReasons),
              newlyBlocked: parameter(given, 'newly') === 'yes',
            }}
            after={Number.isSafeInteger(after) && after > 0 && after < 2 ** 31 ? after : 0}
            path={path}
            may={{ openPeople: may(subject, 'registrations.read'), seeAddresses: may(subject, 'signInLog.read') }}
          />
        </>
      )}
    </>
  )
}

/** What to do with what was found out. A draft goes on where it was left; it is stored nowhere else. */
function Next({ trial, subject, policy }: { trial: PolicyTrial; subject: Subject; policy: PolicyRow | null }) {
  const mayUpdate = may(subject, 'conditionalAccess.update')
  const mayGoOn = mayUpdate && trial.createdById === subject.id && isUnsaved(trial, policy)
  const editor = trial.policyId === null ? `${policies}/new` : policy && `${policies}/${policy.id}`
  return (
    <>
      {mayGoOn && editor && (
        <ButtonLink href={address(editor, { trial: trial.id })} variant="secondary">
          {t('policyTrials.next.edit')}
        </ButtonLink>
      )}
      {mayUpdate && policy && (
        <ButtonLink href={`${policies}/${policy.id}/state`} variant="secondary">
          {t('policyTrials.next.switch')}
        </ButtonLink>
      )}
      <ButtonLink href={`${policies}/what-if`} variant="secondary">
        {t('policyTrials.next.whatIf')}
      </ButtonLink>
    </>
  )
}

function Unfinished({ trial, path, isOwn }: { trial: PolicyTrial; path: string; isOwn: boolean }) {
  const { state, peopleDone: done, peopleTotal: total } = trial
  if (state === 'stopped' || state === 'outdated' || state === 'failed')
    return (
      <div className="grid max-w-3xl gap-6">
        <Notice tone={state === 'failed' ? 'danger' : 'warning'} live={false}>
          {t(`policyTrials.ended.${state}`)}
        </Notice>
        {trial.policyId !== null && (
          <StartTrial
            action={startTrialAction.bind(null, trial.policyId)}
            token={<FormToken />}
            label={t('policyTrials.start.again')}
          />
        )}
      </div>
    )
  return (
    <Card className="max-w-3xl">
      <div className="grid gap-4">
        <ProgressBar label={t('policyTrials.progress', { done, total })} value={done} max={Math.max(1, total)} />
        <p role="status" className="text-text-muted">
          {t('policyTrials.going')}
        </p>
        <div className="flex flex-wrap items-center gap-4">
          {isOwn && (
            <ActionForm action={stopTrialAction.bind(null, trial.id)} errorHeading={t('policyTrials.start.errors')}>
              <FormToken />
              <SubmitButton variant="secondary" pendingLabel={t('ui.pending')}>
                {t('policyTrials.stop')}
              </SubmitButton>
            </ActionForm>
          )}
          <TextLink href={path}>{t('policyTrials.refresh')}</TextLink>
        </div>
        <TrialWatch />
      </div>
    </Card>
  )
}
