import { redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { formatDate, t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { pageVisit } from '@/lib/request/page'
import type { OwnSessionView } from '@/lib/security-info/model'
import { ownSessions } from '@/lib/security-info/own-sessions'
import { signOutOne } from '../actions'
import { DoneNotice } from '../done-notice'
import { BackToList, SecurityInfoShell } from '../shell'
import { SignOutElsewhere } from '../sign-out-elsewhere'

const path = '/security-info/sessions'

/** Where somebody is signed in. No policy keeps a person from here: shutting a stranger out must work from anywhere. */
export default async function SessionsPage({ searchParams }: { searchParams: Promise<{ done?: string }> }) {
  const visit = await pageVisit({ stages: ['full'], path })
  const found = await ownSessions(visit)
  if (!found.ok) redirect(`/sign-in/verify?returnTo=${encodeURIComponent(path)}`)
  const sessions = found.value
  const { done } = await searchParams
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading
        above={
          <>
            <BackToList />
            <DoneNotice done={done} />
          </>
        }
        lead={t('securityInfo.sessions.lead')}
      >
        {t('securityInfo.sessions.title')}
      </PageHeading>
      <Card
        id="devices"
        title={t('securityInfo.sessions.list')}
        padding="none"
        actions={sessions.length > 1 && <SignOutElsewhere />}
      >
        <ul className="divide-y divide-border">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
        {sessions.length === 1 && (
          <p className="border-t border-border px-5 py-4 text-sm text-text-muted sm:px-6">
            {t('securityInfo.sessions.onlyThis')}
          </p>
        )}
      </Card>
    </SecurityInfoShell>
  )
}

function SessionRow({ session }: { session: OwnSessionView }) {
  const device = session.device ?? t('securityInfo.sessions.unknownDevice')
  const facts = [
    session.clientAddress
      ? t('securityInfo.sessions.address', { address: session.clientAddress })
      : t('securityInfo.sessions.addressUnknown'),
    t('securityInfo.sessions.since', { at: formatDate(new Date(session.createdAt)) }),
    t('securityInfo.sessions.seen', { at: formatDate(new Date(session.lastSeenAt)) }),
  ]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-5 py-4 sm:px-6">
      <div className="grid min-w-0 flex-1 basis-56 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
          {device} {session.isCurrent && <Tag tone="info">{t('securityInfo.sessions.current')}</Tag>}
        </p>
        <ul className="flex flex-wrap gap-x-4 text-sm text-text-muted">
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      </div>
      {!session.isCurrent && (
        <ActionForm
          action={signOutOne}
          errorHeading={t('ui.errorSummary.heading')}
          idPrefix={`${session.id}-`}
          className="grid gap-3"
        >
          <FormToken />
          <input type="hidden" name="sessionId" value={session.id} />
          <SubmitButton
            variant="secondary"
            size="small"
            pendingLabel={t('securityInfo.sessions.endPending')}
            aria-label={t('securityInfo.list.which', { action: t('securityInfo.sessions.end'), method: device })}
          >
            {t('securityInfo.sessions.end')}
          </SubmitButton>
        </ActionForm>
      )}
    </li>
  )
}
