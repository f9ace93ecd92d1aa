import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { RadioCards } from '@/components/ui/radio-cards'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { resetPurposes } from '@/lib/password-reset/model'
import { resetVisit } from '@/lib/request/reset'
import { chooseAction } from '../actions'
import { ResetFields, ResetFrame } from '../frame'

/** A new password, or only the end of a lock; shown where the organisation offers both, or did when this reset chose. */
export default async function ChoosePage() {
  const { view } = await resetVisit(['choose'])
  const isUnlockGone = view.purpose === 'unlock'
  const offered = resetPurposes.filter((purpose) => purpose !== 'unlock' || !isUnlockGone)
  return (
    <ResetFrame view={view}>
      <PageHeading focusKey="reset choose" lead={isUnlockGone ? t('passwordReset.choose.unlockGone') : undefined}>
        {t('passwordReset.choose.title')}
      </PageHeading>
      <ActionForm action={chooseAction} errorHeading={t('ui.errorSummary.heading')}>
        <ResetFields view={view} />
        <RadioCards
          name="purpose"
          label={t('passwordReset.choose.label')}
          defaultValue="reset"
          choices={offered.map((value) => ({
            value,
            label: t(`passwordReset.choose.${value}`),
            hint: t(`passwordReset.choose.${value}.hint`),
          }))}
        />
        <SubmitButton wide pendingLabel={t('passwordReset.pending')}>
          {t('passwordReset.continue')}
        </SubmitButton>
      </ActionForm>
    </ResetFrame>
  )
}
