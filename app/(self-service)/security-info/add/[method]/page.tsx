import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { HardwareOathConfirm, HardwareOathStart } from '@/components/registration/hardware-oath-form'
import { addableKindOf } from '@/components/registration/method-path'
import { PasskeyStep } from '@/components/registration/passkey-step'
import { SecurityQuestionsForm } from '@/components/registration/security-questions-form'
import { SoftwareOathConfirm, SoftwareOathStart } from '@/components/registration/software-oath-form'
import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { TextField } from '@/components/ui/text-field'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { FormToken, formToken } from '@/lib/request/form-token'
import { pendingContact } from '@/lib/security-info/contact'
import { pendingHardwareOath } from '@/lib/security-info/hardware-oath'
import type { ContactKind } from '@/lib/security-info/model'
import { waysToPhone } from '@/lib/security-info/phone-ways'
import { offeredQuestions } from '@/lib/security-info/security-questions'
import { pendingSoftwareOath } from '@/lib/security-info/software-oath'
import { ContactCeremony } from '../../contact-ceremony'
import { contactLead, contactTitles } from '../../contact-words'
import { type OpenedVisit, openSecurityInfo } from '../../open'
import { BackToList, SecurityInfoShell } from '../../shell'
import {
  answerQuestions,
  confirmApp,
  confirmToken,
  finishPasskeyRegistration,
  startApp,
  startPasskeyRegistration,
  startToken,
} from '../actions'
import { offersFor } from '../offers'

type Step = { readonly key: string; readonly title: string; readonly lead: string; readonly form: ReactNode }

/** Adding one method: the page shows the half of the ceremony that is due, whatever was loaded before. */
export default async function AddMethodPage({
  params,
  searchParams,
}: {
  params: Promise<{ method: string }>
  searchParams: Promise<{ again?: string }>
}) {
  const { method: word } = await params
  const kind = addableKindOf(word)
  if (kind === null) notFound()
  // Making them and making them anew are one page.
  if (kind === 'recoveryCodes') redirect('/security-info/recovery-codes')
  const visit = await openSecurityInfo(`/security-info/add/${word}`, kind)
  // What can't be added, the picker says with its reason.
  if ((await offersFor(visit.facts)).some((offer) => offer.kind === kind && offer.refusal !== null)) {
    redirect('/security-info/add')
  }
  const isAgain = (await searchParams).again !== undefined
  const step =
    kind === 'passkey'
      ? await passkeyStep()
      : kind === 'softwareOath'
        ? await appStep(visit)
        : kind === 'hardwareOath'
          ? await tokenStep(visit, isAgain)
          : kind === 'securityQuestions'
            ? questionsStep(visit)
            : await contactStep(visit, kind, isAgain)
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={step.lead} focusKey={step.key}>
        {step.title}
      </PageHeading>
      <Card className="max-w-xl">{step.form}</Card>
    </SecurityInfoShell>
  )
}

async function passkeyStep(): Promise<Step> {
  return {
    key: 'passkey',
    title: t('registration.passkey.title'),
    lead: t('registration.passkey.lead'),
    form: (
      <PasskeyStep
        start={startPasskeyRegistration}
        finish={finishPasskeyRegistration}
        formToken={formToken()}
        otherHref="/security-info/add"
      />
    ),
  }
}

async function appStep(visit: OpenedVisit): Promise<Step> {
  const pending = await pendingSoftwareOath(visit, visit.subject.userPrincipalName)
  if (!pending) {
    return {
      key: 'start',
      title: t('registration.app.title'),
      lead: t('registration.app.lead'),
      form: <SoftwareOathStart action={startApp} token={<FormToken />} />,
    }
  }
  return {
    key: 'scan',
    title: t('registration.app.scan.title'),
    lead: t('registration.app.scan.lead'),
    form: (
      <SoftwareOathConfirm pending={pending} confirm={confirmApp} startOver={startApp} token={<FormToken />}>
        <TextField
          name="name"
          label={t('securityInfo.add.appName.label')}
          hint={t('securityInfo.add.appName.hint')}
          optionalLabel={t('ui.optional')}
          autoComplete="off"
          maxLength={limits.methodNameLengthMax}
        />
      </SoftwareOathConfirm>
    ),
  }
}

async function tokenStep(visit: OpenedVisit, isAgain: boolean): Promise<Step> {
  const pending = isAgain ? null : await pendingHardwareOath(visit)
  if (!pending) {
    return {
      key: 'serial',
      title: t('tokens.own.title'),
      lead: t('tokens.own.lead'),
      form: <HardwareOathStart action={startToken} token={<FormToken />} nameLengthMax={limits.methodNameLengthMax} />,
    }
  }
  return {
    key: 'code',
    title: t('tokens.own.code.title'),
    lead: t('tokens.own.code.lead', { serialNumber: pending.serialNumber, seconds: pending.secondsLeft }),
    form: <HardwareOathConfirm action={confirmToken} token={<FormToken />} againHref="?again=1" />,
  }
}

function questionsStep({ facts }: OpenedVisit): Step {
  return {
    key: 'questions',
    title: t('securityQuestions.form.title'),
    lead: t('securityQuestions.form.lead'),
    form: (
      <SecurityQuestionsForm
        action={answerQuestions}
        token={<FormToken />}
        questions={offeredQuestions(facts.passwordResetPolicy)}
        count={facts.passwordResetPolicy.securityQuestions.numberToRegister}
        answerLengthMax={limits.securityQuestions.answerLengthMax}
      />
    ),
  }
}

async function contactStep(visit: OpenedVisit, kind: ContactKind, isAgain: boolean): Promise<Step> {
  const found = await pendingContact(visit, kind)
  const typed = found && !found.isChange ? found : null
  const pending = isAgain ? null : typed
  const ways = kind === 'email' ? [] : waysToPhone(visit.facts, kind)
  return {
    key: pending ? 'code' : 'entry',
    title: pending ? t(`registration.code.title.${pending.by}`) : t(contactTitles[kind]),
    lead: pending ? t(`registration.code.lead.${pending.by}`) : contactLead(kind, ways),
    form: (
      <ContactCeremony
        kind={kind}
        pending={pending}
        typed={typed}
        ways={ways}
        defaultNumber={kind === 'officePhone' ? (visit.facts.businessPhone ?? undefined) : undefined}
      />
    ),
  }
}
