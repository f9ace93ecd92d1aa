import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { PasswordForm } from '@/components/password/password-form'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/ui/page-heading'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { rulesOf } from '@/lib/password-change/candidate'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { pageVisit } from '@/lib/request/page'
import { mustSetPassword } from '@/lib/sign-in/next-step'
import { SignOutForm } from '../sign-out-form'
import { setOwnPassword } from './actions'

export const metadata: Metadata = { title: t('password.temporary.title') }

/** Where a temporary password leads: to one's own, and nowhere else before. */
export default async function NewPasswordPage() {
  const { session, subject, facts } = await pageVisit({ stages: ['firstFactor'], path: '/security-info' })
  if (!mustSetPassword(session, facts)) redirect('/sign-in/continue')
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={t('password.temporary.lead')}>{t('password.temporary.title')}</PageHeading>
        <p className="text-sm text-text-muted">
          <bdi>{subject.userPrincipalName}</bdi>
        </p>
        <PasswordForm
          action={setOwnPassword}
          subject={subject}
          rules={await rulesOf(db(), facts)}
          asksForCurrent={false}
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
