import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { ContactConfirm, ContactEntry } from '@/components/registration/contact-form'
import type { RegistrableKind } from '@/components/registration/method-path'
import { PasskeyStep } from '@/components/registration/passkey-step'
import { SecurityQuestionsForm } from '@/components/registration/security-questions-form'
import { SoftwareOathConfirm, SoftwareOathStart } from '@/components/registration/software-oath-form'
import { ActionForm } from '@/components/ui/action-form'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { readProgress } from '@/lib/registration/progress'
import type { SignedInVisit } from '@/lib/request/desk'
import { FormToken, formToken } from '@/lib/request/form-token'
import { likelyCountry, phoneOptions } from '@/lib/request/phone-country'
import { pendingContact } from '@/lib/security-info/contact'
import type { ContactKind } from '@/lib/security-info/model'
import { waysToPhone } from '@/lib/security-info/phone-ways'
import { offeredQuestions } from '@/lib/security-info/security-questions'
import { pendingSoftwareOath } from '@/lib/security-info/software-oath'
import { contactLead, contactTitles } from '../../contact-words'
import {
  answerQuestions,
  confirmApp,
  confirmEmail,
  confirmPhone,
  finishPasskeyStep,
  goOnUnable,
  resendToEmail,
  resendToPhone,
  sendToEmail,
  sendToPhone,
  startApp,
  startPasskeyStep,
} from '../actions'
import { stepPath } from '../wizard'

type StepView = {
  readonly title: string
  readonly lead: string
  /** Names what is shown; another one moves the focus. */
  readonly screen: string
  readonly body: ReactNode
}

/** What a step shows now: its form, or the code that it waits for. */
export async function stepView(input: {
  readonly kind: RegistrableKind
  readonly visit: SignedInVisit
  readonly otherHref: string | null
  /** The person came back to type another number or address. */
  readonly isEditing: boolean
}): Promise<StepView> {
  const { kind, visit, otherHref } = input
  const isCampaign = readProgress(visit.session)?.need.campaign != null
  const token = <FormToken />
  switch (kind) {
    case 'passkey':
      return {
        title: t('registration.passkey.title'),
        lead: t('registration.passkey.lead'),
        screen: 'passkey',
        body: (
          <PasskeyStep
            start={startPasskeyStep}
            finish={finishPasskeyStep}
            formToken={formToken()}
            otherHref={otherHref}
            otherwise={isCampaign && <GoOnUnable />}
          />
        ),
      }
    case 'softwareOath': {
      const pending = await pendingSoftwareOath(visit, visit.subject.userPrincipalName)
      return pending
        ? {
            title: t('registration.app.scan.title'),
            lead: t('registration.app.scan.lead'),
            screen: 'app code',
            body: <SoftwareOathConfirm pending={pending} confirm={confirmApp} startOver={startApp} token={token} />,
          }
        : {
            title: t('registration.app.title'),
            lead: t('registration.app.lead'),
            screen: 'app',
            body: <SoftwareOathStart action={startApp} token={token} />,
          }
    }
    case 'securityQuestions': {
      const { passwordResetPolicy } = visit.facts
      return {
        title: t('securityQuestions.form.title'),
        lead: t('securityQuestions.form.lead'),
        screen: 'questions',
        body: (
          <SecurityQuestionsForm
            action={answerQuestions}
            token={token}
            questions={offeredQuestions(passwordResetPolicy)}
            count={passwordResetPolicy.securityQuestions.numberToRegister}
            answerLengthMax={limits.securityQuestions.answerLengthMax}
          />
        ),
      }
    }
    default:
      return contactView({ ...input, kind })
  }
}

/** A reminder must not keep anybody out whose browser cannot do what it asks for. */
function GoOnUnable() {
  return (
    <ActionForm action={goOnUnable} errorHeading={t('ui.errorSummary.heading')} idPrefix="unable-" className="">
      <FormToken />
      <SubmitButton size="small" pendingLabel={t('ui.pending')}>
        {t('registration.campaign.unable')}
      </SubmitButton>
    </ActionForm>
  )
}

async function contactView({
  kind,
  visit,
  otherHref,
  isEditing,
}: {
  kind: Extract<RegistrableKind, ContactKind>
  visit: SignedInVisit
  otherHref: string | null
  isEditing: boolean
}): Promise<StepView> {
  const isPhone = kind !== 'email'
  const token = (
    <>
      <FormToken />
      {isPhone && <input type="hidden" name="kind" value={kind} />}
    </>
  )
  const typed = await pendingContact(visit, kind)
  const pending = isEditing ? null : typed
  if (pending) {
    return {
      title: t(`registration.code.title.${pending.by}`),
      lead: t(`registration.code.lead.${pending.by}`),
      screen: `${kind} code`,
      body: (
        <ContactConfirm
          kind={kind}
          pending={pending}
          confirm={isPhone ? confirmPhone : confirmEmail}
          resend={isPhone ? resendToPhone : resendToEmail}
          changeHref={`${stepPath(kind)}?edit=1`}
          otherHref={otherHref}
          token={token}
        />
      ),
    }
  }
  const countries = isPhone ? phoneOptions() : []
  const ways = isPhone ? waysToPhone(visit.facts, kind) : []
  return {
    title: t(contactTitles[kind]),
    lead: contactLead(kind, ways),
    screen: kind,
    body: (
      <ContactEntry
        kind={kind}
        action={isPhone ? sendToPhone : sendToEmail}
        token={token}
        countries={countries}
        ways={ways}
        typed={typed}
        defaultNumber={kind === 'officePhone' ? (visit.facts.businessPhone ?? undefined) : undefined}
        defaultCountry={likelyCountry(
          (await headers()).get('accept-language'),
          countries.map(({ value }) => value),
        )}
      />
    ),
  }
}
