import { registerDevice } from '@/lib/conditional-access/conditions-model'
import { applications, registerSecurityInformation } from '@/lib/conditional-access/model'
import { applicationName } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { RadioCards } from '../ui/radio-cards'
import type { PolicyValues } from './policy-fields'
import { Beside, Section } from './section'

/** What the policy is about: a user action, or apps. */
export function TargetSection({ values }: { values: PolicyValues }) {
  // Nothing here asks about a context, so none is offered; a policy that came with some keeps them.
  const isAboutContexts = values.target === 'contexts'
  const offered = ['userActions', 'allApps', 'apps', ...(isAboutContexts ? (['contexts'] as const) : [])] as const
  return (
    <Section id="targets" number={3} heading={t('policies.target.heading')} lead={t('policies.target.lead')}>
      <div className="group/target grid gap-6">
        <Beside count={3}>
          <RadioCards
            name="target"
            label={t('policies.target.label')}
            defaultValue={values.target}
            choices={offered.map((value) => ({
              value,
              label: t(`policies.target.${value}`),
              hint: t(`policies.target.${value}.hint`),
            }))}
          />
        </Beside>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=userActions]:checked]/target:grid sm:pl-6">
          <FieldGroup name="userActions" label={t('policies.target.action')}>
            <CheckboxField
              id="action-register"
              name="userActions[]"
              value={registerSecurityInformation}
              label={t('policies.target.register')}
              hint={t('policies.target.register.hint')}
              defaultChecked={values.userActions.includes(registerSecurityInformation)}
            />
            {values.userActions.includes(registerDevice) && (
              <CheckboxField
                id="action-device"
                name="userActions[]"
                value={registerDevice}
                label={t('policies.target.device')}
                hint={t('conditionalAccess.note.target')}
                defaultChecked
              />
            )}
          </FieldGroup>
        </div>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=allApps]:checked]/target:grid sm:pl-6">
          <Apps name="excludedApps" label={t('policies.target.exclude')} chosen={values.excludedApps} />
        </div>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=apps]:checked]/target:grid sm:pl-6">
          <Apps name="apps" label={t('policies.target.include')} chosen={values.apps} />
        </div>
      </div>
    </Section>
  )
}

function Apps({ name, label, chosen }: { name: string; label: string; chosen: readonly string[] }) {
  const ids = [...new Set<string>([...Object.values(applications), ...chosen])]
  return (
    <FieldGroup name={name} label={label}>
      {ids.map((id) => (
        <CheckboxField
          key={id}
          id={`${name}-${id}`}
          name={`${name}[]`}
          value={id}
          label={applicationName(id)}
          defaultChecked={chosen.includes(id)}
        />
      ))}
    </FieldGroup>
  )
}
