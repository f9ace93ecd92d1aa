import { ActionForm } from '@/components/ui/action-form'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { signOutElsewhere } from './actions'

/** Asks whether to end every other session; before scripts load, on a page of its own. */
export function SignOutElsewhere() {
  return (
    <ConfirmDialog
      href="/security-info/sessions/end"
      trigger={t('securityInfo.sessions.elsewhere')}
      title={t('securityInfo.sessions.elsewhereTitle')}
      cancelLabel={t('securityInfo.sessions.cancel')}
    >
      <SignOutElsewhereForm />
    </ConfirmDialog>
  )
}

export function SignOutElsewhereForm() {
  return (
    <div className="grid gap-4">
      <p className="text-text-muted">{t('securityInfo.sessions.elsewhereText')}</p>
      <ActionForm
        action={signOutElsewhere}
        errorHeading={t('ui.errorSummary.heading')}
        idPrefix="elsewhere-"
        className="grid gap-3"
      >
        <FormToken />
        <SubmitButton wide pendingLabel={t('securityInfo.sessions.endPending')}>
          {t('securityInfo.sessions.elsewhere')}
        </SubmitButton>
      </ActionForm>
    </div>
  )
}
