import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { RadioCards } from '../ui/radio-cards'
import { SelectField } from '../ui/select-field'
import type { PolicyValues } from './policy-fields'
import { Beside, Section } from './section'

export type StrengthChoice = { readonly id: string; readonly name: string }
export type TermsChoice = { readonly id: string; readonly name: string }

/** What people must do: be blocked, or meet controls. What nothing here can tell yet says so. */
export function GrantSection({
  values,
  strengths,
  terms,
}: {
  values: PolicyValues
  strengths: readonly StrengthChoice[]
  terms: readonly TermsChoice[]
}) {
  return (
    <Section id="grant" number={7} heading={t('policies.grant.heading')} lead={t('policies.grant.lead')}>
      <div className="group/grant grid gap-6">
        <Beside count={2}>
          <RadioCards
            name="access"
            label={t('policies.grant.access')}
            defaultValue={values.access}
            choices={(['block', 'grant'] as const).map((value) => ({
              value,
              label: t(`policies.grant.${value}`),
              hint: t(`policies.grant.${value}.hint`),
            }))}
          />
        </Beside>
        <div className="hidden gap-6 border-l-2 border-border pl-4 group-has-[input[value=grant]:checked]/grant:grid sm:pl-6">
          <FieldGroup name="controls" label={t('policies.grant.controls')}>
            <CheckboxField
              id="control-mfa"
              name="controls[]"
              value="mfa"
              label={t('policies.grant.mfa')}
              hint={t('policies.grant.mfa.hint')}
              defaultChecked={values.controls.includes('mfa')}
            />
            <CheckboxField
              id="control-strength"
              name="controls[]"
              value="strength"
              label={t('policies.grant.strength')}
              hint={t('policies.grant.strength.hint')}
              defaultChecked={values.controls.includes('strength')}
            />
            <div className="hidden pl-8 group-has-[input[value=strength]:checked]/grant:grid">
              <SelectField
                name="strengthId"
                label={t('policies.grant.strength.label')}
                placeholder={t('policies.grant.strength.choose')}
                defaultValue={values.strengthId}
                options={strengths.map(({ id, name }) => ({ value: id, label: name }))}
              />
            </div>
            {(['compliantDevice', 'domainJoinedDevice', 'compliantApplication'] as const).map((control) => (
              <CheckboxField
                key={control}
                id={`control-${control}`}
                name="controls[]"
                value={control}
                label={t(`policies.grant.${control}`)}
                hint={t('policies.grant.device.hint')}
                defaultChecked={values.controls.includes(control)}
              />
            ))}
            <CheckboxField
              id="control-passwordChange"
              name="controls[]"
              value="passwordChange"
              label={t('policies.grant.passwordChange')}
              hint={t('policies.grant.passwordChange.hint')}
              defaultChecked={values.controls.includes('passwordChange')}
            />
            {values.controls.includes('approvedApplication') && (
              <CheckboxField
                id="control-approvedApplication"
                name="controls[]"
                value="approvedApplication"
                label={t('policies.grant.approvedApplication')}
                hint={t('policies.grant.approvedApplication.hint')}
                defaultChecked
              />
            )}
          </FieldGroup>
          <Terms chosen={values.termsOfUse} terms={terms} />
          <Beside count={2}>
            <RadioCards
              name="operator"
              label={t('policies.grant.operator')}
              defaultValue={values.operator}
              choices={[
                { value: 'AND', label: t('policies.grant.operator.and') },
                { value: 'OR', label: t('policies.grant.operator.or') },
              ]}
            />
          </Beside>
        </div>
      </div>
    </Section>
  )
}

function Terms({ chosen, terms }: { chosen: readonly string[]; terms: readonly TermsChoice[] }) {
  const gone = chosen
    .filter((id) => !terms.some((each) => each.id === id))
    .map((id) => ({ id, name: t('policies.grant.terms.gone') }))
  const offered = [...terms, ...gone]
  return (
    <FieldGroup name="termsOfUse" label={t('policies.grant.terms')} hint={t('policies.grant.terms.hint')}>
      {offered.length === 0 && <p className="text-sm text-text-muted">{t('policies.grant.terms.none')}</p>}
      {offered.map(({ id, name }) => (
        <CheckboxField
          key={id}
          id={`terms-${id}`}
          name="termsOfUse[]"
          value={id}
          label={<bdi className="wrap-anywhere">{name}</bdi>}
          defaultChecked={chosen.includes(id)}
        />
      ))}
      <p>
        <a
          href="/admin/terms-of-use/new"
          target="_blank"
          rel="noopener"
          className="w-fit rounded-sm text-accent underline decoration-1 underline-offset-4 hover:decoration-2"
        >
          {t('policies.grant.terms.add')}
        </a>
      </p>
    </FieldGroup>
  )
}
