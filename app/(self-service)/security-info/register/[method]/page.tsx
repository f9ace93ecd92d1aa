import { notFound, redirect } from 'next/navigation'
import { kindOfPathWord, type RegistrableKind } from '@/components/registration/method-path'
import { PasskeyNameForm } from '@/components/registration/passkey-step'
import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { namePasskey } from '../actions'
import { chooserPath, isPresentStep, presentPath, stepPath, stepsWith, type Wizard, wizardVisit } from '../wizard'
import { ArrivalNote, WizardFrame, WizardSteps } from '../wizard-frame'
import { stepView } from './step-view'

type Props = {
  params: Promise<{ method: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** One step: the method's form, and the way to another method (W2, W4, W5). */
export default async function StepPage({ params, searchParams }: Props) {
  const kind = kindOfPathWord((await params).method)
  if (!kind) notFound()
  const query = await searchParams
  const wizard = await wizardVisit(stepPath(kind))
  const created = wizard.done.find(({ id }) => id === query.added)
  if (kind === 'passkey' && created) return <PasskeyName wizard={wizard} methodId={created.id} name={created.name} />
  if (!isPresentStep(wizard, kind)) redirect(`${presentPath(wizard)}?moved=1`)
  const hasOthers = (wizard.plan.steps[0]?.alternatives.length ?? 0) > 0
  const otherHref = hasOthers ? chooserPath : null
  const { title, lead, screen, body } = await stepView({
    kind,
    visit: wizard.visit,
    otherHref,
    isEditing: query.edit === '1',
  })
  return (
    <WizardFrame userPrincipalName={wizard.visit.subject.userPrincipalName}>
      <PageHeading focusKey={screen} lead={lead} above={<Steps wizard={wizard} kind={kind} />}>
        {title}
      </PageHeading>
      <ArrivalNote added={query.added} moved={query.moved} />
      {body}
      {otherHref && (
        <p className="border-t border-border pt-5">
          <TextLink href={otherHref}>{t('registration.otherMethod.link')}</TextLink>
        </p>
      )}
    </WizardFrame>
  )
}

function Steps({ wizard, kind }: { wizard: Wizard; kind: RegistrableKind }) {
  return <WizardSteps kinds={stepsWith(wizard, kind)} current={wizard.done.length} />
}

/** The success note of a passkey, which may get a name now. */
function PasskeyName({ wizard, methodId, name }: { wizard: Wizard; methodId: string; name: string | null }) {
  const kinds = [...wizard.done, ...wizard.plan.steps.map(({ method }) => ({ kind: method }))].map(({ kind }) => kind)
  return (
    <WizardFrame userPrincipalName={wizard.visit.subject.userPrincipalName}>
      <PageHeading
        focusKey="passkey name"
        lead={t('registration.passkey.name.lead')}
        above={<WizardSteps kinds={kinds} current={Math.max(0, wizard.done.length - 1)} />}
      >
        {t('registration.passkey.name.title')}
      </PageHeading>
      <PasskeyNameForm
        action={namePasskey}
        token={<FormToken />}
        methodId={methodId}
        name={name ?? t('registration.passkey.name.thisDevice')}
      />
    </WizardFrame>
  )
}
