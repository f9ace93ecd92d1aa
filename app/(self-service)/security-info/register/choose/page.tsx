import { redirect } from 'next/navigation'
import { isRegistrableKind } from '@/components/registration/method-path'
import { MethodIcon } from '@/components/security-info/method-icon'
import { PageHeading } from '@/components/shell/page-heading'
import { ChoiceList } from '@/components/ui/choice-list'
import { Tag } from '@/components/ui/tag'
import { catalogue, entriesBySecurity } from '@/lib/authentication-methods/catalogue'
import { t } from '@/lib/i18n'
import { chooserPath, presentPath, stepPath, stepsWith, wizardVisit } from '../wizard'
import { WizardFrame, WizardSteps } from '../wizard-frame'

/** Every method that will do for the present step, most secure first (W3). */
export default async function ChoosePage() {
  const wizard = await wizardVisit(chooserPath)
  const step = wizard.plan.steps[0]
  if (!step) redirect(presentPath(wizard))
  const fitting = entriesBySecurity
    .map(({ kind }) => kind)
    .filter(isRegistrableKind)
    .filter((kind) => kind === step.method || step.alternatives.includes(kind))
  return (
    <WizardFrame userPrincipalName={wizard.visit.subject.userPrincipalName}>
      <PageHeading
        focusKey="choose"
        lead={t('registration.choose.lead')}
        above={<WizardSteps kinds={stepsWith(wizard, step.method)} current={wizard.done.length} />}
      >
        {t('registration.choose.title')}
      </PageHeading>
      <ChoiceList
        label={t('registration.choose.label')}
        choices={fitting.map((kind) => ({
          href: stepPath(kind),
          label: t(`securityInfo.method.${kind}`),
          hint: t(`securityInfo.method.${kind}.hint`),
          icon: <MethodIcon kind={kind} />,
          tag: catalogue[kind].isWeaker ? (
            <Tag tone="warning">{t('registration.choose.lessSafe')}</Tag>
          ) : kind === step.method ? (
            <Tag tone="info">{t('registration.choose.recommended')}</Tag>
          ) : undefined,
        }))}
      />
    </WizardFrame>
  )
}
