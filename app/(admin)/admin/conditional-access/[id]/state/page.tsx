import { notFound } from 'next/navigation'
import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { draftTexts, StateChoice } from '@/components/conditional-access/policy-editor'
import { PolicyWarnings } from '@/components/conditional-access/policy-warnings'
import { StartTrial } from '@/components/conditional-access/start-trial'
import { StateTag } from '@/components/conditional-access/state-tag'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { warningsAbout } from '@/lib/conditional-access/lockout'
import { findPolicy, policyNames } from '@/lib/conditional-access/store'
import { policyListRow } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { setPolicyStateAction } from '../../actions'
import { startTrialAction } from '../../trials/actions'

export default async function PolicyStatePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/conditional-access/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${path}/state` })
  const policy = await findPolicy(db(), id)
  if (!policy) notFound()
  const { summary } = policyListRow(policy, await policyNames(db(), [policy]))
  const warnings = policy.document ? warningsAbout(policy.document) : []
  return (
    <>
      <PageHeading
        above={<BackLink href={path}>{policy.displayName}</BackLink>}
        tags={<StateTag state={policy.state} />}
      >
        {t('policies.switch.title')}
      </PageHeading>
      <Card className="max-w-3xl">
        <div className="grid gap-6">
          <p className="text-lg leading-relaxed font-medium text-pretty">{summary}</p>
          <PolicyWarnings warnings={warnings} />
          {policy.document && policy.state !== 'enabled' && (
            <div className="grid gap-3 rounded-md border border-border bg-surface p-4">
              <p className="text-text-muted">{t('policyTrials.start.text')}</p>
              <StartTrial action={startTrialAction.bind(null, policy.id)} token={<FormToken />} />
            </div>
          )}
          <ActionForm action={setPolicyStateAction.bind(null, policy.id)} errorHeading={t('policies.edit.errors')}>
            <FormToken />
            <StateChoice defaultValue={policy.state} />
            <DraftNotes version={policy.version} texts={draftTexts(`${path}/state`)} />
            <Actions>
              <SubmitButton pendingLabel={t('ui.pending')}>{t('policies.switch.submit')}</SubmitButton>
              <ButtonLink href={path} variant="secondary">
                {t('ui.cancel')}
              </ButtonLink>
            </Actions>
          </ActionForm>
        </div>
      </Card>
    </>
  )
}
