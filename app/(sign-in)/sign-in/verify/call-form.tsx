import type { ReactNode } from 'react'
import { ResendCode } from '@/components/registration/contact-form'
import { ActionForm } from '@/components/ui/action-form'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import type { SignedInVisit } from '@/lib/request/desk'
import { pendingCall } from '@/lib/sign-in/phone-call'
import type { OfferedMethod } from '@/lib/sign-in/second-factor'
import { callToPhone, verifyByCall } from './actions'
import { CallWatch } from './call-watch'

/** A call and its key: asking for it, waiting for it, and what came of it. */
export async function CallForm({
  method,
  visit,
  token,
}: {
  method: OfferedMethod
  visit: SignedInVisit
  token: ReactNode
}) {
  const found = await pendingCall(visit.session)
  const pending = found?.methodId === method.id ? found : null
  const call = (
    <>
      {token}
      <input type="hidden" name="kind" value={method.kind} />
    </>
  )
  if (!pending) {
    return (
      <ActionForm action={callToPhone} errorHeading={t('ui.errorSummary.heading')}>
        {call}
        <SubmitButton wide pendingLabel={t('registration.contact.sending')}>
          {t('signIn.verify.call.send')}
        </SubmitButton>
      </ActionForm>
    )
  }
  const { state, resendInSeconds } = pending
  const isOpen = state === 'waiting' || state === 'approved'
  return (
    <>
      <Notice tone={isOpen ? 'info' : 'warning'}>{t(`signIn.verify.call.${state}`)}</Notice>
      {isOpen && (
        <ActionForm action={verifyByCall} errorHeading={t('ui.errorSummary.heading')}>
          {token}
          <CallWatch isApproved={state === 'approved'} />
          <SubmitButton wide pendingLabel={t('registration.code.checking')}>
            {t('signIn.verify.call.continue')}
          </SubmitButton>
        </ActionForm>
      )}
      {state !== 'approved' && <ResendCode seconds={resendInSeconds} action={callToPhone} token={call} isCall />}
    </>
  )
}
