import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { duration, t } from '@/lib/i18n'
import { resetVisit } from '@/lib/request/reset'
import { ResetFrame } from '../frame'

/** Too many tries in this name, known or not. Signing in is not touched by it. */
export default async function LockedPage() {
  const { view } = await resetVisit(['throttled'])
  return (
    <ResetFrame view={view}>
      <PageHeading
        focusKey="reset locked"
        lead={t('passwordReset.locked.lead', { wait: duration(view.lockedSeconds) })}
      >
        {t('passwordReset.locked.title')}
      </PageHeading>
      <ButtonLink href={view.helpdeskPage ?? '/password-reset/contact'} wide>
        {t('passwordReset.contact.link')}
      </ButtonLink>
    </ResetFrame>
  )
}
