import { ShownVersion } from '@/components/admin/shown-version'
import type { PickerChoice } from '@/components/conditional-access/people-picker'
import { Beside, Section } from '@/components/conditional-access/section'
import { ActionForm } from '@/components/ui/action-form'
import { CheckboxField, FieldGroup } from '@/components/ui/checkbox-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { TextField } from '@/components/ui/text-field'
import { isSwitchedOn } from '@/lib/authentication-methods/policy'
import {
  type MethodsPolicy,
  type PasswordResetPolicy,
  resetMethodKinds,
} from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'
import type { ResetStandingCounts } from '@/lib/reports/password-resets'
import { FormToken } from '@/lib/request/form-token'
import { ProposeActions } from '../authentication-methods/method-form'
import { proposeResetAction } from './actions'
import { QuestionsSection } from './questions-section'
import { ScopeSection } from './scope-form'
import { SelfServiceSection } from './self-service-section'

/** All of the policy. Sending it leads to what the change means; nothing is saved. */
export function ResetForm({
  policy,
  version,
  choices,
  methods,
  administrators,
}: {
  policy: PasswordResetPolicy
  version: number
  choices: readonly PickerChoice[]
  methods: MethodsPolicy
  administrators: ResetStandingCounts['administrators']
}) {
  return (
    <ActionForm
      action={proposeResetAction}
      errorHeading={t('methodsPolicy.edit.errors')}
      className="grid max-w-3xl gap-6"
    >
      <FormToken />
      <ShownVersion version={version} />
      <ScopeSection policy={policy} choices={choices} />
      <Section id="methods" heading={t('passwordResetPolicy.methods')}>
        <Beside count={2}>
          <RadioCards
            name="numberOfMethodsRequired"
            label={t('passwordResetPolicy.number')}
            defaultValue={String(policy.numberOfMethodsRequired)}
            choices={[
              { value: '1', label: t('passwordResetPolicy.number.1') },
              { value: '2', label: t('passwordResetPolicy.number.2'), hint: t('passwordResetPolicy.number.2.hint') },
            ]}
          />
        </Beside>
        <FieldGroup
          name="allowedMethodKinds"
          label={t('passwordResetPolicy.allowed')}
          hint={t('passwordResetPolicy.allowed.hint')}
        >
          {resetMethodKinds.map((kind) => (
            <CheckboxField
              key={kind}
              id={`allowed-${kind}`}
              name="allowedMethodKinds[]"
              value={kind}
              label={t(`securityInfo.method.${kind}`)}
              hint={isSwitchedOn(methods, kind) ? undefined : t('passwordResetPolicy.allowed.off')}
              defaultChecked={policy.allowedMethodKinds.includes(kind)}
            />
          ))}
        </FieldGroup>
      </Section>
      <QuestionsSection settings={policy.securityQuestions} />
      <Section id="registration" heading={t('passwordResetPolicy.registration')}>
        <CheckboxField
          name="isRegistrationRequired"
          label={t('passwordResetPolicy.required')}
          hint={t('passwordResetPolicy.required.hint')}
          defaultChecked={policy.isRegistrationRequired}
        />
        <TextField
          name="reconfirmDays"
          label={t('passwordResetPolicy.reconfirm')}
          hint={t('passwordResetPolicy.reconfirm.hint')}
          defaultValue={String(policy.reconfirmDays)}
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          className="max-w-40"
        />
      </Section>
      <Section id="administrators" heading={t('passwordResetPolicy.administrators')}>
        <CheckboxField
          name="isAdministratorResetAllowed"
          label={t('passwordResetPolicy.administrators.allowed')}
          hint={t('passwordResetPolicy.administrators.hint')}
          defaultChecked={policy.isAdministratorResetAllowed}
        />
        <p className="text-text-muted">
          {t('passwordResetPolicy.administrators.policy', { count: administrators.people, able: administrators.able })}
        </p>
      </Section>
      <SelfServiceSection settings={policy.selfService} />
      <ProposeActions back="/admin" />
    </ActionForm>
  )
}
