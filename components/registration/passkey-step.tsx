import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { ActionForm } from '../ui/action-form'
import { ButtonLink } from '../ui/button'
import type { FormAction } from '../ui/form-answer'
import { Icon } from '../ui/icon'
import { Notice } from '../ui/notice'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'
import { type PasskeyActions, PasskeyCreator } from './passkey-creator'

/**
 * Making a passkey: one sentence, one button. Where there are no scripts, or the browser knows no passkeys, it says so and
 * leads to another method; `otherHref` is null where there is none.
 */
export function PasskeyStep({
  start,
  finish,
  formToken,
  otherHref,
  otherwise,
}: PasskeyActions & {
  formToken: string
  otherHref: string | null
  /** What else can be done here where no passkey can be made and there is no other method. */
  otherwise?: ReactNode
}) {
  const otherWay = (text: string): ReactNode => (
    <Notice
      tone="warning"
      live={false}
      actions={
        otherHref ? (
          <ButtonLink href={otherHref} size="small">
            {t('registration.otherMethod.choose')}
          </ButtonLink>
        ) : (
          otherwise
        )
      }
    >
      {text}
    </Notice>
  )
  return (
    <div className="grid gap-6">
      <ul className="grid gap-3">
        {(['quick', 'safe', 'private'] as const).map((reason) => (
          <li key={reason} className="flex gap-3">
            <Icon name="check" className="mt-0.5 size-5 text-accent" />
            {t(`registration.passkey.reason.${reason}`)}
          </li>
        ))}
      </ul>
      <div className="noscript:hidden">
        <PasskeyCreator
          start={start}
          finish={finish}
          formToken={formToken}
          unsupported={otherWay(t('registration.passkey.unsupported'))}
          texts={{
            create: t('registration.passkey.create'),
            waiting: t('registration.passkey.waiting'),
            cancelled: t('failure.passkey.cancelled'),
            alreadyRegistered: t('failure.passkey.already_registered'),
            connectionLost: t('failure.service.unknown_outcome'),
            thisDevice: t('registration.passkey.name.thisDevice'),
            securityKey: t('registration.passkey.name.securityKey'),
            where: t('registration.passkey.where'),
            places: {
              'client-device': t('registration.passkey.where.thisDevice'),
              hybrid: t('registration.passkey.where.phone'),
              'security-key': t('registration.passkey.where.securityKey'),
            },
          }}
        />
      </div>
      <div className="hidden noscript:block">{otherWay(t('registration.passkey.noScript'))}</div>
    </div>
  )
}

/** After a passkey was made: it may get a name. Sends `methodId` and `name`. */
export function PasskeyNameForm({
  action,
  token,
  methodId,
  name,
  submitLabel = t('ui.next'),
}: {
  action: FormAction
  token: ReactNode
  methodId: string
  /** The name it has now. */
  name: string
  submitLabel?: string
}) {
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
      {token}
      <input type="hidden" name="methodId" value={methodId} />
      <TextField
        name="name"
        label={t('registration.passkey.name.label')}
        hint={t('registration.passkey.name.hint')}
        defaultValue={name}
        autoComplete="off"
        maxLength={64}
      />
      <SubmitButton wide pendingLabel={t('ui.pending')}>
        {submitLabel}
      </SubmitButton>
    </ActionForm>
  )
}
