import { redirect } from 'next/navigation'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { blockedPath } from '@/lib/request/go-on'
import { pageVisit } from '@/lib/request/page'
import { ownPages } from '@/lib/sign-in/areas'
import { mustSetPassword, nextStep } from '@/lib/sign-in/next-step'
import { continueAction } from '../actions'
import { SignOutForm } from '../sign-out-form'

/** For a sign-in left between two steps: the next one, or a button where it needs a post. */
export default async function ContinuePage() {
  const visit = await pageVisit({ stages: ['firstFactor'], path: '/security-info' })
  const { session, facts, origin, at, subject } = visit
  const { next } = nextStep({ facts, session, target: ownPages, origin, at })
  if (next.step === 'verify') redirect('/sign-in/verify')
  if (next.step === 'blocked') redirect(blockedPath(next.reason))
  if (mustSetPassword(session, facts) || next.step === 'newPassword') redirect('/sign-in/new-password')
  if (next.step === 'terms') redirect(`/sign-in/terms/${next.terms[0]}`)
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={t('signIn.continue.lead')}>{t('signIn.continue.title')}</PageHeading>
        <p className="text-sm text-text-muted">
          <bdi>{subject.userPrincipalName}</bdi>
        </p>
        <ActionForm action={continueAction} errorHeading={t('ui.errorSummary.heading')}>
          <FormToken />
          <SubmitButton wide pendingLabel={t('ui.pending')}>
            {t('signIn.continue.submit')}
          </SubmitButton>
        </ActionForm>
        <SignOutForm label={t('signIn.verify.otherAccount')} />
      </div>
    </NarrowShell>
  )
}
