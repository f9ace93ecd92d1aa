import { redirect } from 'next/navigation'
import { MethodIcon } from '@/components/security-info/method-icon'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import type { Need, PlannedStep } from '@/lib/registration/model'
import { FormToken } from '@/lib/request/form-token'
import { skip } from './actions'
import { presentPath, wizardPath, wizardVisit } from './wizard'
import { WizardFrame } from './wizard-frame'

/** More information required: what will be set up, why, and how long it takes (W1). */
export default async function RegisterPage() {
  const wizard = await wizardVisit(wizardPath)
  const { plan, progress, visit } = wizard
  const { campaign, skip: rule } = progress.need
  if (wizard.done.length > 0 || plan.steps.length === 0) redirect(presentPath(wizard))
  return (
    <WizardFrame userPrincipalName={visit.subject.userPrincipalName}>
      <PageHeading focusKey="start" lead={t(campaign ? 'registration.campaign.lead' : 'registration.start.lead')}>
        {t(campaign ? 'registration.campaign.title' : 'registration.start.title')}
      </PageHeading>
      <ol aria-label={t('registration.start.planLabel')} className="grid gap-5">
        {plan.steps.map((step) => (
          <li key={step.method} className="flex gap-4">
            <MethodIcon kind={step.method} />
            <div className="grid min-w-0 gap-0.5">
              <p className="flex flex-wrap items-baseline gap-x-2 font-semibold">
                {t(`securityInfo.method.${step.method}`)}
                <span className="text-sm font-normal text-text-muted">
                  {t('registration.start.minutes', { count: minutesOf(step) })}
                </span>
              </p>
              <p className="text-text-muted">{t(whyOf(step))}</p>
            </div>
          </li>
        ))}
      </ol>
      {plan.unsatisfiable.length > 0 && (
        <Notice tone="warning" live={false}>
          {t('registration.start.short')}
        </Notice>
      )}
      <div className="grid gap-3">
        <ButtonLink href={presentPath(wizard)} wide>
          {t('registration.start.next')}
        </ButtonLink>
        {rule === 'never' && campaign && <p className="text-text-muted">{t('registration.campaign.required')}</p>}
        {isDaysOver(progress.need) && <p className="text-text-muted">{t('registration.start.daysOver')}</p>}
        {rule !== 'never' && (
          <ActionForm
            action={skip}
            errorHeading={t('ui.errorSummary.heading')}
            idPrefix="skip-"
            className="grid gap-2 text-center"
          >
            <FormToken />
            <SubmitButton variant="secondary" wide pendingLabel={t('ui.pending')}>
              {skipLabel(progress.need)}
            </SubmitButton>
            <p className="text-sm text-text-muted">
              {rule === 'snooze'
                ? t('registration.campaign.skipHint', { count: campaign?.snoozeDays ?? 0 })
                : t('registration.start.skipHint')}
            </p>
          </ActionForm>
        )}
      </div>
    </WizardFrame>
  )
}

/** Reasons stand in the order of their priority: nothing but the MFA registration policy says that it cannot be put off. */
function isDaysOver({ skip: rule, mfa, strengths }: Need): boolean {
  return rule === 'never' && strengths.length === 0 && mfa?.because[0] === 'mfaRegistrationPolicy'
}

/** How much longer, or how often, it may be put off stands on the button itself: nobody overlooks it there. `20` §4 W1 */
function skipLabel({ skip: rule, skipsLeft }: Need): string {
  if (rule === 'whileDaysLeft') return t('registration.start.skipDays', { count: skipsLeft ?? 0 })
  if (rule === 'snooze' && skipsLeft !== null) return t('registration.campaign.skipTimes', { count: skipsLeft })
  return t(rule === 'snooze' ? 'registration.campaign.skip' : 'registration.start.skip')
}

/** An app may have to be installed first. */
function minutesOf({ method }: PlannedStep<string>): number {
  return method === 'softwareOath' ? 3 : 1
}

function whyOf({ serves, method }: PlannedStep<string>) {
  if (serves.includes('campaign'))
    return method === 'passkey' ? 'registration.campaign.why.passkey' : 'registration.campaign.why.softwareOath'
  if (serves.includes('strength')) return 'registration.start.why.strength'
  if (!serves.includes('passwordReset')) return 'registration.start.why.mfa'
  return serves.includes('mfa') ? 'registration.start.why.both' : 'registration.start.why.passwordReset'
}
