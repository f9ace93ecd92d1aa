import { redirect } from 'next/navigation'
import { PasswordForm } from '@/components/password/password-form'
import { PageHeading } from '@/components/shell/page-heading'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { viewNewPassword } from '@/lib/password-reset/view'
import { resetVisit } from '@/lib/request/reset'
import { setPasswordAction } from '../actions'
import { ResetFields, ResetFrame } from '../frame'

/** Everything is proven: the new password. */
export default async function NewPasswordPage() {
  const { view, looking } = await resetVisit(['newPassword'])
  const form = await viewNewPassword(looking)
  if (!form) redirect('/password-reset/verify')
  return (
    <ResetFrame view={view}>
      <PageHeading focusKey="reset new password" lead={t('passwordReset.new.lead')}>
        {t('passwordReset.new.title')}
      </PageHeading>
      <PasswordForm action={setPasswordAction} subject={form.subject} rules={form.rules} asksForCurrent={false}>
        <ResetFields view={view} />
        <SubmitButton wide pendingLabel={t('ui.pending')}>
          {t('passwordReset.new.submit')}
        </SubmitButton>
      </PasswordForm>
    </ResetFrame>
  )
}
