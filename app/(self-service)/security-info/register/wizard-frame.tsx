import type { ReactNode } from 'react'
import { DemoNote } from '@/app/(sign-in)/sign-in/demo-note'
import { isRegistrableKind, type RegistrableKind } from '@/components/registration/method-path'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { ActionForm } from '@/components/ui/action-form'
import { Notice } from '@/components/ui/notice'
import { Stepper } from '@/components/ui/stepper'
import { SubmitButton } from '@/components/ui/submit-button'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { cancel } from './actions'

/** The card around every page of the wizard: who is here, and the way out, which is there until all is registered. */
export function WizardFrame({
  userPrincipalName,
  isComplete = false,
  children,
}: {
  userPrincipalName: string
  isComplete?: boolean
  children: ReactNode
}) {
  return (
    <NarrowShell
      organisation={env().ORGANISATION_NAME}
      below={
        <div className="grid justify-items-center gap-4">
          <div className="flex flex-wrap items-center justify-center gap-x-2 text-sm text-text-muted">
            <bdi>{userPrincipalName}</bdi>
            {!isComplete && (
              <ActionForm action={cancel} errorHeading={t('ui.errorSummary.heading')} idPrefix="cancel-" className="">
                <FormToken />
                <SubmitButton variant="quiet" size="small" pendingLabel={t('ui.pending')}>
                  {t('registration.start.otherAccount')}
                </SubmitButton>
              </ActionForm>
            )}
          </div>
          <DemoNote />
        </div>
      }
    >
      <div className="grid gap-7">{children}</div>
    </NarrowShell>
  )
}

/** "Step 1 of 2", with the names of the steps. */
export function WizardSteps({ kinds, current }: { kinds: readonly MethodKind[]; current: number }) {
  return (
    <Stepper
      label={t('ui.stepper.label')}
      position={t('ui.stepper.position', { current: Math.min(current + 1, kinds.length), total: kinds.length })}
      doneLabel={t('ui.stepper.done')}
      steps={kinds.map((kind, index) => ({ id: `${index} ${kind}`, label: t(`securityInfo.method.${kind}`) }))}
      current={current}
    />
  )
}

/** What happened before this page: a method was added, or the step had moved on. */
export function ArrivalNote({ added, moved }: { added: unknown; moved: unknown }) {
  const kind = typeof added === 'string' ? asKind(added) : null
  if (kind) return <Notice tone="success">{t(`registration.step.added.${kind}`)}</Notice>
  return moved === '1' ? <Notice>{t('registration.step.moved')}</Notice> : null
}

function asKind(word: string): RegistrableKind | null {
  return isRegistrableKind(word as MethodKind) ? (word as RegistrableKind) : null
}
