import { GroupPicker } from '@/components/admin/group-picker'
import { ShownVersion } from '@/components/admin/shown-version'
import type { PickerChoice } from '@/components/conditional-access/people-picker'
import { Beside, Section } from '@/components/conditional-access/section'
import { WhoCards } from '@/components/conditional-access/who-cards'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import {
  type ConfigurationName,
  type MethodsPolicy,
  oathAlgorithms,
  oathPeriodsSeconds,
} from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { proposeMethodAction } from './actions'
import { pickedOf } from './fields'
import { profilesPath } from './places'
import { configurationTitle } from './words'

export type Choices = { readonly include: readonly PickerChoice[]; readonly exclude: readonly PickerChoice[] }

/** On or off, for whom, and the method's own settings. Sending it leads to what the change means; nothing is saved. */
export function MethodForm({
  kind,
  policy,
  version,
  choices,
}: {
  kind: ConfigurationName
  policy: MethodsPolicy
  version: number
  choices: Choices
}) {
  const configuration = policy.methods[kind]
  return (
    <ActionForm
      action={proposeMethodAction.bind(null, kind)}
      errorHeading={t('methodsPolicy.edit.errors')}
      className="grid max-w-3xl gap-6"
    >
      <FormToken />
      <ShownVersion version={version} />
      <Section id="state" heading={t('methodsPolicy.form.state')}>
        <Beside count={2}>
          <RadioCards
            name="state"
            label={configurationTitle(kind)}
            defaultValue={configuration.state}
            choices={[
              { value: 'enabled', label: t('methodsPolicy.state.enabled'), hint: t('methodsPolicy.form.on.hint') },
              { value: 'disabled', label: t('methodsPolicy.state.disabled'), hint: t('methodsPolicy.form.off.hint') },
            ]}
          />
        </Beside>
      </Section>
      <Section id="targets" heading={t('methodsPolicy.form.targets')}>
        <TargetFields
          who={pickedOf(configuration).includeWho}
          label={t('methodsPolicy.form.include')}
          selected={t('methodsPolicy.form.selected')}
          include={t('methodsPolicy.form.includeGroups')}
          exclude={t('methodsPolicy.form.excludeGroups')}
          excludeHint={t('methodsPolicy.form.excludeGroups.hint')}
          choices={choices}
        />
      </Section>
      {kind === 'softwareOath' && <AppSettings settings={policy.methods.softwareOath} />}
      {kind === 'passkey' && <PasskeySettings settings={policy.methods.passkey} />}
      {kind === 'mobilePhone' && <TextSettings settings={policy.methods.mobilePhone} />}
      {kind === 'voice' && <VoiceSettings settings={policy.methods.voice} />}
      {kind === 'temporaryAccessPass' && <PassSettings settings={policy.methods.temporaryAccessPass} />}
      <ProposeActions />
    </ActionForm>
  )
}

/** Everybody or certain groups, and who is left out. */
export function TargetFields({
  who,
  label,
  selected,
  include,
  exclude,
  excludeHint,
  choices,
}: {
  who: 'all' | 'selected'
  label: string
  selected: string
  include: string
  exclude: string
  excludeHint?: string
  choices: Choices
}) {
  return (
    <div className="grid gap-6">
      <WhoCards
        name="includeWho"
        label={label}
        defaultValue={who}
        choices={[
          { value: 'all', label: t('methodsPolicy.form.all') },
          { value: 'selected', label: selected, hint: t('methodsPolicy.form.selected.hint') },
        ]}
      >
        <GroupPicker side="include" label={include} choices={choices.include} />
      </WhoCards>
      <div className="grid border-t border-border pt-6">
        <GroupPicker side="exclude" label={exclude} hint={excludeHint} choices={choices.exclude} />
      </div>
    </div>
  )
}

export function ProposeActions({ back = '/admin/authentication-methods' }: { back?: string }) {
  return (
    <div className="grid gap-3">
      <Actions>
        <SubmitButton name="intent" value="preview" pendingLabel={t('methodsPolicy.edit.previewing')}>
          {t('methodsPolicy.edit.preview')}
        </SubmitButton>
        <ButtonLink href={back} variant="secondary">
          {t('ui.cancel')}
        </ButtonLink>
      </Actions>
      <p className="text-sm text-text-muted">{t('methodsPolicy.edit.previewHint')}</p>
    </div>
  )
}

