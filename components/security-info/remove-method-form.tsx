import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import type { MethodView } from '@/lib/security-info/model'
import { ActionForm } from '../ui/action-form'
import { ButtonLink } from '../ui/button'
import type { FormAction } from '../ui/form-answer'
import { Notice } from '../ui/notice'
import { SubmitButton } from '../ui/submit-button'

/** What removing means, and the button that does it; the same in the dialog and on the page of its own. */
export function RemoveMethodForm({
  method,
  title,
  isLast,
  action,
  token,
}: {
  method: MethodView
  /** What the method is called. */
  title: string
  /** Whether it is the last one that protects the account beside the password. */
  isLast: boolean
  action: FormAction
  token: ReactNode
}) {
  return (
    <div className="grid gap-4">
      <p className="grid gap-0.5">
        <bdi className="font-semibold">{title}</bdi>
        {method.detail && <bdi className="text-text-muted">{method.detail}</bdi>}
      </p>
      {isLast ? (
        <Notice
          tone="warning"
          live={false}
          actions={
            <ButtonLink href="/security-info/add" variant="secondary" size="small">
              {t('securityInfo.remove.addFirst')}
            </ButtonLink>
          }
        >
          {t('securityInfo.remove.lastText')}
        </Notice>
      ) : (
        <p className="text-text-muted">{t('securityInfo.remove.text')}</p>
      )}
      {method.isDefault && !isLast && <p className="text-text-muted">{t('securityInfo.remove.default')}</p>}
      <ActionForm
        action={action}
        errorHeading={t('ui.errorSummary.heading')}
        idPrefix={`remove-${method.id}-`}
        className="grid gap-3"
      >
        {token}
        <input type="hidden" name="methodId" value={method.id} />
        <SubmitButton variant="danger" wide pendingLabel={t('securityInfo.remove.pending')}>
          {t('securityInfo.remove.submit')}
        </SubmitButton>
      </ActionForm>
    </div>
  )
}
