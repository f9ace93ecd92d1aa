import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { t } from '@/lib/i18n'
import { resetVisit } from '@/lib/request/reset'
import { ResetFrame } from '../frame'

/** It is done; nobody is signed in by it. */
export default async function DonePage() {
  const { view } = await resetVisit(['done'])
  const purpose = view.purpose ?? 'reset'
  return (
    <ResetFrame view={view} hasWaysOut={false}>
      <PageHeading focusKey="reset done" lead={t(`passwordReset.done.${purpose}.lead`)}>
        {t(`passwordReset.done.${purpose}.title`)}
      </PageHeading>
      {purpose === 'unlock' && !view.isLockoutEndedByUnlock && (
        <Notice live={false}>{t('passwordReset.done.unlock.waits')}</Notice>
      )}
      <ButtonLink href="/sign-in" wide>
        {t('passwordReset.done.signIn')}
      </ButtonLink>
    </ResetFrame>
  )
}
