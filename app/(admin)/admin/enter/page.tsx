import { notFound, redirect } from 'next/navigation'
import { parameter, type SearchParams } from '@/components/admin/query'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Actions } from '@/components/ui/card'
import { isAdministrator } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { mayEnterAdminArea, pageVisit } from '@/lib/request/page'
import { safeReturnTo } from '@/lib/request/return-to'
import { isPassSession, lastMfaAt } from '@/lib/sign-in/model'

/**
 * For an administrator whose browser does not hold the admin area's own cookie: it came from another site, or signed in
 * with a pass alone. Says why, and leads to the proof that issues the cookie (SEC-252).
 */
export default async function EnterAdminPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const returnTo = adminPath(parameter(await searchParams, 'returnTo', 512))
  const found = await pageVisit({ stages: ['full'], path: returnTo })
  if (!isAdministrator(found.subject)) notFound()
  if (await mayEnterAdminArea(found.session.id)) redirect(returnTo)
  const { proofs } = found.session
  const own = proofs.filter(({ mode }) => !mode.startsWith('temporaryAccessPass'))
  const isPassAlone = isPassSession(proofs) && lastMfaAt(own) === null
  const verify = `/sign-in/verify?returnTo=${encodeURIComponent(returnTo)}`
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={isPassAlone ? t('admin.enter.pass.text') : t('admin.enter.lead')}>
          {isPassAlone ? t('admin.enter.pass.title') : t('admin.enter.title')}
        </PageHeading>
        {!isPassAlone && <p>{t('admin.enter.text')}</p>}
        <Actions>
          {isPassAlone ? (
            <ButtonLink href="/security-info">{t('admin.enter.pass.go')}</ButtonLink>
          ) : (
            <ButtonLink href={verify}>{t('admin.enter.go')}</ButtonLink>
          )}
          <ButtonLink href={isPassAlone ? verify : '/security-info'} variant="secondary">
            {isPassAlone ? t('admin.enter.go') : t('admin.enter.back')}
          </ButtonLink>
        </Actions>
      </div>
    </NarrowShell>
  )
}

/** Only the admin area leads on from here. */
function adminPath(text: string | undefined): string {
  const path = safeReturnTo(text)
  const isAdmin = path === '/admin' || path?.startsWith('/admin/') || path?.startsWith('/admin?')
  return path !== null && isAdmin && !path.startsWith('/admin/enter') ? path : '/admin'
}
