import { ActionForm } from '@/components/ui/action-form'
import { Card } from '@/components/ui/card'
import { SelectField } from '@/components/ui/select-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { mailLocales, t } from '@/lib/i18n'
import { mailLanguagesOf } from '@/lib/notifications/language'
import { mailSettingsFor } from '@/lib/notifications/mail-settings'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { saveMailLanguage } from './actions'

/** In which language the person's own mails are written. */
export async function MailLanguage({ userId }: { userId: string }) {
  const { chosen, ofDirectory } = await mailLanguagesOf(db(), userId)
  const { branding } = await mailSettingsFor(db(), null)
  const language = t(`mailSettings.language.${ofDirectory ?? branding.language}`)
  return (
    <Card id="language" title={t('mailSettings.own.title')} description={t('mailSettings.own.text')}>
      <ActionForm
        action={saveMailLanguage}
        errorHeading={t('ui.errorSummary.heading')}
        idPrefix="language-"
        className="flex flex-wrap items-end gap-3"
      >
        <FormToken />
        <SelectField
          name="language"
          label={t('mailSettings.own.label')}
          defaultValue={chosen ?? ''}
          placeholder={t('mailSettings.own.organisation', { language })}
          options={mailLocales.map((value) => ({ value, label: t(`mailSettings.language.${value}`) }))}
        />
        <SubmitButton variant="secondary" pendingLabel={t('ui.pending')}>
          {t('mailSettings.own.submit')}
        </SubmitButton>
      </ActionForm>
    </Card>
  )
}
