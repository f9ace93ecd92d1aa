import { Button, TextLink } from '@/components/ui/button'
import { Actions } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { Disclosure } from '@/components/ui/disclosure'
import { ErrorSummary } from '@/components/ui/error-summary'
import { SelectField } from '@/components/ui/select-field'
import { TextareaField, TextField } from '@/components/ui/text-field'
import { clientApps, insiderRiskLevels, transferMethods } from '@/lib/conditional-access/conditions-model'
import { allCountries } from '@/lib/conditional-access/countries'
import {
  tellableRisks,
  trustTypes,
  unknownCountry,
  type WhatIfFields,
  whatIfPlatforms,
  whatIfTargets,
} from '@/lib/conditional-access/read-what-if'
import { provenWays } from '@/lib/conditional-access/what-if'
import { t } from '@/lib/i18n'
import { Section } from './section'

export type FieldError = { readonly field: string; readonly message: string }

/** The question of What If: a native form that puts its answers in the address, so a question can be kept and sent on. */
export function WhatIfForm({
  action,
  fields,
  errors,
}: {
  action: string
  fields: WhatIfFields
  errors: readonly FieldError[]
}) {
  const errorOf = (name: keyof WhatIfFields) => errors.find(({ field }) => field === name)?.message
  const common = (name: keyof WhatIfFields) => ({ name, error: errorOf(name), defaultValue: fields[name] })
  return (
    <form action={action} method="get" className="grid max-w-3xl gap-6">
      {errors.length > 0 && <ErrorSummary heading={t('whatIf.errors')} errors={errors} />}
      <Section id="who" number={1} heading={t('whatIf.who.heading')}>
        <TextField
          {...common('person')}
          label={t('whatIf.person')}
          hint={t('whatIf.person.hint')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={256}
        />
        <SelectField
          {...common('target')}
          label={t('whatIf.target')}
          placeholder={t('whatIf.choose')}
          options={whatIfTargets.map((value) => ({ value, label: t(`whatIf.target.${value}`) }))}
        />
        <TextField
          {...common('context')}
          label={t('whatIf.context')}
          hint={t('whatIf.context.hint')}
          optionalLabel={t('ui.optional')}
          autoComplete="off"
          maxLength={3}
          className="max-w-32"
        />
        <SelectField
          {...common('proven')}
          defaultValue={fields.proven || 'password'}
          label={t('whatIf.proven')}
          options={provenWays.map((value) => ({ value, label: t(`whatIf.proven.${value}`) }))}
        />
      </Section>
      <Section id="where" number={2} heading={t('whatIf.where.heading')}>
        <Pair>
          <SelectField
            {...common('platform')}
            label={t('whatIf.platform')}
            placeholder={t('whatIf.choose')}
            options={whatIfPlatforms.map((value) => ({
              value,
              label: value === 'other' ? t('whatIf.platform.other') : t(`conditionalAccess.platform.${value}`),
            }))}
          />
          <SelectField
            {...common('clientApp')}
            defaultValue={fields.clientApp || 'browser'}
            label={t('whatIf.clientApp')}
            options={clientApps.map((value) => ({ value, label: t(`conditionalAccess.client.${value}`) }))}
          />
        </Pair>
        <Pair>
          <TextField
            {...common('address')}
            label={t('whatIf.address')}
            hint={t('whatIf.address.hint')}
            optionalLabel={t('ui.optional')}
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            className="font-mono"
          />
          <SelectField
            {...common('country')}
            label={t('whatIf.country')}
            optionalLabel={t('ui.optional')}
            placeholder={t('whatIf.country.open')}
            options={[
              { value: unknownCountry, label: t('whatIf.country.unknown') },
              ...allCountries().map(({ code, name }) => ({ value: code, label: name })),
            ]}
          />
        </Pair>
      </Section>
      <Section id="more" number={3} heading={t('whatIf.more.heading')} lead={t('whatIf.more.lead')}>
        {isMoreUsed(fields, errors) ? (
          <More common={common} />
        ) : (
          <Disclosure summary={t('whatIf.more.heading')}>
            <More common={common} />
          </Disclosure>
        )}
      </Section>
      <CheckboxField name="all" value="yes" label={t('whatIf.all')} defaultChecked={fields.all === 'yes'} />
      <Actions>
        <Button type="submit" variant="primary">
          {t('whatIf.submit')}
        </Button>
        <TextLink href={action}>{t('whatIf.again')}</TextLink>
      </Actions>
    </form>
  )
}

type Common = (name: keyof WhatIfFields) => {
  readonly name: string
  readonly error: string | undefined
  readonly defaultValue: string
}

const moreNames = [
  ...(['signInRisk', 'userRisk', 'insiderRisk', 'compliant', 'trustType', 'appProtected'] as const),
  ...(['attributes', 'transferMethod'] as const),
]

/** Folded away while nobody asks about it. */
function isMoreUsed(fields: WhatIfFields, errors: readonly FieldError[]): boolean {
  return moreNames.some(
    (name) => errors.some(({ field }) => field === name) || (fields[name] !== '' && fields[name] !== 'none'),
  )
}

function More({ common }: { common: Common }) {
  const risks = ['signInRisk', 'userRisk'] as const
  const yesNo = (['yes', 'no'] as const).map((value) => ({ value, label: t(`whatIf.${value}`) }))
  const riskOption = (value: (typeof tellableRisks)[number] | (typeof insiderRiskLevels)[number]) => ({
    value: value === 'none' ? '' : value,
    label: t(`conditionalAccess.risk.${value}`),
  })
  return (
    <div className="grid gap-6">
      <Pair>
        {risks.map((name) => (
          <SelectField
            key={name}
            {...common(name)}
            label={t(`whatIf.${name}`)}
            options={tellableRisks.map(riskOption)}
          />
        ))}
      </Pair>
      <Pair>
        <SelectField
          {...common('insiderRisk')}
          label={t('whatIf.insiderRisk')}
          options={(['none', ...insiderRiskLevels] as const).map(riskOption)}
        />
        <SelectField
          {...common('transferMethod')}
          label={t('whatIf.transferMethod')}
          placeholder={t('whatIf.transferMethod.none')}
          options={transferMethods.map((value) => ({ value, label: t(`conditionalAccess.flow.${value}`) }))}
        />
      </Pair>
      <Pair>
        <SelectField
          {...common('compliant')}
          label={t('whatIf.compliant')}
          placeholder={t('whatIf.unsaid')}
          options={yesNo}
        />
        <SelectField
          {...common('trustType')}
          label={t('whatIf.trustType')}
          placeholder={t('whatIf.unsaid')}
          options={trustTypes.map((value) => ({ value, label: t(`whatIf.trustType.${value}`) }))}
        />
      </Pair>
      <SelectField
        {...common('appProtected')}
        label={t('whatIf.appProtected')}
        placeholder={t('whatIf.unsaid')}
        options={yesNo}
        className="sm:max-w-xs"
      />
      <TextareaField
        {...common('attributes')}
        label={t('whatIf.attributes')}
        hint={t('whatIf.attributes.hint')}
        autoComplete="off"
        spellCheck={false}
        maxLength={1024}
        className="font-mono"
      />
    </div>
  )
}

function Pair({ children }: { children: React.ReactNode }) {
  return <div className="grid items-start gap-6 sm:grid-cols-2">{children}</div>
}
