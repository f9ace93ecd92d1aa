import { notFound } from 'next/navigation'
import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { PolicyDetails } from '@/components/conditional-access/policy-details'
import { draftTexts } from '@/components/conditional-access/policy-editor'
import { PolicyWarnings } from '@/components/conditional-access/policy-warnings'
import { Beside } from '@/components/conditional-access/section'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { RadioCards } from '@/components/ui/radio-cards'
import { SubmitButton } from '@/components/ui/submit-button'
import { findDeletedPolicy } from '@/lib/conditional-access/deleted-store'
import { warningsAbout } from '@/lib/conditional-access/lockout'
import { policyNames } from '@/lib/conditional-access/store'
import { policyListRow } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { restorePolicyAction } from '../../actions'

const reportOnly = 'enabledForReportingButNotEnforced'

/** A deleted policy to read, and to bring back in report-only or as it was. */
export default async function DeletedPolicyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const list = '/admin/conditional-access/deleted'
  const path = `${list}/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const policy = await findDeletedPolicy(db(), id)
  if (!policy) notFound()
  const names = await policyNames(db(), [policy])
  const { summary, stateText } = policyListRow(policy, names)
  const former = policy.state === reportOnly ? null : policy.state
  const report = {
    value: reportOnly,
    label: t('policies.restore.report'),
    hint: t('policies.restore.report.hint'),
  }
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('policies.deleted.title')}</BackLink>}
        lead={`${t('policies.deleted.until')}: ${formatDate(policy.endsAt)}`}
      >
        {policy.displayName}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        <p>
          <TextLink href={`/admin/conditional-access/${policy.id}/history`}>{t('policies.edit.history')}</TextLink>
        </p>
        {former === 'enabled' && policy.document && <PolicyWarnings warnings={warningsAbout(policy.document)} />}
        {may(subject, 'conditionalAccess.update') && (
          <Card id="restore" title={t('policies.restore.title')}>
            <ActionForm action={restorePolicyAction.bind(null, policy.id)} errorHeading={t('policies.edit.errors')}>
              <FormToken />
              <Beside count={2}>
                <RadioCards
                  name="state"
                  label={t('policies.restore.label')}
                  defaultValue={reportOnly}
                  choices={
                    former === null
                      ? [report]
                      : [
                          report,
                          {
                            value: former,
                            label: t('policies.restore.former', { state: stateText }),
                            hint: t(`policies.restore.former.hint.${former}`),
                          },
                        ]
                  }
                />
              </Beside>
              <DraftNotes version={policy.version} texts={draftTexts(path)} />
              <Actions>
                <SubmitButton pendingLabel={t('ui.pending')}>{t('policies.restore.submit')}</SubmitButton>
                <ButtonLink href={list} variant="secondary">
                  {t('ui.cancel')}
                </ButtonLink>
              </Actions>
            </ActionForm>
          </Card>
        )}
        <Card>
          <PolicyDetails policy={policy} summary={summary} names={names} />
        </Card>
      </div>
    </>
  )
}
