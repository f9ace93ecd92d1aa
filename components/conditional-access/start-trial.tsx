import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-answer'
import { SubmitButton } from '../ui/submit-button'

/** The button that has a stored policy tried on everybody. */
export function StartTrial({
  action,
  token,
  label = t('policyTrials.start'),
  idPrefix = 'trial-',
}: {
  action: FormAction
  /** The hidden field that every form carries. */
  token: ReactNode
  label?: string
  idPrefix?: string
}) {
  return (
    <ActionForm action={action} errorHeading={t('policyTrials.start.errors')} idPrefix={idPrefix}>
      {token}
      <SubmitButton variant="secondary" pendingLabel={t('ui.pending')}>
        {label}
      </SubmitButton>
    </ActionForm>
  )
}
