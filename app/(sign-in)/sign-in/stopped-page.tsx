import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Icon, type IconName } from '@/components/ui/icon'
import { SubmitButton } from '@/components/ui/submit-button'
import type { MethodKind } from '@/lib/authentication-methods/model'
import type { Target } from '@/lib/conditional-access/match'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { currentRequest } from '@/lib/platform/request-context'
import { type SignedInVisit, signedInVisit } from '@/lib/request/desk'
import { FormToken } from '@/lib/request/form-token'
import { type Advice, adviceFor, type Way } from '@/lib/security-info/ways-on'
import { adminArea, ownPages } from '@/lib/sign-in/areas'
import type { SessionStage } from '@/lib/sign-in/model'
import { continueAction } from './actions'
import { DemoNote } from './demo-note'
import { SignOutForm } from './sign-out-form'

type Wanted = 'securityInfo' | 'signIn' | 'adminArea'
/** Of the two about terms nothing can be tried out: the person said no. */
type ShownWay = Way | 'readAgain' | 'askAboutTerms'

const icons: Record<ShownWay, IconName> = {
  pass: 'ticket',
  network: 'location',
  stronger: 'passkey',
  platform: 'phone',
  country: 'location',
  device: 'shield',
  administrator: 'people',
  readAgain: 'list',
  askAboutTerms: 'question',
}

/**
 * Somebody is stopped: why, what they can do, and the reference under which the help desk finds it. No policy is named
 * here; a stranger with a password would learn from it. `fallback`: the ways that are told where none can be tried out,
 * and the only ones where nothing is `wanted`.
 */
export async function StoppedPage({
  title,
  lead,
  wanted,
  fallback,
}: {
  title: string
  lead: string
  wanted: Wanted | null
  fallback: readonly ShownWay[]
}) {
  const visit = await signedInVisit()
  const { ways, kinds } = (visit && wanted && adviceOf(visit, wanted)) ?? { ways: fallback, kinds: [] }
  const reference = visit?.session.correlationId ?? currentRequest().requestId
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-7">
        <PageHeading focusKey={title} lead={lead}>
          {title}
        </PageHeading>
        <section aria-labelledby="ways" className="grid gap-4">
          <h2 id="ways" className="font-semibold">
            {t('signIn.stopped.ways')}
          </h2>
          <ul className="grid gap-4">
            {ways.map((way) => (
              <li key={way} className="flex gap-4">
                <span className="grid size-11 shrink-0 place-items-center rounded-md bg-accent-soft text-accent">
                  <Icon name={icons[way]} className="size-6" />
                </span>
                <div className="grid gap-0.5">
                  <h3 className="font-medium">{t(`signIn.stopped.${way}.title`)}</h3>
                  <p className="text-text-muted">
                    {way === 'stronger' && kinds.length > 0
                      ? t('signIn.stopped.stronger.these', { methods: kindNames(kinds) })
                      : t(`signIn.stopped.${way}.text`)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
        <div className="grid gap-3">
          {ways.includes('pass') && (
            <ButtonLink href="/sign-in/pass" wide>
              {t('signIn.stopped.usePass')}
            </ButtonLink>
          )}
          <TryAgain stage={visit?.session.stage ?? null} home={wanted === 'adminArea' ? '/admin' : '/security-info'} />
          {wanted === 'adminArea' && <TextLink href="/security-info">{t('admin.enter.back')}</TextLink>}
        </div>
        <div className="grid gap-3 border-t border-border pt-5">
          <p className="text-sm text-text-muted">
            {t('signIn.stopped.reference')}:{' '}
            <code className="font-mono break-all text-text select-all">{reference}</code>
          </p>
          {visit && <SignOutForm label={t('signIn.stopped.signOut')} />}
        </div>
      </div>
    </NarrowShell>
  )
}

/** Who wanted to sign in may also have been stopped on the way to registering what the sign-in needs. */
function adviceOf(visit: SignedInVisit, wanted: Wanted): Advice | null {
  const { facts, session, origin, at } = visit
  const about = (target: 'securityInfo' | Target) => adviceFor({ facts, session, origin, at, wanted: target })
  if (wanted === 'adminArea') return about(adminArea)
  const toApplication = wanted === 'signIn' ? about(ownPages) : null
  return toApplication ?? about('securityInfo')
}

function kindNames(kinds: readonly MethodKind[]): string {
  const names = kinds.map((kind) => t(`securityInfo.method.${kind}`))
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names)
}

/** A sign-in that is not finished goes on by a post; whoever is signed in just opens the page again. */
function TryAgain({ stage, home }: { stage: SessionStage | null; home: string }) {
  const label = t('signIn.stopped.tryAgain')
  if (stage === 'firstFactor') {
    return (
      <ActionForm action={continueAction} errorHeading={t('ui.errorSummary.heading')}>
        <FormToken />
        <SubmitButton variant="secondary" wide pendingLabel={t('ui.pending')}>
          {label}
        </SubmitButton>
      </ActionForm>
    )
  }
  const href = stage === 'registration' ? '/security-info/register' : stage ? home : '/sign-in'
  return (
    <ButtonLink href={href} variant="secondary" wide>
      {label}
    </ButtonLink>
  )
}
