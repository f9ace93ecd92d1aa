import { cloudAppSecurityTypes, continuousAccessEvaluationModes } from '@/lib/conditional-access/model'
import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { Disclosure } from '../ui/disclosure'
import { RadioCards } from '../ui/radio-cards'
import { SelectField } from '../ui/select-field'
import { TextField } from '../ui/text-field'
import type { PolicyValues } from './policy-fields'
import { Beside, Boxes, Section } from './section'

/** How long what people have proven counts. */
export function SessionSection({ values }: { values: PolicyValues }) {
  return (
    <Section id="session" number={8} heading={t('policies.session.heading')} lead={t('policies.session.lead')}>
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
      <Beside count={3}>
        <RadioCards
          name="persistentBrowser"
          label={t('policies.session.browser')}
          defaultValue={values.persistentBrowser}
          choices={(['none', 'always', 'never'] as const).map((value) => ({
            value,
            label: t(`policies.session.browser.${value}`),
            hint: t(`policies.session.browser.${value}.hint`),
          }))}
        />
      </Beside>
      <Disclosure summary={t('policies.session.kept', { count: keptCount(values) })}>
        <p className="text-sm text-text-muted">{t('policies.session.kept.hint')}</p>
        <FieldGroup name="keptControls" label={t('policies.session.kept.label')}>
          <Boxes>
            {(['applicationEnforcedRestrictions', 'disableResilienceDefaults', 'secureSignInSession'] as const).map(
              (control) => (
                <CheckboxField
                  key={control}
                  id={`kept-${control}`}
                  name="keptControls[]"
                  value={control}
                  label={t(`policies.session.${control}`)}
                  defaultChecked={values.keptControls.includes(control)}
                />
              ),
            )}
          </Boxes>
        </FieldGroup>
        <div className="grid gap-5 sm:grid-cols-2">
          <SelectField
            name="cloudAppSecurity"
            label={t('policies.session.cloudAppSecurity')}
            defaultValue={values.cloudAppSecurity}
            options={(['none', ...cloudAppSecurityTypes] as const).map((value) => ({
              value,
              label: t(`policies.session.cloudAppSecurity.${value}`),
            }))}
          />
          <SelectField
            name="continuousAccess"
            label={t('policies.session.continuousAccess')}
            defaultValue={values.continuousAccess}
            options={(['none', ...continuousAccessEvaluationModes] as const).map((value) => ({
              value,
              label: t(`policies.session.continuousAccess.${value}`),
            }))}
          />
        </div>
      </Disclosure>
    </Section>
  )
}

function keptCount({ keptControls, cloudAppSecurity, continuousAccess }: PolicyValues): number {
  const ticked = keptControls.filter((name) => name !== 'cloudAppSecurity' && name !== 'continuousAccessEvaluation')
  return (
    ticked.length + [cloudAppSecurity, continuousAccess].filter((choice) => choice !== '' && choice !== 'none').length
  )
}
