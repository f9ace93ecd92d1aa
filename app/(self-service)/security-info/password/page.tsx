import { redirect } from 'next/navigation'
import { DirectoryAnswer } from '@/components/password/directory-answer'
import { PasswordForm } from '@/components/password/password-form'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { passwordHomeOf } from '@/lib/directory/password-home'
import { newestWriteOf } from '@/lib/directory/password-writes'
import { t } from '@/lib/i18n'
import { rulesOf } from '@/lib/password-change/candidate'
import { isFactorFresh, wayToChange } from '@/lib/password-change/way'
import { db } from '@/lib/platform/db'
import type { SignedInVisit } from '@/lib/request/desk'
import { FormToken } from '@/lib/request/form-token'
import { pageVisit } from '@/lib/request/page'
import { mfaModes } from '@/lib/sign-in/usable'
import { BackToList, SecurityInfoShell } from '../shell'
import { changeOwnPassword } from './actions'

const path = '/security-info/password'

/**
 * Changing one's own password: with the present one, or without it after a fresh proof; one that lives in a directory with
 * both. No policy can forbid it.
 */
export default async function PasswordPage({
  searchParams,
}: {
  searchParams: Promise<{ readonly done?: string; readonly asked?: string }>
}) {
  const visit = await pageVisit({ stages: ['full'], path })
  const { facts, session, at } = visit
  const { done, asked } = await searchParams
  const written = facts.passwordHome === 'local' ? null : await newestWriteOf(db(), session.id)
  const isOpen = written?.state === 'writing' || written?.state === 'unknown'
  if (isOpen) return <FindingOut visit={visit} />
  if (done === 'yes' || (asked === 'yes' && written?.state === 'done')) return <Done visit={visit} />
  if (!facts.hasPassword || facts.passwordHome === 'readOnlyDirectory') return <NotHere visit={visit} />
  const isElsewhere = facts.passwordHome === 'directory'
  if (isElsewhere && !isFactorFresh(session.proofs, mfaModes(facts).length > 0, at, 'open'))
    redirect(`/sign-in/verify?returnTo=${encodeURIComponent(path)}`)
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading
        above={<BackToList />}
        lead={isElsewhere ? t('password.directory.lead', { name: await directoryName(visit) }) : t('password.lead')}
      >
        {t('password.title')}
      </PageHeading>
      {asked === 'yes' && (written?.state === 'refused' || written?.state === 'lost') && (
        <Notice tone="warning">{t(`password.directory.${written.state}`)}</Notice>
      )}
      <Card className="max-w-xl">
        <PasswordForm
          action={changeOwnPassword}
          subject={visit.subject}
          rules={await rulesOf(db(), facts)}
          asksForCurrent={isElsewhere || wayToChange(session.proofs, at, 'open') === 'current'}
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
    </SecurityInfoShell>
  )
}

function Done({ visit }: { visit: SignedInVisit }) {
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />}>{t('password.done.title')}</PageHeading>
      <Notice tone="success">{t('password.done')}</Notice>
    </SecurityInfoShell>
  )
}

function FindingOut({ visit }: { visit: SignedInVisit }) {
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={t('password.directory.findingOut.lead')}>
        {t('password.directory.findingOut')}
      </PageHeading>
      <DirectoryAnswer href={`${path}?asked=yes`} />
    </SecurityInfoShell>
  )
}

async function NotHere({ visit }: { visit: SignedInVisit }) {
  const { facts } = visit
  const isElsewhere = facts.passwordHome !== 'local'
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />}>{t('password.title')}</PageHeading>
      <Notice
        live={false}
        title={
          isElsewhere ? t('password.directory.title', { name: await directoryName(visit) }) : t('password.none.title')
        }
      >
        {isElsewhere ? t('failure.password.in_directory') : t('failure.password.none')}
      </Notice>
    </SecurityInfoShell>
  )
}

async function directoryName({ subject }: SignedInVisit): Promise<string> {
  const home = await passwordHomeOf(db(), subject.id)
  return home.kind === 'directory' ? home.connectorName : ''
}
