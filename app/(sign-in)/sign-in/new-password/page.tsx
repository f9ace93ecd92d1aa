import { redirect } from 'next/navigation'
import { DirectoryAnswer } from '@/components/password/directory-answer'
import { PasswordForm } from '@/components/password/password-form'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { newestWriteOf } from '@/lib/directory/password-writes'
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

/**
 * Where a temporary password leads, one that a directory holds for over, and a policy that asks for a new one: to one's own,
 * and nowhere else before. Of a password that a directory keeps the present one is asked for: it goes along.
 */
export default async function NewPasswordPage({
  searchParams,
}: {
  searchParams: Promise<{ readonly asked?: string }>
}) {
  const visit = await pageVisit({ stages: sessionStages, path: '/security-info' })
  const { session, subject, facts, origin, at } = visit
  if (session.stage === 'full') redirect('/security-info/password')
  const isElsewhere = facts.passwordHome !== 'local'
  const written = isElsewhere ? await newestWriteOf(db(), session.id) : null
  if (written?.state === 'writing' || written?.state === 'unknown') return <FindingOut />
  const isDue = session.stage === 'firstFactor' && mustSetPassword(session, facts)
  if (!isDue && !asksForNewPassword(facts, session, origin, at))
    redirect(session.stage === 'firstFactor' ? '/sign-in/continue' : '/security-info/register')
  const texts = !isDue ? 'password.renew' : isElsewhere ? 'password.due' : 'password.temporary'
  const isAskedAgain = (await searchParams).asked === 'yes'
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={t(`${texts}.lead`)}>{t(`${texts}.title`)}</PageHeading>
        <p className="text-sm text-text-muted">
          <bdi>{subject.userPrincipalName}</bdi>
        </p>
        {isAskedAgain && (written?.state === 'refused' || written?.state === 'lost') && (
          <Notice tone="warning">{t(`password.directory.${written.state}`)}</Notice>
        )}
        <PasswordForm
          action={setOwnPassword}
          subject={subject}
          rules={await rulesOf(db(), facts)}
          asksForCurrent={isElsewhere || (!isDue && wayToChange(session.proofs, at, 'open') === 'current')}
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

function FindingOut() {
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={t('password.directory.findingOut.lead')}>{t('password.directory.findingOut')}</PageHeading>
        <DirectoryAnswer href="/sign-in/new-password?asked=yes" />
        <SignOutForm label={t('signIn.verify.otherAccount')} />
      </div>
    </NarrowShell>
  )
}
