import { ActionForm } from '@/components/ui/action-form'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { FileField } from '@/components/ui/file-field'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import type { MailLogo } from '@/lib/notifications/model'
import { FormToken } from '@/lib/request/form-token'
import { removeLogo } from '../actions'

/** The picture, sent as a plain form: a file needs no script. */
export function LogoCard({ logo, error }: { logo: MailLogo | null; error: string | null }) {
  const { logoBytesMax, logoShownHeight } = limits.mail
  return (
    <Card id="logo" title={t('mailSettings.logo.title')} description={t('mailSettings.logo.text')} className="min-w-0">
      <div className="grid gap-6">
        {error && (
          <div id="logo-error">
            <Notice tone="danger">{error}</Notice>
          </div>
        )}
        <form
          action="/admin/notifications/branding/logo"
          method="post"
          encType="multipart/form-data"
          className="grid gap-6"
        >
          <FormToken />
          <FileField
            name="file"
            label={t('mailSettings.logo.file')}
            hint={t('mailSettings.logo.file.hint', { kibibytes: logoBytesMax / 1024, height: logoShownHeight })}
            accept="image/png,image/jpeg"
            errorId={error ? 'logo-error' : undefined}
          />
          <Button type="submit" variant="secondary" className="justify-self-start">
            {t('mailSettings.logo.submit')}
          </Button>
        </form>
        {logo && (
          <ActionForm action={removeLogo} errorHeading={t('ui.errorSummary.heading')} idPrefix="remove-">
            <FormToken />
            <SubmitButton variant="quiet" className="-mx-3 justify-self-start" pendingLabel={t('ui.pending')}>
              {t('mailSettings.logo.remove')}
            </SubmitButton>
          </ActionForm>
        )}
      </div>
    </Card>
  )
}
