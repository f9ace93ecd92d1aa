import { GroupPicker } from '@/components/admin/group-picker'
import { ShownVersion } from '@/components/admin/shown-version'
import type { PickerChoice } from '@/components/conditional-access/people-picker'
import { Section } from '@/components/conditional-access/section'
import { WhoCards } from '@/components/conditional-access/who-cards'
import { ActionForm } from '@/components/ui/action-form'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { ProposeActions } from '../authentication-methods/method-form'
import { proposeScopeAction } from './actions'

type Shown = { readonly policy: PasswordResetPolicy; readonly choices: readonly PickerChoice[] }

/** The part of the policy that User Administrators may change. Sending it leads to what the change means. */
export function ScopeForm({ version, ...shown }: Shown & { version: number }) {
  return (
    <ActionForm
      action={proposeScopeAction}
      errorHeading={t('methodsPolicy.edit.errors')}
      className="grid max-w-3xl gap-6"
    >
      <FormToken />
      <ShownVersion version={version} />
      <ScopeSection {...shown} />
      <ProposeActions back="/admin" />
    </ActionForm>
  )
}

/** Whom reset is for. */
export function ScopeSection({ policy, choices }: Shown) {
  return (
    <Section id="who" heading={t('passwordResetPolicy.words.who')}>
      <WhoCards
        name="enabledFor"
        label={t('passwordResetPolicy.enabledFor')}
        defaultValue={policy.enabledFor}
        choices={(['none', 'selected', 'all'] as const).map((value) => ({
          value,
          label: t(`passwordResetPolicy.enabledFor.${value}`),
          hint: t(`passwordResetPolicy.enabledFor.${value}.hint`),
        }))}
      >
        <GroupPicker side="include" label={t('passwordResetPolicy.group')} choices={choices} />
      </WhoCards>
    </Section>
  )
}
