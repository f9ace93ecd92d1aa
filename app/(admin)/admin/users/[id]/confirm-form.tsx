import type { ReactNode } from 'react'
import { ActionForm } from '@/components/ui/action-form'
import type { FormAction } from '@/components/ui/form-answer'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'

/**
 * The sentence that says what will happen and the button that does it; the same in the dialog and on the page that
 * asks without scripts. Without a fresh proof the person is led to give one, and back to `returnTo`.
 */
export function ConfirmForm({
  action,
  fields,
  confirmLabel,
  children,
}: {
  action: FormAction
  fields: { readonly targetId: string; readonly returnTo: string; readonly methodId?: string; readonly state?: string }
  confirmLabel: string
  children: ReactNode
}) {
  return (
    <>
      {children}
      <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')} className="grid gap-4">
        <FormToken />
        {Object.entries(fields).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        <SubmitButton variant="danger" wide pendingLabel={t('ui.pending')}>
          {confirmLabel}
        </SubmitButton>
      </ActionForm>
    </>
  )
}
