import { CallWatch } from '@/app/(sign-in)/sign-in/verify/call-watch'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { t } from '@/lib/i18n'
import { resetVisit } from '@/lib/request/reset'
import { ResetFrame } from '../frame'

/** A directory did not say what became of the new password. Looks again by itself where scripts run. */
export default async function FindingOutPage() {
  const { view } = await resetVisit(['findingOut'])
  return (
    <ResetFrame view={view}>
      <PageHeading focusKey="reset finding out" lead={t('passwordReset.findingOut.lead')}>
        {t('passwordReset.findingOut.title')}
      </PageHeading>
      <CallWatch isApproved={false} />
      <ButtonLink href="/password-reset/finding-out" wide>
        {t('passwordReset.findingOut.look')}
      </ButtonLink>
    </ResetFrame>
  )
}
