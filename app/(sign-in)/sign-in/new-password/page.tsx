import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { PasswordForm } from '@/components/password/password-form'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/ui/page-heading'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { rulesOf } from '@/lib/password-change/candidate'
import { asksForNewPassword } from '@/lib/password-change/renew'
import { wayToChange } from '@/lib/password-change/way'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { pageVisit } from '@/lib/request/page'
import { sessionStages } from '@/lib/sign-in/model'
import { mustSetPassword } from '@/lib/sign-in/next-step'
import { SignOutForm } from '../sign-out-form'
import { setOwnPassword } from './actions'

export const metadata: Metadata = { title: t('password.temporary.title') }

/** Where a temporary password leads, and a policy that asks for a new one: to one's own, and nowhere else before. */
export default async function NewPasswordPage() {
  const visit = await pageVisit({ stages: sessionStages, path: '/security-info' })
  const { session, subject, facts, origin, at } = visit
  if (session.stage === 'full') redirect('/security-info/password')
  const isTemporary = session.stage === 'firstFactor' && mustSetPassword(session, facts)
  if (!isTemporary && !asksForNewPassword(facts, session, origin, at))
    redirect(session.stage === 'firstFactor' ? '/sign-in/continue' : '/security-info/register')
  const texts = isTemporary ? 'password.temporary' : 'password.renew'
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={t(`${texts}.lead`)}>{t(`${texts}.title`)}</PageHeading>
        <p className="text-sm text-text-muted">
          <bdi>{subject.userPrincipalName}</bdi>
        </p>
        <PasswordForm
          action={setOwnPassword}
          subject={subject}
          rules={await rulesOf(db(), facts)}
          asksForCurrent={!isTemporary && wayToChange(session.proofs, at, 'open') === 'current'}
        >
          <FormToken />
          <SubmitButton wide pendingLabel={t('ui.pending')}>
            {t('password.temporary.submit')}
          </SubmitButton>
        </PasswordForm>
        <SignOutForm label={t('signIn.verify.otherAccount')} />
      </div>
    </NarrowShell>
  )
}
