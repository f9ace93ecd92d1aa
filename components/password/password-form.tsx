import type { ReactNode } from 'react'
import type { Subject } from '@/lib/directory/model'
import { t } from '@/lib/i18n'
import { managerRules } from '@/lib/password/manager-rules'
import type { PasswordRules } from '@/lib/password/model'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-answer'
import { PasswordField } from '../ui/password-field'
import { NewPasswordField } from './new-password-field'

/** A new password, after the present one where that is asked for. `children` are the form's token and its buttons. */
export function PasswordForm({
  action,
  subject,
  rules,
  asksForCurrent,
  children,
}: {
  action: FormAction
  subject: Pick<Subject, 'userPrincipalName' | 'displayName'>
  rules: PasswordRules
  asksForCurrent: boolean
  children: ReactNode
}) {
  const reveal = { showLabel: t('ui.password.show'), hideLabel: t('ui.password.hide') }
  return (
    <ActionForm action={action} errorHeading={t('password.errors')}>
      {/* Says to password managers whose password this is. It has no name, so it is not sent. */}
      <input type="text" autoComplete="username" value={subject.userPrincipalName} readOnly hidden />
      {asksForCurrent && (
        <PasswordField
          name="currentPassword"
          label={t('password.current')}
          autoComplete="current-password"
          required
          {...reveal}
        />
      )}
      <NewPasswordField
        name="newPassword"
        label={t('password.new')}
        hint={t(`password.new.hint.${rules.profile}`, { min: rules.lengthMin })}
        managerRules={managerRules(rules)}
        personalWords={[subject.userPrincipalName, ...subject.displayName.split(/\s+/)]}
        strength={{
          label: t('password.strength'),
          words: [
            t('password.strength.0'),
            t('password.strength.1'),
            t('password.strength.2'),
            t('password.strength.3'),
            t('password.strength.4'),
          ],
        }}
        required
        {...reveal}
      />
      {children}
    </ActionForm>
  )
}
