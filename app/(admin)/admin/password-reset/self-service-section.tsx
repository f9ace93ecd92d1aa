import { Section } from '@/components/conditional-access/section'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { TextField } from '@/components/ui/text-field'
import type { SelfServiceSettings } from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'

/** How the reset itself goes: unlocking, what counts, who is told, where help is. */
export function SelfServiceSection({ settings }: { settings: SelfServiceSettings }) {
  return (
    <Section id="self-service" heading={t('passwordResetPolicy.selfService')}>
      <CheckboxField
        name="isUnlockAllowed"
        label={t('passwordResetPolicy.unlock')}
        hint={t('passwordResetPolicy.unlock.hint')}
        defaultChecked={settings.isUnlockAllowed}
      />
      <CheckboxField
        name="isLockoutEndedByUnlock"
        label={t('passwordResetPolicy.unlockEndsLockout')}
        hint={t('passwordResetPolicy.unlockEndsLockout.hint')}
        defaultChecked={settings.isLockoutEndedByUnlock}
      />
      <CheckboxField
        name="isPasskeyAccepted"
        label={t('passwordResetPolicy.passkey')}
        hint={t('passwordResetPolicy.passkey.hint')}
        defaultChecked={settings.isPasskeyAccepted}
      />
      <CheckboxField
        name="isWritebackAllowed"
        label={t('passwordResetPolicy.writeback')}
        defaultChecked={settings.isWritebackAllowed}
      />
      <CheckboxField
        name="isPersonNotified"
        label={t('passwordResetPolicy.notifyPerson')}
        hint={t('passwordResetPolicy.notifyPerson.hint')}
        defaultChecked={settings.isPersonNotified}
      />
      <CheckboxField
        name="areAdministratorsNotified"
        label={t('passwordResetPolicy.notifyAdministrators')}
        defaultChecked={settings.areAdministratorsNotified}
      />
      <CheckboxField
        name="isRefusalNumbered"
        label={t('passwordResetPolicy.refusalDetail')}
        hint={t('passwordResetPolicy.refusalDetail.hint')}
        defaultChecked={settings.refusalDetail === 'code'}
      />
      <TextField
        name="helpdesk"
        label={t('passwordResetPolicy.helpdesk')}
        hint={t('passwordResetPolicy.helpdesk.hint')}
        defaultValue={settings.helpdesk ?? ''}
        autoComplete="off"
        spellCheck={false}
        maxLength={512}
      />
    </Section>
  )
}
