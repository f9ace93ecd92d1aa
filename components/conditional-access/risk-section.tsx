import {
  insiderRiskLevels,
  type RiskLevel,
  riskLevels,
  transferMethods,
} from '@/lib/conditional-access/conditions-model'
import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import type { PolicyValues } from './policy-fields'
import { Boxes, Section } from './section'

/** Conditions that something else tells: risk, and the ways of signing in of other systems. None ticked: any. */
export function RiskSection({ values }: { values: PolicyValues }) {
  return (
    <Section id="risk" number={6} heading={t('policies.risk.heading')} lead={t('policies.risk.lead')}>
      <Levels name="userRiskLevels" levels={levelsWith(values.userRiskLevels)} chosen={values.userRiskLevels} />
      <Levels name="signInRiskLevels" levels={levelsWith(values.signInRiskLevels)} chosen={values.signInRiskLevels} />
      <Levels name="insiderRiskLevels" levels={insiderRiskLevels} chosen={values.insiderRiskLevels} />
      <FieldGroup name="transferMethods" label={t('policies.risk.flows')} hint={t('policies.risk.flows.hint')}>
        <Boxes>
          {transferMethods.map((method) => (
            <CheckboxField
              key={method}
              id={`flow-${method}`}
              name="transferMethods[]"
              value={method}
              label={t(`policies.risk.flow.${method}`)}
              defaultChecked={values.transferMethods.includes(method)}
            />
          ))}
        </Boxes>
      </FieldGroup>
    </Section>
  )
}

/** `hidden` is no choice; a policy that came with it keeps it. */
function levelsWith(chosen: readonly string[]): readonly RiskLevel[] {
  return riskLevels.filter((level) => level !== 'hidden' || chosen.includes(level)).toReversed()
}

function Levels({
  name,
  levels,
  chosen,
}: {
  name: 'userRiskLevels' | 'signInRiskLevels' | 'insiderRiskLevels'
  levels: readonly (RiskLevel | (typeof insiderRiskLevels)[number])[]
  chosen: readonly string[]
}) {
  return (
    <FieldGroup name={name} label={t(`policies.risk.${name}`)} hint={t(`policies.risk.${name}.hint`)}>
      <Boxes>
        {levels.map((level) => (
          <CheckboxField
            key={level}
            id={`${name}-${level}`}
            name={`${name}[]`}
            value={level}
            label={t(`policies.risk.level.${level}`)}
            defaultChecked={chosen.includes(level)}
          />
        ))}
      </Boxes>
    </FieldGroup>
  )
}
