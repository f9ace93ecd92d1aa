import type { ReactNode } from 'react'
import { Button, ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { t } from '@/lib/i18n'
import { type PersonVisit, personPath } from './person'
import { perUserMfaQuestion, reregisterQuestion, revokeQuestion } from './questions'

/** What can be done for the person, most wanted first; what the actor may not do stays visible and says why. */
export function PersonActions({ person }: { person: PersonVisit }) {
  const { facts, refusal, isOwn, home } = person
  const path = personPath(facts.subject.id)
  if (isOwn) {
    return (
      <Card id="actions" title={t('admin.user.actions')}>
        <div className="grid gap-4">
          <p>{t('admin.user.actions.own')}</p>
          <ButtonLink href="/security-info" variant="secondary" wide>
            {t('admin.user.actions.own.go')}
          </ButtonLink>
        </div>
      </Card>
    )
  }
  const hasPass = facts.methods.some(({ kind }) => kind === 'temporaryAccessPass')
  const reregister = reregisterQuestion(facts)
  const revoke = revokeQuestion(facts)
  const mfa = perUserMfaQuestion(facts)
  return (
    <Card id="actions" title={t('admin.user.actions')}>
      <ul className="grid divide-y divide-border *:py-5 *:first:pt-0 *:last:pb-0">
        <Action
          id="pass"
          title={t('admin.user.pass.title')}
          text={t('admin.user.pass.text')}
          more={hasPass && person.methods !== null ? t('admin.user.pass.replace') : undefined}
          label={t('admin.user.pass.action')}
          refusal={refusal('temporaryAccessPass.create')}
        >
          <ButtonLink href={`${path}/pass`} wide>
            {t('admin.user.pass.action')}
          </ButtonLink>
        </Action>
        <Action
          id="password"
          title={t('password.issue.title')}
          text={home?.isWritable ? t('password.issue.directory.text', { name: home.name }) : t('password.issue.text')}
          label={t('password.issue.action')}
          refusal={
            refusal('users.resetPassword') ??
            (home && !home.isWritable ? t('password.issue.directory.readOnly', { name: home.name }) : null)
          }
        >
          <ButtonLink href={`${path}/password`} variant="secondary" wide>
            {t('password.issue.action')}
          </ButtonLink>
        </Action>
        <Action
          id="phone"
          title={t('admin.user.phone.title')}
          text={t('admin.user.phone.text')}
          label={t('admin.user.phone.submit')}
          refusal={refusal('methods.update')}
        >
          <ButtonLink href={`${path}/phone`} variant="secondary" wide>
            {t('admin.user.phone.submit')}
          </ButtonLink>
        </Action>
        <Action
          id="reregister"
          title={t('admin.user.reregister.title')}
          text={t('admin.user.reregister.text')}
          label={t('admin.user.reregister.action')}
          refusal={refusal('users.requireReregistration')}
        >
          <ConfirmDialog
            href={`${path}/reregister`}
            trigger={t('admin.user.reregister.action')}
            triggerStyle={{ variant: 'secondary', wide: true }}
            title={reregister.title}
            cancelLabel={t('admin.user.keep')}
          >
            {reregister.form}
          </ConfirmDialog>
        </Action>
        <Action
          id="revoke"
          title={t('admin.user.sessions.title')}
          text={t('admin.user.sessions.text')}
          label={t('admin.user.sessions.action')}
          refusal={refusal('sessions.revoke')}
        >
          <ConfirmDialog
            href={`${path}/revoke`}
            trigger={t('admin.user.sessions.action')}
            triggerStyle={{ variant: 'secondary', wide: true }}
            title={revoke.title}
            cancelLabel={t('admin.user.keep')}
          >
            {revoke.form}
          </ConfirmDialog>
        </Action>
        <Action
          id="per-user-mfa"
          title={t('registrationPolicies.perUser.title')}
          text={t('registrationPolicies.perUser.text')}
          label={mfa.action}
          refusal={refusal('perUserMfa.update')}
        >
          <ConfirmDialog
            href={`${path}/mfa`}
            trigger={mfa.action}
            triggerStyle={{ variant: 'secondary', wide: true }}
            title={mfa.title}
            cancelLabel={t('admin.user.keep')}
          >
            {mfa.form}
          </ConfirmDialog>
        </Action>
      </ul>
    </Card>
  )
}

function Action({
  id,
  title,
  text,
  more,
  label,
  refusal,
  children,
}: {
  id: string
  title: string
  text: string
  more?: string
  label: string
  /** Why not, as a sentence; null: it may be done. */
  refusal: string | null
  /** The way to do it. */
  children: ReactNode
}) {
  return (
    <li className="grid gap-3">
      <div className="grid gap-1">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-sm text-text-muted">{text}</p>
        {more && <p className="text-sm text-text-muted">{more}</p>}
      </div>
      {refusal === null ? (
        children
      ) : (
        <>
          {/* Reachable by keyboard, so that the reason is read with it. */}
          <Button
            variant="secondary"
            wide
            aria-disabled="true"
            aria-describedby={`${id}-reason`}
            className="cursor-not-allowed"
          >
            {label}
          </Button>
          <p id={`${id}-reason`} className="text-sm">
            {t('admin.user.actions.reason', { reason: refusal })}
          </p>
        </>
      )}
    </li>
  )
}
