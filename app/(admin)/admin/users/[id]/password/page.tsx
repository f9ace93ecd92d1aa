import { notFound, redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { passwordHomeOf } from '@/lib/directory/password-home'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { lastOwnMfaAt } from '@/lib/sign-in/model'
import { personPath, personVisit } from '../person'
import { issuePassword } from './actions'
import { PasswordOrQuestion } from './issued-password'

/** Issues a temporary password and shows it once. */
export default async function IssuePasswordPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `${personPath(id)}/password`
  const { facts, refusal, visit } = await personVisit(id, path)
  if (refusal('users.resetPassword') !== null || facts.passwordHome === 'readOnlyDirectory') notFound()
  if (isStale(lastOwnMfaAt(visit.session.proofs), visit.at))
    redirect(`/sign-in/verify?returnTo=${encodeURIComponent(path)}`)
  const { subject } = facts
  const back = personPath(subject.id)
  const home = await passwordHomeOf(db(), subject.id)
  const directory = home.kind === 'directory' ? home.connectorName : null
  return (
    <div className="grid max-w-xl gap-8">
      <PageHeading above={<TextLink href={back}>{subject.displayName}</TextLink>} lead={t('password.issue.lead')}>
        {t('password.issue.heading', { name: subject.displayName })}
      </PageHeading>
      <Card>
        <ActionForm action={issuePassword} errorHeading={t('ui.errorSummary.heading')}>
          <PasswordOrQuestion
            texts={textsFor(subject.userPrincipalName, directory ?? '')}
            done={
              <ButtonLink href={back} variant="secondary" wide>
                {t('password.issue.done')}
              </ButtonLink>
            }
          >
            <FormToken />
            <input type="hidden" name="targetId" value={subject.id} />
            <input type="hidden" name="returnTo" value={path} />
            <p>
              {directory === null ? t('password.issue.what') : t('password.issue.directory.what', { name: directory })}
            </p>
            <p className="text-text-muted">{t('password.issue.rather')}</p>
            <Actions>
              <SubmitButton variant="danger" pendingLabel={t('ui.pending')}>
                {t('password.issue.submit')}
              </SubmitButton>
              <ButtonLink href={back} variant="secondary">
                {t('password.issue.cancel')}
              </ButtonLink>
            </Actions>
          </PasswordOrQuestion>
        </ActionForm>
      </Card>
    </div>
  )
}

/** A minute more lenient than the command, so that the page which answers a form that was just in time is drawn. */
function isStale(mfaAt: number | null, at: Date): boolean {
  const seconds = limits.freshness.destructiveAdministrationSeconds + 60
  return mfaAt === null || at.getTime() - mfaAt > seconds * 1000
}

function textsFor(userName: string, name: string) {
  return {
    shown: t('password.issue.shown'),
    spell: t('password.issue.spell'),
    spellHint: t('password.issue.spell.hint'),
    copy: t('password.issue.copy'),
    copied: t('ui.copied'),
    copyFailed: t('ui.copyFailed'),
    until: t('password.issue.until'),
    untilReplaced: t('password.issue.directory.until'),
    ordinary: t('password.issue.directory.ordinary', { name }),
    where: t('password.issue.where'),
    whereText: t('password.issue.where.text', { origin: `${env().PUBLIC_ORIGIN}/sign-in`, userName }),
  }
}
