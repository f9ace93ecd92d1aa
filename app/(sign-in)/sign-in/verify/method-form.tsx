import type { ReactNode } from 'react'
import { ResendCode } from '@/components/registration/contact-form'
import { DeliveryWatch } from '@/components/registration/delivery-watch'
import { MethodIcon } from '@/components/security-info/method-icon'
import { ActionForm } from '@/components/ui/action-form'
import { CodeField } from '@/components/ui/code-field'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { duration, t } from '@/lib/i18n'
import type { DeliveryState } from '@/lib/notifications/model'
import type { SignedInVisit } from '@/lib/request/desk'
import { FormToken, formToken } from '@/lib/request/form-token'
import type { OfferedMethod } from '@/lib/sign-in/second-factor'
import { pendingSms } from '@/lib/sign-in/sent-code'
import { PasskeyButton } from '../passkey-button'
import {
  finishPasskey,
  sendCodeToPhone,
  startPasskey,
  verifyByApp,
  verifyByRecoveryCode,
  verifyBySentCode,
  verifyByToken,
} from './actions'
import { CallForm } from './call-form'

/** How one method is performed. */
export async function MethodForm({
  method,
  visit,
  returnTo,
  hasOthers,
}: {
  method: OfferedMethod
  visit: SignedInVisit
  returnTo: string
  hasOthers: boolean
}) {
  const token = (
    <>
      <FormToken />
      <input type="hidden" name="returnTo" value={returnTo} />
    </>
  )
  if (method.waitSeconds > 0) {
    return (
      <Notice tone="warning" live={false}>
        {t('signIn.verify.wait', { wait: duration(method.waitSeconds) })}
      </Notice>
    )
  }
  if (method.mode === 'voice') {
    return (
      <Way
        method={method}
        title={t('signIn.verify.call.title')}
        text={
          <>
            {t('signIn.verify.call.text')} <bdi className="font-medium text-text">{method.detail}</bdi>
          </>
        }
      >
        <CallForm method={method} visit={visit} token={token} />
      </Way>
    )
  }
  switch (method.kind) {
    case 'passkey':
      return (
        <Way method={method} title={t('signIn.verify.passkey.title')} text={t('signIn.verify.passkey.text')}>
          <div className="noscript:hidden">
            <PasskeyButton
              start={startPasskey}
              finish={finishPasskey}
              formToken={formToken()}
              more={{ returnTo }}
              texts={{
                ask: t('signIn.verify.passkey.submit'),
                waiting: t('signIn.passkey.waiting'),
                cancelled: t('signIn.passkey.cancelled'),
                connectionLost: t('failure.service.unknown_outcome'),
              }}
            />
          </div>
          <div className="hidden noscript:block">
            <Notice tone="warning" live={false}>
              {t('signIn.verify.passkey.noScript')} {hasOthers && t('signIn.verify.passkey.noScriptOther')}
            </Notice>
          </div>
        </Way>
      )
    case 'mobilePhone': {
      const pending = await pendingSms(visit.session)
      const number = <bdi className="font-medium text-text">{method.detail}</bdi>
      return pending ? (
        <Way
          method={method}
          title={t('signIn.verify.phone.title')}
          text={
            <>
              {t('signIn.verify.phone.sentTo')} {number}
            </>
          }
        >
          <SmsDelivery delivery={pending.delivery} hasOthers={hasOthers} />
          <CodeForm
            action={verifyBySentCode}
            token={token}
            label={t('signIn.verify.phone.label')}
            hint={t('signIn.verify.phone.hint')}
          />
          <ResendCode seconds={pending.resendInSeconds} action={sendCodeToPhone} token={token} />
        </Way>
      ) : (
        <Way
          method={method}
          title={t('signIn.verify.phone.title')}
          text={
            <>
              {t('signIn.verify.phone.text')} {number}
            </>
          }
        >
          <ActionForm action={sendCodeToPhone} errorHeading={t('ui.errorSummary.heading')}>
            {token}
            <SubmitButton wide pendingLabel={t('registration.contact.sending')}>
              {t('signIn.verify.phone.send')}
            </SubmitButton>
          </ActionForm>
        </Way>
      )
    }
    case 'hardwareOath':
      return (
        <Way method={method} title={t('signIn.verify.token.title')} text={method.name}>
          <CodeForm
            action={verifyByToken}
            token={token}
            label={t('signIn.verify.token.label')}
            hint={t('signIn.verify.token.hint')}
          />
        </Way>
      )
    case 'recoveryCodes':
      return (
        <Way method={method} title={t('signIn.verify.recoveryCode.title')} text={t('signIn.verify.recoveryCode.text')}>
          <ActionForm action={verifyByRecoveryCode} errorHeading={t('ui.errorSummary.heading')}>
            {token}
            <TextField
              name="code"
              label={t('signIn.verify.recoveryCode.label')}
              hint={t('signIn.verify.recoveryCode.hint')}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={64}
              className="font-mono"
              required
            />
            <SubmitButton wide pendingLabel={t('registration.code.checking')}>
              {t('signIn.verify.submit')}
            </SubmitButton>
          </ActionForm>
        </Way>
      )
    default:
      return (
        <Way method={method} title={t('signIn.verify.app.title')} text={method.name}>
          <CodeForm
            action={verifyByApp}
            token={token}
            label={t('signIn.verify.app.label')}
            hint={t('signIn.verify.app.hint')}
          />
        </Way>
      )
  }
}

/** Says when a text is late or did not arrive, and keeps looking: the other ways stand below (REL-032). */
function SmsDelivery({ delivery, hasOthers }: { delivery: DeliveryState; hasOthers: boolean }) {
  if (delivery === 'underway' || delivery === 'sent') {
    const until = delivery === 'sent' ? 'receipt' : 'handOver'
    return <DeliveryWatch key={until} until={until} />
  }
  return (
    <Notice tone="warning">
      {t(`signIn.verify.phone.${delivery}`)} {hasOthers && t('signIn.verify.phone.other')}
    </Notice>
  )
}

function Way({
  method,
  title,
  text,
  children,
}: {
  method: OfferedMethod
  title: string
  text: ReactNode
  children: ReactNode
}) {
  return (
    <section aria-labelledby="way" className="grid gap-5">
      <div className="flex items-center gap-4">
        <MethodIcon kind={method.kind} />
        <div className="min-w-0">
          <h2 id="way" className="font-semibold">
            {title}
          </h2>
          {text && (
            <p className="text-sm text-text-muted">
              <bdi>{text}</bdi>
            </p>
          )}
        </div>
      </div>
      {children}
    </section>
  )
}

function CodeForm({
  action,
  token,
  label,
  hint,
}: {
  action: typeof verifyByApp
  token: ReactNode
  label: string
  hint: string
}) {
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
      {token}
      <CodeField name="code" label={label} hint={hint} required />
      <SubmitButton wide pendingLabel={t('registration.code.checking')}>
        {t('signIn.verify.submit')}
      </SubmitButton>
    </ActionForm>
  )
}
