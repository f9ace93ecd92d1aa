import type { Metadata } from 'next'
import { PasswordForm } from '@/components/password/password-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { PageHeading } from '@/components/ui/page-heading'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { rulesOf } from '@/lib/password-change/candidate'
import { wayToChange } from '@/lib/password-change/way'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { pageVisit } from '@/lib/request/page'
import { BackToList, SecurityInfoShell } from '../shell'
import { changeOwnPassword } from './actions'

export const metadata: Metadata = { title: t('password.title') }

/** Changing one's own password: with the present one, or without it after a fresh proof. No policy can forbid it. */
export default async function PasswordPage({ searchParams }: { searchParams: Promise<{ readonly done?: string }> }) {
  const visit = await pageVisit({ stages: ['full'], path: '/security-info/password' })
  const { subject, session, facts, at } = visit
  const isDone = (await searchParams).done === 'yes'
  if (isDone)
    return (
      <SecurityInfoShell visit={visit}>
        <PageHeading above={<BackToList />}>{t('password.done.title')}</PageHeading>
        <Notice tone="success">{t('password.done')}</Notice>
      </SecurityInfoShell>
    )
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={t('password.lead')}>
        {t('password.title')}
      </PageHeading>
      {facts.hasPassword ? (
        <Card className="max-w-xl">
          <PasswordForm
            action={changeOwnPassword}
            subject={subject}
            rules={await rulesOf(db(), facts)}
            asksForCurrent={wayToChange(session.proofs, at, 'open') === 'current'}
          >
            <FormToken />
            <Actions>
              <SubmitButton pendingLabel={t('ui.pending')}>{t('password.submit')}</SubmitButton>
              <ButtonLink href="/security-info" variant="secondary">
                {t('ui.cancel')}
              </ButtonLink>
            </Actions>
          </PasswordForm>
        </Card>
      ) : (
        <Notice live={false} title={t('password.none.title')}>
          {t('failure.password.none')}
        </Notice>
      )}
    </SecurityInfoShell>
  )
}
