import { ShownVersion } from '@/components/admin/shown-version'
import { ActionForm } from '@/components/ui/action-form'
import { Actions, Card } from '@/components/ui/card'
import { SelectField } from '@/components/ui/select-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField, TextField } from '@/components/ui/text-field'
import { mailLocales, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import type { MailBranding } from '@/lib/notifications/branding'
import { FormToken } from '@/lib/request/form-token'
import { brandingAction } from '../actions'

/** Looked at first or saved at once: the two buttons say which. */
export function BrandingForm({ branding, version }: { branding: MailBranding; version: number }) {
  return (
    <Card className="min-w-0">
      <ActionForm action={brandingAction} errorHeading={t('mailSettings.branding.errors')}>
        <FormToken />
        <ShownVersion version={version} />
        <TextField
          name="accent"
          label={t('mailSettings.branding.accent')}
          hint={t('mailSettings.branding.accent.hint')}
          defaultValue={branding.accent}
          autoComplete="off"
          spellCheck={false}
          maxLength={32}
          className="max-w-40 font-mono"
        />
        <TextField
          name="supportContact"
          label={t('mailSettings.branding.contact')}
          hint={t('mailSettings.branding.contact.hint')}
          optionalLabel={t('ui.optional')}
          defaultValue={branding.supportContact ?? ''}
          autoComplete="off"
          maxLength={limits.mail.supportLengthMax}
        />
        <TextareaField
          name="footer"
          label={t('mailSettings.branding.footer')}
          hint={t('mailSettings.branding.footer.hint')}
          optionalLabel={t('ui.optional')}
          defaultValue={branding.footer ?? ''}
          autoComplete="off"
          rows={3}
        />
        <SelectField
          name="language"
          label={t('mailSettings.branding.language')}
          defaultValue={branding.language}
          options={mailLocales.map((value) => ({ value, label: t(`mailSettings.language.${value}`) }))}
        />
        <Actions>
          <SubmitButton name="intent" value="save" pendingLabel={t('ui.pending')}>
            {t('mailSettings.branding.save')}
          </SubmitButton>
          <SubmitButton name="intent" value="preview" variant="secondary" pendingLabel={t('ui.pending')}>
            {t('mailSettings.branding.preview')}
          </SubmitButton>
        </Actions>
      </ActionForm>
    </Card>
  )
}
