import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { ActionForm } from '../ui/action-form'
import { TextLink } from '../ui/button'
import { CodeField } from '../ui/code-field'
import type { FormAction } from '../ui/form-answer'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'

/** Which token: sends `serialNumber` and `name`. */
export function HardwareOathStart({
  action,
  token,
  nameLengthMax,
}: {
  action: FormAction
  token: ReactNode
  nameLengthMax: number
}) {
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
      {token}
      <TextField
        name="serialNumber"
        label={t('tokens.own.serial')}
        hint={t('tokens.own.serial.hint')}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={128}
        required
      />
      <TextField
        name="name"
        label={t('tokens.own.name')}
        hint={t('tokens.own.name.hint')}
        optionalLabel={t('ui.optional')}
        autoComplete="off"
        maxLength={nameLengthMax}
      />
      <SubmitButton wide pendingLabel={t('ui.pending')}>
        {t('tokens.own.next')}
      </SubmitButton>
    </ActionForm>
  )
}

/** The code it shows now: sends `code`. `againHref` leads back to the serial number. */
export function HardwareOathConfirm({
  action,
  token,
  againHref,
}: {
  action: FormAction
  token: ReactNode
  againHref: string
}) {
  return (
    <div className="grid gap-6">
      <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
        {token}
        <CodeField name="code" label={t('tokens.own.code.label')} hint={t('tokens.own.code.hint')} required />
        <SubmitButton wide pendingLabel={t('registration.code.checking')}>
          {t('tokens.own.code.submit')}
        </SubmitButton>
      </ActionForm>
      <TextLink href={againHref}>{t('tokens.own.again')}</TextLink>
    </div>
  )
}
