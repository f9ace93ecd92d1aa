import type { Metadata } from 'next'
import { CallWatch } from '@/app/(sign-in)/sign-in/verify/call-watch'
import { ButtonLink } from '@/components/ui/button'
import { PageHeading } from '@/components/ui/page-heading'
import { t } from '@/lib/i18n'
import { resetVisit } from '@/lib/request/reset'
import { ResetFrame } from '../frame'

export const metadata: Metadata = { title: t('passwordReset.findingOut.title') }

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
