import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { RadioCards } from '../ui/radio-cards'
import { SelectField } from '../ui/select-field'
import { TextField } from '../ui/text-field'
import type { PolicyValues } from './policy-fields'
import { Beside, Section } from './section'

/** How long what people have proven counts. */
export function SessionSection({ values }: { values: PolicyValues }) {
  return (
    <Section id="session" number={7} heading={t('policies.session.heading')} lead={t('policies.session.lead')}>
      <div className="group/frequency grid gap-5">
        <Beside count={3}>
          <RadioCards
            name="frequency"
            label={t('policies.session.frequency')}
            defaultValue={values.frequency}
            choices={(['none', 'timeBased', 'everyTime'] as const).map((value) => ({
              value,
              label: t(`policies.session.frequency.${value}`),
              hint: t(`policies.session.frequency.${value}.hint`),
            }))}
          />
        </Beside>
        <div className="hidden gap-5 border-l-2 border-border pl-4 group-has-[input[value=timeBased]:checked]/frequency:grid sm:grid-cols-2 sm:pl-6">
          <TextField
            name="frequencyValue"
            label={t('policies.session.value')}
            hint={t('policies.session.value.hint')}
            defaultValue={values.frequencyValue}
            inputMode="numeric"
            autoComplete="off"
            maxLength={3}
          />
          <SelectField
            name="frequencyUnit"
            label={t('policies.session.unit')}
            defaultValue={values.frequencyUnit || 'hours'}
            options={(['hours', 'days'] as const).map((value) => ({
              value,
              label: t(`policies.session.unit.${value}`),
            }))}
          />
        </div>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=timeBased]:checked]/frequency:grid group-has-[input[value=everyTime]:checked]/frequency:grid sm:pl-6">
          <CheckboxField
            name="frequencySecondary"
            label={t('policies.session.secondary')}
            hint={t('policies.session.secondary.hint')}
            defaultChecked={values.frequencySecondary === 'on'}
          />
        </div>
      </div>
      <FieldGroup name="persistentBrowser" label={t('policies.session.browser')}>
        <CheckboxField
          name="persistentNever"
          label={t('policies.session.never')}
          hint={t('policies.session.never.hint')}
          defaultChecked={values.persistentNever === 'on'}
        />
      </FieldGroup>
    </Section>
  )
}
