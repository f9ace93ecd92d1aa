import { NarrowShell } from '@/components/shell/narrow-shell'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Icon, type IconName } from '@/components/ui/icon'
import { PageHeading } from '@/components/ui/page-heading'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { currentRequest } from '@/lib/platform/request-context'
import { signedInVisit } from '@/lib/request/desk'
import { FormToken } from '@/lib/request/form-token'
import type { SessionStage } from '@/lib/sign-in/model'
import { continueAction } from './actions'
import { DemoNote } from './demo-note'
import { SignOutForm } from './sign-out-form'

export type Way = 'pass' | 'network' | 'stronger' | 'administrator' | 'readAgain' | 'askAboutTerms'

const icons: Record<Way, IconName> = {
  pass: 'ticket',
  network: 'location',
  stronger: 'passkey',
  administrator: 'people',
  readAgain: 'list',
  askAboutTerms: 'question',
}

/**
 * Somebody is stopped: why, what they can do, and the reference under which the help desk finds it. No policy is named
 * here; a stranger with a password would learn from it.
 */
export async function StoppedPage({ title, lead, ways }: { title: string; lead: string; ways: readonly Way[] }) {
  const visit = await signedInVisit()
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
                  <p className="text-text-muted">{t(`signIn.stopped.${way}.text`)}</p>
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
          <TryAgain stage={visit?.session.stage ?? null} />
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

/** A sign-in that is not finished goes on by a post; whoever is signed in just opens the page again. */
function TryAgain({ stage }: { stage: SessionStage | null }) {
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
  const href = stage === 'registration' ? '/security-info/register' : stage ? '/security-info' : '/sign-in'
  return (
    <ButtonLink href={href} variant="secondary" wide>
      {label}
    </ButtonLink>
  )
}
