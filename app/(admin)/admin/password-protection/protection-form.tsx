import { ShownVersion } from '@/components/admin/shown-version'
import { Beside, Section } from '@/components/conditional-access/section'
import { ActionForm } from '@/components/ui/action-form'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { TextareaField, TextField } from '@/components/ui/text-field'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { passwordProfiles } from '@/lib/password/model'
import type { PasswordProtection } from '@/lib/password/policy-model'
import { FormToken } from '@/lib/request/form-token'
import { changeProtection } from './actions'
import type { NumberField } from './fields'
import { PreviewPart } from './preview-part'
import { bounds } from './words'

/** All of the rules. Sending it shows what would change; then the same form saves. */
export function ProtectionForm({ policy, version }: { policy: PasswordProtection; version: number }) {
  return (
    <ActionForm
      action={changeProtection}
      errorHeading={t('methodsPolicy.edit.errors')}
      className="grid max-w-3xl gap-6"
    >
      <FormToken />
      <ShownVersion version={version} />
      <Section id="rules" heading={t('passwordProtection.rules')}>
        <Beside count={2}>
          <RadioCards
            name="profile"
            label={t('passwordProtection.profile')}
            defaultValue={policy.profile}
            choices={passwordProfiles.map((value) => ({
              value,
              label: t(`passwordProtection.profile.${value}`),
              hint: t(`passwordProtection.profile.${value}.hint`),
            }))}
          />
        </Beside>
        <Figure
          name="lengthMin"
          value={policy.lengthMin}
          label={t('passwordProtection.lengthMin')}
          hint={t('passwordProtection.lengthMin.hint', bounds.lengthMin)}
        />
        <p className="text-sm text-text-muted">{t('passwordProtection.always')}</p>
      </Section>
      <Section id="blocked" heading={t('passwordProtection.blocked')}>
        <CheckboxField
          name="isBlockedWordsOn"
          label={t('passwordProtection.blocked.on')}
          hint={t('passwordProtection.blocked.on.hint')}
          defaultChecked={policy.isBlockedWordsOn}
        />
        <TextareaField
          name="blockedWords"
          label={t('passwordProtection.blocked.words')}
          hint={t('passwordProtection.blocked.words.hint', { max: limits.password.blockedWordsMax })}
          defaultValue={policy.blockedWords.join('\n')}
          autoComplete="off"
          spellCheck={false}
          className="max-h-96"
        />
      </Section>
      <Section id="pause" heading={t('passwordProtection.lockout')} lead={t('passwordProtection.lockout.lead')}>
        <Figure
          name="lockoutThreshold"
          value={policy.lockoutThreshold}
          label={t('passwordProtection.lockout.threshold')}
          hint={t('passwordProtection.lockout.number.hint', bounds.lockoutThreshold)}
        />
        <Figure
          name="lockoutSeconds"
          value={policy.lockoutSeconds}
          label={t('passwordProtection.lockout.seconds')}
          hint={t('passwordProtection.lockout.seconds.hint', bounds.lockoutSeconds)}
        />
      </Section>
      <PreviewPart
        texts={{
          preview: t('passwordProtection.preview'),
          title: t('passwordProtection.preview.title'),
          same: t('passwordProtection.preview.same'),
          save: t('passwordProtection.save'),
          cancel: t('ui.cancel'),
          pending: t('ui.pending'),
        }}
      />
    </ActionForm>
  )
}

function Figure({ name, value, label, hint }: { name: NumberField; value: number; label: string; hint: string }) {
  return (
    <TextField
      name={name}
      label={label}
      hint={hint}
      defaultValue={String(value)}
      inputMode="numeric"
      autoComplete="off"
      maxLength={6}
      className="max-w-40"
    />
  )
}
