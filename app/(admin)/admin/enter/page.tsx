import { notFound, redirect } from 'next/navigation'
import { StoppedPage } from '@/app/(sign-in)/sign-in/stopped-page'
import { parameter, type SearchParams } from '@/components/admin/query'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Actions } from '@/components/ui/card'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { mayEnterAdminArea, pageVisit } from '@/lib/request/page'
import { safeReturnTo } from '@/lib/request/return-to'
import { askAdminEntry, logStoppedEntry } from '@/lib/sign-in/admin-entry'
import { leadsToAdminArea } from '@/lib/sign-in/areas'
import { isPassSession, lastMfaAt, type Session } from '@/lib/sign-in/model'
import type { NextStep } from '@/lib/sign-in/next-step'

/**
 * For an administrator whose browser does not hold the admin area's own cookie: it came from another site, signed in with a
 * pass alone, or with less than the policies ask of Administration. Says what is missing, and leads to it; what issues the
 * cookie is a proof (SEC-252).
 */
export default async function EnterAdminPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const returnTo = adminPath(parameter(await searchParams, 'returnTo', 512))
  const found = await pageVisit({ stages: ['full'], path: returnTo })
  const entry = askAdminEntry(found)
  if (!entry) notFound()
  if (await mayEnterAdminArea(found.session.id)) redirect(returnTo)
  if (entry.next.step === 'blocked') {
    await logStoppedEntry({ ...found, entry })
    return (
      <StoppedPage
        title={t('admin.enter.blocked.title')}
        lead={t('admin.enter.blocked.lead')}
        wanted="adminArea"
        fallback={['network', 'administrator']}
      />
    )
  }
  const { title, lead, text, go, other } = missing(entry.next, found.session, returnTo)
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={lead}>{title}</PageHeading>
        {text && <p>{text}</p>}
        <Actions>
          <ButtonLink href={go.href}>{go.label}</ButtonLink>
          <ButtonLink href={other.href} variant="secondary">
            {other.label}
          </ButtonLink>
        </Actions>
      </div>
    </NarrowShell>
  )
}

type Way = { readonly href: string; readonly label: string }
type Missing = {
  readonly title: string
  readonly lead: string
  readonly text?: string
  readonly go: Way
  readonly other: Way
}

/** What comes next before the area opens, and the way to it. */
function missing(next: NextStep, { proofs }: Session, returnTo: string): Missing {
  const back = `?returnTo=${encodeURIComponent(returnTo)}`
  const verify = { href: `/sign-in/verify${back}`, label: t('admin.enter.go') }
  const own = { href: '/security-info', label: t('admin.enter.back') }
  const register = { href: '/security-info', label: t('admin.enter.pass.go') }
  switch (next.step) {
    case 'register':
      return { ...said('register'), go: register, other: verify }
    case 'terms':
      return {
        ...said('terms'),
        go: { href: `/sign-in/terms/${next.terms[0]}${back}`, label: t('admin.enter.terms.go') },
        other: own,
      }
    case 'newPassword':
      return {
        ...said('newPassword'),
        go: { href: '/security-info/password', label: t('admin.enter.newPassword.go') },
        other: own,
      }
    default: {
      const ownProofs = proofs.filter(({ mode }) => !mode.startsWith('temporaryAccessPass'))
      if (isPassSession(proofs) && lastMfaAt(ownProofs) === null)
        return { ...said('pass'), go: register, other: verify }
      const text = t('admin.enter.text')
      return { title: t('admin.enter.title'), lead: t('admin.enter.lead'), text, go: verify, other: own }
    }
  }
}

function said(what: 'register' | 'terms' | 'newPassword' | 'pass'): Pick<Missing, 'title' | 'lead'> {
  return { title: t(`admin.enter.${what}.title`), lead: t(`admin.enter.${what}.text`) }
}

/** Only the admin area leads on from here. */
function adminPath(text: string | undefined): string {
  const path = safeReturnTo(text)
  return path !== null && leadsToAdminArea(path) && !path.startsWith('/admin/enter') ? path : '/admin'
}
