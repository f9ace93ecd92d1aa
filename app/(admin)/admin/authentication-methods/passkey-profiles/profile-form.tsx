import { ModelPicker, type PickedModel } from '@/components/admin/model-picker'
import { ShownVersion } from '@/components/admin/shown-version'
import { Beside, Section } from '@/components/conditional-access/section'
import { ActionForm } from '@/components/ui/action-form'
import { CheckboxField, FieldGroup } from '@/components/ui/checkbox-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { TextareaField, TextField } from '@/components/ui/text-field'
import type { PasskeyProfile } from '@/lib/authentication-methods/policy-model'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { ProposeActions } from '../method-form'
import { profilesPath } from '../places'
import { proposeProfileAction } from './actions'
import { restrictionOf } from './fields'

/** What a passkey must be. Sending it leads to what the change means; nothing is saved. */
export function ProfileForm({
  profile,
  version,
  choices,
}: {
  profile: PasskeyProfile
  version: number
  choices: readonly PickedModel[]
}) {
  return (
    <ActionForm
      action={proposeProfileAction.bind(null, profile.id)}
      errorHeading={t('methodsPolicy.edit.errors')}
      className="grid max-w-3xl gap-6"
    >
      <FormToken />
      <ShownVersion version={version} />
      <Section id="kinds" heading={t('passkeyProfiles.form.kinds')}>
        <TextField
          name="name"
          label={t('passkeyProfiles.form.name')}
          hint={t('passkeyProfiles.form.name.hint')}
          defaultValue={profile.name}
          autoComplete="off"
          maxLength={64}
        />
        <FieldGroup name="types" label={t('passkeyProfiles.form.types')}>
          {(['deviceBound', 'synced'] as const).map((type) => (
            <CheckboxField
              key={type}
              name={type}
              label={t(`passkeyProfiles.form.${type}`)}
              hint={t(`passkeyProfiles.form.${type}.hint`)}
              defaultChecked={profile.passkeyTypes.includes(type)}
            />
          ))}
        </FieldGroup>
        <CheckboxField
          name="attestation"
          label={t('passkeyProfiles.form.attestation')}
          hint={t('passkeyProfiles.form.attestation.hint')}
          defaultChecked={profile.attestationEnforcement === 'registrationOnly'}
        />
      </Section>
      <Section id="models" heading={t('passkeyProfiles.form.models')} lead={t('passkeyProfiles.form.restriction.lead')}>
        <div className="group/models grid gap-6">
          <Beside count={3}>
            <RadioCards
              name="restriction"
              label={t('passkeyProfiles.form.restriction')}
              defaultValue={restrictionOf(profile)}
              choices={[
                { value: 'none', label: t('passkeyProfiles.form.restriction.none') },
                ...(['allow', 'block'] as const).map((value) => ({
                  value,
                  label: t(`passkeyProfiles.form.restriction.${value}`),
                  hint: t(`passkeyProfiles.form.restriction.${value}.hint`),
                })),
              ]}
            />
          </Beside>
          <div className="grid gap-6 border-l-2 border-border pl-4 group-has-[input[value=none]:checked]/models:hidden sm:pl-6">
            <ModelPicker
              choices={choices}
              pictures={`${profilesPath}/picture`}
              texts={{
                label: t('passkeyProfiles.picker.label'),
                search: t('passkeyProfiles.picker.search'),
                searchHint: t('passkeyProfiles.picker.searchHint'),
                find: t('passkeyProfiles.picker.find'),
                finding: t('passkeyProfiles.picker.finding'),
                chosen: t('passkeyProfiles.picker.chosen'),
                noneChosen: t('passkeyProfiles.picker.noneChosen'),
                models: t('passkeyProfiles.picker.models'),
                found: t('passkeyProfiles.picker.found', { text: '{text}' }),
                noneFound: t('passkeyProfiles.picker.noneFound'),
                unknown: t('passkeyProfiles.picker.unknown'),
                refused: t('passkeyProfiles.picker.refused'),
              }}
            />
            <TextareaField
              name="aaguids"
              label={t('passkeyProfiles.picker.typed')}
              hint={t('passkeyProfiles.picker.typedHint')}
              autoComplete="off"
              spellCheck={false}
            />
          </div>
        </div>
      </Section>
      <ProposeActions back={profilesPath} />
    </ActionForm>
  )
}