function PasskeySettings({ settings }: { settings: MethodsPolicy['methods']['passkey'] }) {
  return (
    <Section id="passkey" heading={t('methodsPolicy.passkey.heading')}>
      <CheckboxField
        name="isSelfServiceRegistrationAllowed"
        label={t('methodsPolicy.passkey.selfService')}
        hint={t('methodsPolicy.passkey.selfService.hint')}
        defaultChecked={settings.isSelfServiceRegistrationAllowed}
      />
      <CheckboxField
        name="isConditionalCreationAllowed"
        label={t('methodsPolicy.passkey.conditional')}
        hint={t('methodsPolicy.passkey.conditional.hint')}
        defaultChecked={settings.isConditionalCreationAllowed}
      />
      <p>
        {t('methodsPolicy.passkey.profiles')}{' '}
        <TextLink href={profilesPath}>{t('methodsPolicy.passkey.profiles.link')}</TextLink>
      </p>
    </Section>
  )
}

function AppSettings({ settings }: { settings: MethodsPolicy['methods']['softwareOath'] }) {
  return (
    <Section id="app" heading={t('methodsPolicy.app.heading')} lead={t('methodsPolicy.app.lead')}>
      <Beside count={2}>
        <RadioCards
          name="algorithm"
          label={t('methodsPolicy.app.algorithm')}
          defaultValue={settings.algorithm}
          choices={oathAlgorithms.map((value) => ({
            value,
            label: t(`methodsPolicy.app.algorithm.${value}`),
            hint: t(`methodsPolicy.app.algorithm.${value}.hint`),
          }))}
        />
      </Beside>
      <Beside count={2}>
        <RadioCards
          name="periodSeconds"
          label={t('methodsPolicy.app.period')}
          defaultValue={String(settings.periodSeconds)}
          choices={oathPeriodsSeconds.map((seconds) => ({
            value: String(seconds),
            label: t('methodsPolicy.app.period.seconds', { seconds }),
            hint: t(`methodsPolicy.app.period.${seconds}.hint`),
          }))}
        />
      </Beside>
    </Section>
  )
}

function TextSettings({ settings }: { settings: MethodsPolicy['methods']['mobilePhone'] }) {
  return (
    <Section id="text" heading={t('methodsPolicy.text.heading')}>
      <CheckboxField
        name="isUsableForSignIn"
        label={t('methodsPolicy.text.signIn')}
        hint={t('methodsPolicy.text.signIn.hint')}
        defaultChecked={settings.includeTargets.some((target) => target.isUsableForSignIn === true)}
      />
    </Section>
  )
}

function VoiceSettings({ settings }: { settings: MethodsPolicy['methods']['voice'] }) {
  return (
    <Section id="voice" heading={t('methodsPolicy.voice.heading')}>
      <CheckboxField
        name="isOfficePhoneAllowed"
        label={t('methodsPolicy.voice.office')}
        hint={t('methodsPolicy.voice.office.hint')}
        defaultChecked={settings.isOfficePhoneAllowed}
      />
    </Section>
  )
}

function PassSettings({ settings }: { settings: MethodsPolicy['methods']['temporaryAccessPass'] }) {
  const number = { inputMode: 'numeric', autoComplete: 'off', maxLength: 6, className: 'max-w-40' } as const
  return (
    <Section id="pass" heading={t('methodsPolicy.pass.heading')}>
      {(['minimum', 'maximum', 'default'] as const).map((which) => (
        <TextField
          key={which}
          name={`${which}LifetimeInMinutes`}
          label={t(`methodsPolicy.pass.${which}`)}
          hint={which === 'default' ? undefined : t('methodsPolicy.pass.lifetime.hint')}
          defaultValue={String(settings[`${which}LifetimeInMinutes`])}
          {...number}
        />
      ))}
      <TextField
        name="defaultLength"
        label={t('methodsPolicy.pass.length')}
        hint={t('methodsPolicy.pass.length.hint')}
        defaultValue={String(settings.defaultLength)}
        {...number}
      />
      <CheckboxField
        name="isUsableOnce"
        label={t('methodsPolicy.pass.once')}
        hint={t('methodsPolicy.pass.once.hint')}
        defaultChecked={settings.isUsableOnce}
      />
    </Section>
  )
}
