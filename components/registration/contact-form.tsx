import type { ReactNode } from 'react'
import type { PhoneMode } from '@/lib/authentication-methods/model'
import { t } from '@/lib/i18n'
import type { ContactKind, PendingContact } from '@/lib/security-info/model'
import { ActionForm } from '../ui/action-form'
import { ButtonLink } from '../ui/button'
import { CodeField } from '../ui/code-field'
import { Countdown } from '../ui/countdown'
import type { FormAction } from '../ui/form-answer'
import { Notice } from '../ui/notice'
import { PhoneField } from '../ui/phone-field'
import { RadioCards } from '../ui/radio-cards'
import type { Option } from '../ui/select-field'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'
import { DeliveryWatch } from './delivery-watch'

/**
 * Asks for a number or an address. Sends `contact`, and for a phone `contactCountry` (ISO 3166), `by` where there is a
 * choice (`ways`), and for the office `extension`. The fields begin with `typed`, which has to be put right, else with
 * `defaultNumber`, what the organisation knows already.
 */
export function ContactEntry({
  kind,
  action,
  token,
  countries = [],
  defaultCountry,
  ways = [],
  defaultNumber,
  typed,
}: {
  kind: ContactKind
  action: FormAction
  token: ReactNode
  countries?: readonly Option[]
  defaultCountry?: string
  ways?: readonly PhoneMode[]
  defaultNumber?: string
  typed?: PendingContact | null
}) {
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')}>
      {token}
      {kind !== 'email' ? (
        <PhoneField
          name="contact"
          label={t(`registration.${kind}.label`)}
          countryLabel={t('ui.phone.country')}
          numberLabel={t('ui.phone.number')}
          countries={countries}
          defaultCountry={typed?.country ?? defaultCountry}
          defaultNumber={typed?.contact ?? defaultNumber}
        />
      ) : (
        <TextField
          name="contact"
          type="email"
          label={t('registration.email.label')}
          hint={t('registration.email.hint')}
          autoComplete="email"
          inputMode="email"
          spellCheck={false}
          defaultValue={typed?.contact}
          required
        />
      )}
      {kind === 'officePhone' && (
        <TextField
          name="extension"
          label={t('registration.officePhone.extension')}
          hint={t('registration.officePhone.extension.hint')}
          optionalLabel={t('ui.optional')}
          inputMode="numeric"
          autoComplete="tel-extension"
          maxLength={20}
          defaultValue={typed?.extension}
          className="max-w-40"
        />
      )}
      {ways.length > 1 && (
        <RadioCards
          name="by"
          label={t('registration.phone.by')}
          defaultValue={ways.find((way) => way === typed?.by) ?? ways[0]}
          choices={ways.map((way) => ({ value: way, label: t(`registration.phone.by.${way}`) }))}
        />
      )}
      <SubmitButton wide pendingLabel={t('registration.contact.sending')}>
        {t(ways.length === 1 && ways[0] === 'voice' ? 'registration.contact.call' : 'registration.contact.send')}
      </SubmitButton>
    </ActionForm>
  )
}

/**
 * Asks for the code that was sent. `confirm` gets `code`; `resend` and `change` get only the token; `change` forgets the
 * number or address so that another can be typed, or is a link (`changeHref`). Slow or failed delivery offers
 * `otherHref`, the way to another method (REL-032).
 */
export function ContactConfirm({
  kind,
  pending,
  confirm,
  resend,
  changeHref,
  otherHref,
  token,
  submitLabel = t('registration.code.submit'),
}: {
  kind: ContactKind
  pending: PendingContact
  confirm: FormAction
  resend: FormAction
  changeHref: string
  otherHref: string | null
  token: ReactNode
  submitLabel?: string
}) {
  return (
    <div className="grid gap-6">
      <DeliveryNotice pending={pending} kind={kind} changeHref={changeHref} otherHref={otherHref} />
      <ActionForm action={confirm} errorHeading={t('ui.errorSummary.heading')}>
        {token}
        <CodeField name="code" label={t('registration.code.label')} hint={t('registration.code.hint')} required />
        <SubmitButton wide pendingLabel={t('registration.code.checking')}>
          {submitLabel}
        </SubmitButton>
      </ActionForm>
      <div className="flex flex-wrap items-center gap-x-8 gap-y-3">
        <ResendCode seconds={pending.resendInSeconds} action={resend} token={token} isCall={pending.by === 'voice'} />
        <ButtonLink href={changeHref} variant="quiet" size="small" className="-mx-3">
          {t(kind === 'email' ? 'registration.contact.changeAddress' : 'registration.contact.changeNumber')}
        </ButtonLink>
      </div>
    </div>
  )
}

/** Asking for another code: a clock first, then the button. Without scripts the page is loaded again for it. */
export function ResendCode({
  seconds,
  action,
  token,
  isCall = false,
}: {
  seconds: number
  action: FormAction
  token: ReactNode
  /** The code is spoken, not written. */
  isCall?: boolean
}) {
  return (
    <div className="grid gap-2">
      <Countdown
        key={seconds}
        seconds={seconds}
        before={t(isCall ? 'registration.code.callAgainIn' : 'registration.code.resendIn', { time: '{time}' })}
        after={
          <ActionForm
            action={action}
            errorHeading={t('ui.errorSummary.heading')}
            idPrefix="resend-"
            className="grid justify-items-start gap-3"
          >
            {token}
            <SubmitButton
              variant="quiet"
              size="small"
              className="-mx-3"
              pendingLabel={t('registration.contact.sending')}
            >
              {t(isCall ? 'registration.code.callAgain' : 'registration.code.resend')}
            </SubmitButton>
          </ActionForm>
        }
      />
      {seconds > 0 && (
        <div className="hidden noscript:block">
          <p className="text-sm text-text-muted">{t('registration.code.resendNoScript')}</p>
        </div>
      )}
    </div>
  )
}

function DeliveryNotice({
  pending,
  kind,
  changeHref,
  otherHref,
}: {
  pending: PendingContact
  kind: ContactKind
  changeHref: string
  otherHref: string | null
}) {
  const { delivery } = pending
  if (delivery === 'underway' || delivery === 'sent') {
    return (
      <>
        <Notice tone="info" live={false}>
          <p>
            {t(`registration.contact.${delivery}.${pending.by}`)} <ContactText pending={pending} />
          </p>
        </Notice>
        {delivery === 'underway' && <DeliveryWatch key="handOver" until="handOver" />}
        {delivery === 'sent' && kind === 'mobilePhone' && <DeliveryWatch key="receipt" until="receipt" />}
      </>
    )
  }
  return (
    <Notice
      tone="warning"
      actions={
        <>
          {otherHref && (
            <ButtonLink href={otherHref} size="small">
              {t('registration.otherMethod.choose')}
            </ButtonLink>
          )}
          <ButtonLink href={changeHref} variant="secondary" size="small">
            {t(kind === 'email' ? 'registration.contact.changeAddress' : 'registration.contact.changeNumber')}
          </ButtonLink>
        </>
      }
    >
      <p>
        {t(delivery === 'slow' ? 'registration.contact.slow' : 'registration.contact.failed')}{' '}
        <ContactText pending={pending} />
      </p>
    </Notice>
  )
}

function ContactText({ pending: { contact, extension } }: { pending: PendingContact }) {
  return <bdi className="font-medium wrap-anywhere">{extension ? `${contact} x${extension}` : contact}</bdi>
}
