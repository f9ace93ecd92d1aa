import { ActionForm } from '@/components/ui/action-form'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { SubmitButton } from '@/components/ui/submit-button'
import type { PolicyRow } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { FormToken } from '@/lib/request/form-token'
import { deletePolicyAction } from '../actions'

/** The button that asks before a policy is deleted. */
export function DeletePolicy({ policy }: { policy: PolicyRow }) {
  return (
    <ConfirmDialog
      href={`/admin/conditional-access/${policy.id}/delete`}
      trigger={t('policies.edit.delete')}
      triggerStyle={{ variant: 'secondary' }}
      title={t('policies.delete.title')}
      cancelLabel={t('ui.cancel')}
    >
      <DeletePolicyForm policy={policy} />
    </ConfirmDialog>
  )
}

/** The question and its answer; in the dialog and on the page that asks the same without scripts. */
export function DeletePolicyForm({ policy }: { policy: PolicyRow }) {
  return (
    <ActionForm
      action={deletePolicyAction.bind(null, policy.id)}
      errorHeading={t('policies.edit.errors')}
      idPrefix="delete-"
    >
      <FormToken />
      <input type="hidden" name="version" value={policy.version} />
      <p className="text-text-muted">{t('policies.delete.text', { name: policy.displayName })}</p>
      <p className="text-text-muted">{t('policies.delete.kept', { days: limits.conditionalAccess.deletedKeptDays })}</p>
      <SubmitButton variant="danger" wide pendingLabel={t('ui.pending')}>
        {t('policies.delete.submit')}
      </SubmitButton>
    </ActionForm>
  )
}
