import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { t } from '@/lib/i18n'
import { pageVisit } from '@/lib/request/page'
import { BackToList, SecurityInfoShell } from '../../shell'
import { SignOutElsewhereForm } from '../../sign-out-elsewhere'

/** Asks before every other session ends; with scripts a dialog asks the same. */
export default async function EndSessionsPage() {
  const visit = await pageVisit({ stages: ['full'], path: '/security-info/sessions/end' })
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />}>{t('securityInfo.sessions.elsewhereTitle')}</PageHeading>
      <Card className="max-w-xl">
        <SignOutElsewhereForm />
        <ButtonLink href="/security-info/sessions" variant="secondary" wide className="mt-3">
          {t('securityInfo.sessions.cancel')}
        </ButtonLink>
      </Card>
    </SecurityInfoShell>
  )
}
