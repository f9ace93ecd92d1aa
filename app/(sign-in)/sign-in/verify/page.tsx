import { redirect } from 'next/navigation'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import type { SignedInVisit } from '@/lib/request/desk'
import { FormToken } from '@/lib/request/form-token'
import { blockedPath } from '@/lib/request/go-on'
import { pageVisit } from '@/lib/request/page'
import { safeReturnTo } from '@/lib/request/return-to'
import { askGate } from '@/lib/security-info/gate'
import { askAdminEntry } from '@/lib/sign-in/admin-entry'
import { leadsToAdminArea, ownPages } from '@/lib/sign-in/areas'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { isTextSession, sessionStages } from '@/lib/sign-in/model'
import { nextStep } from '@/lib/sign-in/next-step'
import { type OfferedMethod, offeredMethods } from '@/lib/sign-in/second-factor'
import { hasUsablePass } from '@/lib/sign-in/usable'
import { DemoNote } from '../demo-note'
import { SignOutForm } from '../sign-out-form'
import { MethodForm } from './method-form'

/** Confirm it's you: the second factor of a sign-in, and the fresh one that a page asks for later. */
export default async function VerifyPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const query = await searchParams
  const returnTo = (typeof query.returnTo === 'string' && safeReturnTo(query.returnTo)) || ''
  const visit = await pageVisit({ stages: sessionStages, path: returnTo || '/security-info' })
  const { facts } = visit
  const ways = waysOf(visit, facts, returnTo)
  // A password opens a session and is asked for nowhere else: where only it would help, a new sign-in is the way on.
  const withoutPassword = ways?.filter((way) => !way.includes('password')) ?? null
  const isPasswordAlone = ways !== null && ways.length > 0 && withoutPassword?.length === 0
  // Who came with a text message is told that below, in words of their own.
  if (isPasswordAlone && !isTextSession(visit.session.proofs)) return <SignInAgain />
  const offered = byKind(offeredMethods(facts, withoutPassword, visit.at))
  const wanted = typeof query.method === 'string' ? query.method : null
  const chosen =
    offered.find((method) => wanted === method.id || wanted === wayOf(method)) ??
    offered.find(({ waitSeconds }) => waitSeconds === 0) ??
    offered[0]
  const others = offered.filter((method) => chosen === undefined || wayOf(method) !== wayOf(chosen))
  const isSigningIn = visit.session.stage === 'firstFactor'
  const back = returnTo ? `&returnTo=${encodeURIComponent(returnTo)}` : ''
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-7">
        {chosen ? (
          <>
            <PageHeading
              focusKey={`verify ${wayOf(chosen)}`}
              lead={t(isSigningIn ? 'signIn.verify.lead' : 'signIn.verify.leadFresh')}
            >
              {t('signIn.verify.title')}
            </PageHeading>
            <p className="-mt-4 text-sm text-text-muted">
              <bdi>{visit.subject.userPrincipalName}</bdi>
            </p>
            {isSigningIn && hasUsablePass(facts, visit.at) && (
              <Notice
                live={false}
                title={t('signIn.verify.pass.title')}
                actions={
                  <ButtonLink href="/sign-in/pass" size="small">
                    {t('signIn.verify.pass.use')}
                  </ButtonLink>
                }
              >
                {t('signIn.verify.pass.text')}
              </Notice>
            )}
            <MethodForm method={chosen} visit={visit} returnTo={returnTo} hasOthers={others.length > 0} />
          </>
        ) : isTextSession(visit.session.proofs) ? (
          <PageHeading focusKey="verify text" lead={t('signIn.verify.text.text')}>
            {t('signIn.verify.text.title')}
          </PageHeading>
        ) : (
          <>
            <PageHeading focusKey="verify none" lead={t('signIn.verify.none.text')}>
              {t('signIn.verify.none.title')}
            </PageHeading>
            <ButtonLink href="/security-info" wide>
              {t('signIn.verify.none.add')}
            </ButtonLink>
          </>
        )}
        {(others.length > 0 || isSigningIn) && (
          <nav aria-labelledby="other-ways" className="grid gap-2 border-t border-border pt-5">
            <h2 id="other-ways" className="font-medium">
              {t('signIn.verify.other')}
            </h2>
            <ul className="grid gap-2">
              {others.map(wayOf).map((way) => (
                <li key={way}>
                  <TextLink href={`/sign-in/verify?method=${way}${back}`}>{t(otherWay(way))}</TextLink>
                </li>
              ))}
              {isSigningIn && (
                <li>
                  <TextLink href="/sign-in/pass">{t('signIn.verify.otherPass')}</TextLink>
                </li>
              )}
            </ul>
          </nav>
        )}
        <SignOutForm label={t(isSigningIn ? 'signIn.verify.otherAccount' : 'signIn.verify.signOut')} />
      </div>
    </NarrowShell>
  )
}

