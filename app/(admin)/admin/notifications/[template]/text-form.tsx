import { ShownVersion } from '@/components/admin/shown-version'
import { ActionForm } from '@/components/ui/action-form'
import { TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField, TextField } from '@/components/ui/text-field'
import { type MailLocale, mailLocales, mailTranslator, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import type { MailTemplate } from '@/lib/notifications/model'
import { isDecidedByPasswordReset, isSwitchable, placeholdersOf } from '@/lib/notifications/own-texts'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { textAction } from '../actions'

type Text = { readonly subject: string | null; readonly introduction: string | null }

/** The organisation's words in every language, and whether the mail is sent at all. */
export function TextForm({
  template,
  language,
  version,
  isOn,
  texts,
}: {
  template: MailTemplate
  /** Whose preview is shown, to come back to it. */
  language: MailLocale
  version: number
  isOn: boolean
  texts: Partial<Readonly<Record<MailLocale, Text | undefined>>>
}) {
  const allowed = placeholdersOf(template)
    .map((name) => `{${name}}`)
    .join(', ')
  return (
    <Card id="text" title={t('mailSettings.text.title')} description={t('mailSettings.text.lead')} className="min-w-0">
      <ActionForm action={textAction.bind(null, template)} errorHeading={t('mailSettings.text.errors')}>
        <FormToken />
        <ShownVersion version={version} />
        <input type="hidden" name="language" value={language} />
        <input type="hidden" name="hasSwitch" value={isSwitchable(template) ? 'yes' : 'no'} />
        <p className="text-sm text-text-muted">
          {t('mailSettings.text.placeholders', { allowed, origin: env().PUBLIC_ORIGIN })}
        </p>
        {mailLocales.map((one) => (
          <fieldset key={one} className="grid min-w-0 gap-5 border-l-2 border-border pl-4 sm:pl-6">
            <legend className="mb-3 font-medium">{t(`mailSettings.language.${one}`)}</legend>
            <TextField
              name={`subject-${one}`}
              label={t('mailSettings.text.subject')}
              hint={t('mailSettings.text.subject.hint', { subject: productSubject(template, one) })}
              optionalLabel={t('ui.optional')}
              defaultValue={texts[one]?.subject ?? ''}
              lang={one}
              autoComplete="off"
              maxLength={limits.mail.subjectLengthMax}
            />
            <TextareaField
              name={`introduction-${one}`}
              label={t('mailSettings.text.introduction')}
              optionalLabel={t('ui.optional')}
              defaultValue={texts[one]?.introduction ?? ''}
              lang={one}
              autoComplete="off"
              rows={3}
            />
          </fieldset>
        ))}
        {isSwitchable(template) ? (
          <CheckboxField
            name="isOn"
            label={t('mailSettings.text.on')}
            hint={t('mailSettings.text.on.hint')}
            defaultChecked={isOn}
          />
        ) : (
          <NotHere template={template} />
        )}
        <Actions>
          <SubmitButton name="intent" value="save" pendingLabel={t('ui.pending')}>
            {t('mailSettings.text.save')}
          </SubmitButton>
          <SubmitButton name="intent" value="preview" variant="secondary" pendingLabel={t('ui.pending')}>
            {t('mailSettings.text.preview')}
          </SubmitButton>
        </Actions>
      </ActionForm>
    </Card>
  )
}

function NotHere({ template }: { template: MailTemplate }) {
  if (!isDecidedByPasswordReset(template)) return <p className="text-sm">{t('mailSettings.text.code')}</p>
  const [before = '', after = ''] = t('mailSettings.text.reset', { link: '\u0000' }).split('\u0000')
  return (
    <p className="text-sm">
      {before}
      <TextLink href="/admin/password-reset">{t('mailSettings.text.reset.link')}</TextLink>
      {after}
    </p>
  )
}

function productSubject(template: MailTemplate, language: MailLocale): string {
  const say = mailTranslator(language)
  return template === 'verificationCode'
    ? say('notifications.verificationCode.subject', { service: env().ORGANISATION_NAME })
    : say(`notifications.${template}.subject`)
}
