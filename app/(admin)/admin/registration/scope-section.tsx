import { PeoplePicker, type PickerChoice } from '@/components/conditional-access/people-picker'
import { Section } from '@/components/conditional-access/section'
import { WhoCards } from '@/components/conditional-access/who-cards'
import { t } from '@/lib/i18n'

/** Everybody or certain people and groups, and who is left out. */
export function ScopeSection({
  who,
  choices,
}: {
  who: 'all' | 'selected'
  choices: { readonly include: readonly PickerChoice[]; readonly exclude: readonly PickerChoice[] }
}) {
  return (
    <Section id="who" heading={t('registrationPolicies.who')}>
      <WhoCards
        name="includeWho"
        label={t('registrationPolicies.who.label')}
        defaultValue={who}
        choices={[
          { value: 'all', label: t('registrationPolicies.who.all') },
          {
            value: 'selected',
            label: t('registrationPolicies.who.selected'),
            hint: t('registrationPolicies.who.selected.hint'),
          },
        ]}
      >
        <Picker side="include" label={t('registrationPolicies.who.include')} choices={choices.include} />
      </WhoCards>
      <div className="grid border-t border-border pt-6">
        <Picker
          side="exclude"
          label={t('registrationPolicies.who.exclude')}
          hint={t('registrationPolicies.who.exclude.hint')}
          choices={choices.exclude}
        />
      </div>
    </Section>
  )
}

function Picker(picker: {
  side: 'include' | 'exclude'
  label: string
  hint?: string
  choices: readonly PickerChoice[]
}) {
  return (
    <PeoplePicker
      {...picker}
      texts={{
        search: t('policies.picker.search'),
        searchHint: t('policies.picker.searchHint'),
        find: t('policies.picker.find'),
        finding: t('policies.picker.finding'),
        chosen: t('policies.picker.chosen'),
        noneChosen: t('policies.picker.noneChosen'),
        groups: t('policies.picker.groups'),
        found: t('policies.picker.found', { text: '{text}' }),
        noneFound: t('policies.picker.noneFound'),
        unknown: t('policies.picker.unknown'),
        pending: t('ui.pending'),
      }}
    />
  )
}