/** The policies want everything proven anew, and more than a second factor here could do. */
function SignInAgain() {
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-7">
        <PageHeading focusKey="verify again" lead={t('signIn.verify.again.text')}>
          {t('signIn.verify.again.title')}
        </PageHeading>
        <form action="/sign-out" method="post">
          <FormToken />
          <SubmitButton wide>{t('signIn.verify.again.submit')}</SubmitButton>
        </form>
      </div>
    </NarrowShell>
  )
}

/** What would meet the policies now; null where any second factor will do. */
function waysOf(visit: SignedInVisit, facts: PersonFacts, returnTo: string) {
  const { session, at, origin } = visit
  const entry = session.stage === 'full' && leadsToAdminArea(returnTo) ? askAdminEntry(visit) : null
  if (entry) return entry.next.step === 'verify' ? entry.next.ways : null
  const gate = askGate({ facts, session, origin, at, moment: 'start', kind: 'passkey' }).decision
  const gateWays = gate.outcome.kind === 'challenge' ? (gate.required?.ways ?? null) : null
  if (session.stage !== 'firstFactor') return gateWays
  const { next } = nextStep({ facts, session, target: ownPages, origin, at })
  if (next.step === 'verify') return next.ways
  if (next.step === 'blocked') redirect(blockedPath(next.reason))
  // Nothing more to prove: a second tab has gone on, or the policies have changed.
  if (gate.outcome.kind !== 'challenge') redirect('/sign-in/continue')
  return gateWays
}

/** What an offer is called in an address: its kind, and of a mobile phone whether it is called. */
function wayOf({ kind, mode }: OfferedMethod): Way {
  return kind === 'mobilePhone' && mode === 'voice' ? 'mobilePhoneCall' : kind
}
type Way = OfferedMethod['kind'] | 'mobilePhoneCall'

/** One entry for each way: a code is tried against every app, and the browser knows which passkeys are here. */
function byKind(offered: readonly OfferedMethod[]): OfferedMethod[] {
  const kinds = new Map<string, OfferedMethod>()
  for (const method of offered) {
    const known = kinds.get(wayOf(method))
    if (!known || method.waitSeconds < known.waitSeconds) kinds.set(wayOf(method), method)
  }
  return [...kinds.values()]
}

function otherWay(way: Way) {
  switch (way) {
    case 'passkey':
      return 'signIn.verify.otherPasskey'
    case 'hardwareOath':
      return 'signIn.verify.otherToken'
    case 'mobilePhone':
      return 'signIn.verify.otherPhone'
    case 'recoveryCodes':
      return 'signIn.verify.otherRecoveryCode'
    case 'mobilePhoneCall':
      return 'signIn.verify.otherMobilePhoneCall'
    case 'alternateMobilePhone':
      return 'signIn.verify.otherAlternateMobilePhone'
    case 'officePhone':
      return 'signIn.verify.otherOfficePhone'
    default:
      return 'signIn.verify.otherApp'
  }
}
