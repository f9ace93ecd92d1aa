import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { ActionForm } from '../ui/action-form'
import { ButtonLink } from '../ui/button'
import { Actions } from '../ui/card'
import type { FormAction } from '../ui/form-answer'
import { RadioCards } from '../ui/radio-cards'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'
import { ClientSection } from './client-section'
import { DraftNotes, PolicyInWords } from './draft-notes'
import { GrantSection, type StrengthChoice, type TermsChoice } from './grant-section'
import { LocationsSection, type PlaceChoice } from './locations-section'
import type { PolicyValues } from './policy-fields'
import { RiskSection } from './risk-section'
import { Beside, Section } from './section'
import { SessionSection } from './session-section'
import { type ContextChoice, TargetSection } from './target-section'
import { type PeopleChoices, UsersSection } from './users-section'

/**
 * The policy form, from top to bottom in the order in which an administrator decides: name, users and groups, target,
 * locations, devices and clients, risk, grant, session, enable. Enter in a text field only looks people up; nothing is saved but by the last button.
 */
export function PolicyEditor({
  action,
  token,
  values,
  version,
  summary,
  choices,
  places,
  strengths,
  terms,
  contexts,
  newestHref,
}: {
  action: FormAction
  /** The hidden field that every form carries. */
  token: ReactNode
  values: PolicyValues
  /** Of the policy being changed; absent while it is new. */
  version?: number
  summary: string
  choices: PeopleChoices
  places: readonly PlaceChoice[]
  strengths: readonly StrengthChoice[]
  terms: readonly TermsChoice[]
  contexts: readonly ContextChoice[]
  newestHref: string
}) {
  const isNew = version === undefined
  return (
    <ActionForm action={action} errorHeading={t('policies.edit.errors')} className="grid max-w-3xl gap-6">
      {token}
      <DraftNotes version={version} texts={draftTexts(newestHref)} />
      <Section id="naming" number={1} heading={t('policies.name.heading')}>
        <TextField
          name="displayName"
          label={t('policies.name.label')}
          hint={t('policies.name.hint')}
          defaultValue={values.displayName}
          autoComplete="off"
          maxLength={256}
        />
      </Section>
      <UsersSection values={values} choices={choices} />
      <TargetSection values={values} contexts={contexts} />
      <LocationsSection values={values} places={places} />
      <ClientSection values={values} />
      <RiskSection values={values} />
      <GrantSection values={values} strengths={strengths} terms={terms} />
      <SessionSection values={values} />
      <Section id="enable" number={9} heading={t('policies.state.heading')}>
        <StateChoice defaultValue={values.state} />
        <div className="grid gap-3 rounded-md border border-border bg-surface p-4">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <h3 className="text-sm font-medium text-text-muted">{t('policies.words.heading')}</h3>
            <SubmitButton
              name="intent"
              value="words"
              variant="secondary"
              size="small"
              pendingLabel={t('policies.words.updating')}
            >
              {t('policies.words.update')}
            </SubmitButton>
          </div>
          <PolicyInWords stored={summary} empty={t('policies.words.empty')} />
        </div>
        <Actions>
          <SubmitButton name="intent" value="save" pendingLabel={t('ui.pending')}>
            {t(isNew ? 'policies.state.create' : 'policies.state.save')}
          </SubmitButton>
          <SubmitButton name="intent" value="trial" variant="secondary" pendingLabel={t('ui.pending')}>
            {t('policyTrials.start')}
          </SubmitButton>
          <ButtonLink href="/admin/conditional-access" variant="secondary">
            {t('ui.cancel')}
          </ButtonLink>
        </Actions>
      </Section>
    </ActionForm>
  )
}

/** Report-only, on, off. */
export function StateChoice({ defaultValue }: { defaultValue: string }) {
  return (
    <Beside count={3}>
      <RadioCards
        name="state"
        label={t('policies.state.label')}
        defaultValue={defaultValue}
        choices={[
          {
            value: 'enabledForReportingButNotEnforced',
            label: t('policies.state.report'),
            hint: t('policies.state.report.hint'),
          },
          { value: 'enabled', label: t('policies.state.on'), hint: t('policies.state.on.hint') },
          { value: 'disabled', label: t('policies.state.off'), hint: t('policies.state.off.hint') },
        ]}
      />
    </Beside>
  )
}

/** The sentences of a policy's `DraftNotes`. */
export function draftTexts(newestHref: string) {
  return {
    confirmLabel: t('policies.confirm.label'),
    confirmHint: t('policies.confirm.hint'),
    conflict: t('policies.conflict.text'),
    conflictLink: t('policies.conflict.link'),
    newestHref,
  }
}
