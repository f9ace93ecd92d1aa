import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { resetVisit } from '@/lib/request/reset'
import { unlockAction } from '../actions'
import { ResetFields, ResetFrame } from '../frame'

/** Everything is proven: ending the lock is one more press, so that opening a page changes nothing. */
export default async function UnlockPage() {
  const { view } = await resetVisit(['unlock'])
  return (
    <ResetFrame view={view}>
      <PageHeading focusKey="reset unlock" lead={t('passwordReset.unlock.lead')}>
        {t('passwordReset.unlock.title')}
      </PageHeading>
      <ActionForm action={unlockAction} errorHeading={t('ui.errorSummary.heading')}>
        <ResetFields view={view} />
        <SubmitButton wide pendingLabel={t('ui.pending')}>
          {t('passwordReset.unlock.submit')}
        </SubmitButton>
      </ActionForm>
    </ResetFrame>
  )
}
