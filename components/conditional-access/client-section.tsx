import { clientAppTypes, devicePlatforms } from '@/lib/conditional-access/conditions-model'
import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { RadioCards } from '../ui/radio-cards'
import { TextareaField } from '../ui/text-field'
import type { PolicyValues } from './policy-fields'
import { Beside, Boxes, Section } from './section'

/** With what the policy applies: platforms, kinds of client, devices. Each part is off until it is wanted. */
export function ClientSection({ values }: { values: PolicyValues }) {
  return (
    <Section id="client" number={5} heading={t('policies.client.heading')} lead={t('policies.client.lead')}>
      <div className="group/platforms grid gap-5">
        <YesNo name="platformsConfigured" label={t('policies.client.platforms')} value={values.platformsConfigured} />
        <div className="hidden gap-5 border-l-2 border-border pl-4 group-has-[input[value=yes]:checked]/platforms:grid sm:pl-6">
          <Platforms
            name="includePlatforms"
            label={t('policies.conditions.include')}
            hint={t('conditionalAccess.note.platform')}
            chosen={values.includePlatforms}
          />
          <Platforms
            name="excludePlatforms"
            label={t('policies.conditions.exclude')}
            chosen={values.excludePlatforms}
          />
        </div>
      </div>
      <div className="group/clients grid gap-5">
        <YesNo name="clientsConfigured" label={t('policies.client.apps')} value={values.clientsConfigured} />
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=yes]:checked]/clients:grid sm:pl-6">
          <FieldGroup name="clientApps" label={t('policies.client.apps.list')} hint={t('policies.client.apps.hint')}>
            <Boxes>
              {clientAppTypes
                .filter((type) => type !== 'all')
                .map((type) => (
                  <CheckboxField
                    key={type}
                    id={`clientApps-${type}`}
                    name="clientApps[]"
                    value={type}
                    label={t(`conditionalAccess.client.${type}`)}
                    defaultChecked={values.clientApps.includes(type)}
                  />
                ))}
            </Boxes>
          </FieldGroup>
        </div>
      </div>
      <div className="group/devices grid gap-5">
        <Beside count={3}>
          <RadioCards
            name="deviceFilterMode"
            label={t('policies.client.devices')}
            defaultValue={values.deviceFilterMode}
            choices={(['none', 'include', 'exclude'] as const).map((value) => ({
              value,
              label: t(`policies.client.devices.${value}`),
            }))}
          />
        </Beside>
        <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=include]:checked]/devices:grid group-has-[input[value=exclude]:checked]/devices:grid sm:pl-6">
          <TextareaField
            name="deviceFilterRule"
            label={t('policies.client.devices.rule')}
            hint={t('policies.client.devices.rule.hint')}
            defaultValue={values.deviceFilterRule}
            autoComplete="off"
            spellCheck={false}
            maxLength={3072}
            className="font-mono"
          />
        </div>
      </div>
    </Section>
  )
}

function YesNo({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <Beside count={2}>
      <RadioCards
        name={name}
        label={label}
        defaultValue={value}
        choices={(['yes', 'no'] as const).map((each) => ({ value: each, label: t(`policies.conditions.${each}`) }))}
      />
    </Beside>
  )
}

function Platforms({
  name,
  label,
  hint,
  chosen,
}: {
  name: 'includePlatforms' | 'excludePlatforms'
  label: string
  hint?: string
  chosen: readonly string[]
}) {
  const offered = [
    'all',
    ...devicePlatforms.filter((each) => each !== 'windowsPhone' || chosen.includes(each)),
  ] as const
  return (
    <FieldGroup name={name} label={label} hint={hint}>
      <Boxes>
        {offered.map((platform) => (
          <CheckboxField
            key={platform}
            id={`${name}-${platform}`}
            name={`${name}[]`}
            value={platform}
            label={t(`conditionalAccess.platform.${platform}`)}
            defaultChecked={chosen.includes(platform)}
          />
        ))}
      </Boxes>
    </FieldGroup>
  )
}
