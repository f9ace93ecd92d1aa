import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { PasskeyButton } from '@/app/(sign-in)/sign-in/passkey-button'
import { CallWatch } from '@/app/(sign-in)/sign-in/verify/call-watch'
import { ResendCode } from '@/components/registration/contact-form'
import { ActionForm } from '@/components/ui/action-form'
import { Arrival } from '@/components/ui/arrival'
import { CodeField } from '@/components/ui/code-field'
import { Disclosure } from '@/components/ui/disclosure'
import type { FormAction } from '@/components/ui/form-answer'
import { Notice } from '@/components/ui/notice'
import { PhoneField } from '@/components/ui/phone-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { t } from '@/lib/i18n'
import type { Resetting } from '@/lib/password-reset/flow'
import {
  type OfferedWay,
  type PendingGate,
  type ResetView,
  viewPending,
  viewQuestions,
} from '@/lib/password-reset/view'
import { formToken } from '@/lib/request/form-token'
import { likelyCountry, phoneOptions } from '@/lib/request/phone-country'
import {
  finishPasskey,
  proveByAnswers,
  proveByCall,
  proveByCode,
  proveByOath,
  sendAction,
  startPasskey,
} from '../actions'
import { ResetFields } from '../frame'

type Looking = Omit<Resetting, 'resetId'>

/** How one way through a gate is gone. Nothing here knows whether there is an account behind it. */
export async function WayForm({
  chosen: { way },
  view,
  looking,
  isAgain,
}: {
  chosen: OfferedWay
  view: ResetView
  looking: Looking
  isAgain: boolean
}) {
  const fields = <ResetFields view={view} />
  switch (way) {
    case 'oath':
      return (
        <CodeForm
          action={proveByOath}
          fields={fields}
          label={t('passwordReset.oath.label')}
          hint={t('passwordReset.oath.hint')}
        />
      )
    case 'questions':
      return <QuestionsForm fields={fields} questions={await viewQuestions(looking)} isAgain={isAgain} />
    case 'passkey':
      return (
        <>
          <div className="noscript:hidden">
            <PasskeyButton
              start={startPasskey}
              finish={finishPasskey}
              formToken={formToken()}
              more={{ resetId: view.id }}
              texts={{
                ask: t('passwordReset.passkey.submit'),
                waiting: t('signIn.passkey.waiting'),
                cancelled: t('signIn.passkey.cancelled'),
                connectionLost: t('failure.service.unknown_outcome'),
              }}
            />
          </div>
          <div className="hidden noscript:block">
            <Notice tone="warning" live={false}>
              {t('signIn.verify.passkey.noScript')} {t('signIn.verify.passkey.noScriptOther')}
            </Notice>
          </div>
        </>
      )
    default: {
      const send = (
        <>
          {fields}
          <input type="hidden" name="way" value={way} />
        </>
      )
      const pending = await viewPending(looking, way)
      return pending ? (
        <Sent pending={pending} fields={fields} send={send} />
      ) : way === 'email' ? (
        <ActionForm action={sendAction} errorHeading={t('ui.errorSummary.heading')}>
          {send}
          <SubmitButton wide pendingLabel={t('registration.contact.sending')}>
            {t('passwordReset.send.email')}
          </SubmitButton>
        </ActionForm>
      ) : (
        <NumberForm way={way} send={send} />
      )
    }
  }
}

async function NumberForm({ way, send }: { way: 'sms' | 'mobileCall' | 'officeCall'; send: ReactNode }) {
  const countries = phoneOptions()
  const likely = likelyCountry(
    (await headers()).get('accept-language'),
    countries.map(({ value }) => value),
  )
  return (
    <ActionForm action={sendAction} errorHeading={t('ui.errorSummary.heading')}>
      {send}
      <PhoneField
        name="number"
        label={t(`passwordReset.number.label.${way}`)}
        hint={t('passwordReset.number.lead')}
        countryLabel={t('ui.phone.country')}
        numberLabel={t('ui.phone.number')}
        countries={countries}
        defaultCountry={likely}
      />
      <SubmitButton wide pendingLabel={t('registration.contact.sending')}>
        {t(way === 'sms' ? 'passwordReset.send.sms' : 'passwordReset.send.call')}
      </SubmitButton>
    </ActionForm>
  )
}

/** What is under way: a code to type, or a call to answer, and what to do when nothing arrives. */
function Sent({ pending, fields, send }: { pending: PendingGate; fields: ReactNode; send: ReactNode }) {
  const { way, call, detail, resendInSeconds } = pending
  const words = way === 'email' || way === 'sms' ? way : 'call'
  return (
    <>
      {call === 'over' ? (
        <Notice tone="warning">{t('passwordReset.call.over')}</Notice>
      ) : (
        <Arrival className="rounded-md">
          <Notice live={false}>
            <p>
              {detail === null ? t(`passwordReset.sent.${words}`) : t('passwordReset.sent.to')}{' '}
              {detail !== null && <bdi className="font-medium">{detail}</bdi>}
            </p>
          </Notice>
        </Arrival>
      )}
      {call === null && (
        <CodeForm
          action={proveByCode}
          fields={fields}
          label={t('passwordReset.code.label')}
          hint={t('passwordReset.code.hint')}
        />
      )}
      {(call === 'waiting' || call === 'approved') && (
        <ActionForm action={proveByCall} errorHeading={t('ui.errorSummary.heading')}>
          {fields}
          <CallWatch isApproved={call === 'approved'} />
          <SubmitButton wide pendingLabel={t('registration.code.checking')}>
            {t('passwordReset.call.continue')}
          </SubmitButton>
        </ActionForm>
      )}
      {way === 'email' ? (
        <ResendCode seconds={resendInSeconds} action={sendAction} token={send} />
      ) : (
        <Disclosure summary={t(call === null ? 'registration.code.resend' : 'registration.code.callAgain')}>
          <NumberForm way={way as 'sms' | 'mobileCall' | 'officeCall'} send={send} />
        </Disclosure>
      )}
      <Disclosure summary={t('passwordReset.late.summary')}>
        <p className="text-text-muted">{t('passwordReset.late.text')}</p>
      </Disclosure>
    </>
  )
}

function QuestionsForm({
  fields,
  questions,
  isAgain,
}: {
  fields: ReactNode
  questions: readonly { key: string; text: string }[]
  isAgain: boolean
}) {
  return (
    <>
      {isAgain && <Notice tone="danger">{t('failure.password_reset.answers_mismatch')}</Notice>}
      <p className="text-text-muted">{t('passwordReset.answers.lead')}</p>
      <ActionForm
        action={proveByAnswers}
        errorHeading={t('ui.errorSummary.heading')}
        key={questions.map(({ key }) => key).join()}
      >
        {fields}
        {questions.map(({ key, text }, place) => (
          <TextField
            key={key}
            name={`answer${place + 1}`}
            label={text}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={200}
            required
          />
        ))}
        <SubmitButton wide pendingLabel={t('registration.code.checking')}>
          {t('passwordReset.answers.submit')}
        </SubmitButton>
      </ActionForm>
    </>
  )
}

function CodeForm({
  action,
  fields,
  label,
  hint,
}: {
  action: FormAction
  fields: ReactNode
  label: string
  hint: string
}) {
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
      {fields}
      <CodeField name="code" label={label} hint={hint} required />
      <SubmitButton wide pendingLabel={t('registration.code.checking')}>
        {t('passwordReset.verify')}
      </SubmitButton>
    </ActionForm>
  )
}
