import { registerDevice } from '@/lib/conditional-access/conditions-model'
import { applications, registerSecurityInformation, resetPassword } from '@/lib/conditional-access/model'
import { applicationName } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { RadioCards } from '../ui/radio-cards'
import { TextField } from '../ui/text-field'
import type { PolicyValues } from './policy-fields'
import { Beside, Boxes, Section } from './section'

/** What the policy is about: a user action, or apps. */
export function TargetSection({ values, contexts }: { values: PolicyValues; contexts: readonly ContextChoice[] }) {
  const offered = ['userActions', 'allApps', 'apps', 'contexts'] as const
  return (
    <Section id="targets" number={3} heading={t('policies.target.heading')} lead={t('policies.target.lead')}>
      <div className="group/target grid gap-6">
        <Beside count={2}>
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
            <CheckboxField
              id="action-device"
              name="userActions[]"
              value={registerDevice}
              label={t('policies.target.device')}
              hint={t('policies.target.device.hint')}
              defaultChecked={values.userActions.includes(registerDevice)}
            />
            <CheckboxField
              id="action-reset"
              name="userActions[]"
              value={resetPassword}
              label={t('policies.target.reset')}
              hint={t('policies.target.reset.hint')}
              defaultChecked={values.userActions.includes(resetPassword)}
            />
          </FieldGroup>
        </div>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=allApps]:checked]/target:grid sm:pl-6">
          <Apps name="excludedApps" label={t('policies.target.exclude')} chosen={values.excludedApps} />
        </div>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=apps]:checked]/target:grid sm:pl-6">
          <Apps name="apps" label={t('policies.target.include')} chosen={values.apps} />
        </div>
        <div className="hidden gap-5 border-l-2 border-border pl-4 group-has-[input[value=contexts]:checked]/target:grid sm:pl-6">
          <Contexts contexts={contexts} chosen={values.contexts} />
        </div>
      </div>
    </Section>
  )
}

/** An authentication context: `c1` to `c99`, and what the organisation calls it. */
export type ContextChoice = { readonly id: string; readonly name: string }

function Contexts({ contexts, chosen }: { contexts: readonly ContextChoice[]; chosen: readonly string[] }) {
  const unnamed = chosen.filter((id) => !contexts.some((context) => context.id === id)).map((id) => ({ id, name: '' }))
  const offered = [...contexts, ...unnamed]
  return (
    <>
      <FieldGroup name="contexts" label={t('policies.target.contexts.list')} hint={t('policies.target.contexts.note')}>
        {offered.length > 0 && (
          <Boxes>
            {offered.map(({ id, name }) => (
              <CheckboxField
                key={id}
                id={`context-${id}`}
                name="contexts[]"
                value={id}
                label={
                  <>
                    {id} <bdi className="wrap-anywhere">{name}</bdi>
                  </>
                }
                defaultChecked={chosen.includes(id)}
              />
            ))}
          </Boxes>
        )}
      </FieldGroup>
      <TextField
        name="moreContexts"
        label={t('policies.target.contexts.more')}
        hint={t('policies.target.contexts.more.hint')}
        autoComplete="off"
        spellCheck={false}
        maxLength={1024}
      />
      <p>
        <a
          href="/admin/conditional-access/contexts"
          target="_blank"
          rel="noopener"
          className="w-fit rounded-sm text-accent underline decoration-1 underline-offset-4 hover:decoration-2"
        >
          {t('policies.target.contexts.name')}
        </a>
      </p>
    </>
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
