import { t } from '@/lib/i18n'
import { TextLink } from '../ui/button'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { Notice } from '../ui/notice'
import { RadioCards } from '../ui/radio-cards'
import type { PolicyValues } from './policy-fields'
import { Beside, Section } from './section'

/** A location as the form offers it. */
export type PlaceChoice = { readonly id: string; readonly name: string; readonly isTrusted: boolean }

/** From where the policy applies: configured or not, locations to include and to exclude. */
export function LocationsSection({ values, places }: { values: PolicyValues; places: readonly PlaceChoice[] }) {
  const isAnyTrusted = places.some(({ isTrusted }) => isTrusted)
  return (
    <Section id="conditions" number={4} heading={t('policies.conditions.heading')} lead={t('policies.conditions.lead')}>
      <div className="group/places grid gap-6">
        <Beside count={2}>
          <RadioCards
            name="locationsConfigured"
            label={t('policies.conditions.configure')}
            defaultValue={values.locationsConfigured}
            choices={(['yes', 'no'] as const).map((value) => ({
              value,
              label: t(`policies.conditions.${value}`),
              hint: t(`policies.conditions.${value}.hint`),
            }))}
          />
        </Beside>
        <div className="hidden gap-6 border-l-2 border-border pl-4 group-has-[input[value=yes]:checked]/places:grid sm:pl-6">
          <div className="group/include grid gap-5">
            <Beside count={3}>
              <RadioCards
                name="includeWhere"
                label={t('policies.conditions.include')}
                defaultValue={values.includeWhere}
                choices={(['any', 'trusted', 'selected'] as const).map(placeChoice)}
              />
            </Beside>
            <div className="hidden group-has-[input[value=selected]:checked]/include:grid">
              <Places name="includeLocations" chosen={values.includeLocations} places={places} />
            </div>
          </div>
          <div className="group/exclude grid gap-5">
            <Beside count={3}>
              <RadioCards
                name="excludeWhere"
                label={t('policies.conditions.exclude')}
                defaultValue={values.excludeWhere}
                choices={[
                  ...(values.excludeWhere === 'any' ? (['any'] as const) : []),
                  ...(['none', 'trusted', 'selected'] as const),
                ].map(placeChoice)}
              />
            </Beside>
            {!isAnyTrusted && (
              <div className="hidden group-has-[input[value=trusted]:checked]/exclude:block">
                <Notice tone="warning" live={false}>
                  {t('policies.conditions.noneTrusted')}
                </Notice>
              </div>
            )}
            <div className="hidden group-has-[input[value=selected]:checked]/exclude:grid">
              <Places name="excludeLocations" chosen={values.excludeLocations} places={places} />
            </div>
          </div>
          <p>
            <TextLink href="/admin/named-locations/new" target="_blank">
              {t('policies.conditions.addLocation')}
            </TextLink>
          </p>
        </div>
      </div>
    </Section>
  )
}

function placeChoice(value: 'any' | 'trusted' | 'selected' | 'none') {
  return { value, label: t(`policies.conditions.${value}`) }
}

function Places({
  name,
  chosen,
  places,
}: {
  name: 'includeLocations' | 'excludeLocations'
  chosen: readonly string[]
  places: readonly PlaceChoice[]
}) {
  const gone = chosen
    .filter((id) => !places.some((place) => place.id === id))
    .map((id) => ({
      id,
      name: id === 'AllTrusted' ? t('policies.conditions.trusted') : t('policies.conditions.gone'),
      isTrusted: false,
    }))
  const shown = [...gone, ...places]
  return (
    <FieldGroup
      name={name}
      label={t(name === 'includeLocations' ? 'policies.conditions.includeList' : 'policies.conditions.excludeList')}
    >
      {shown.length === 0 && <p className="text-sm text-text-muted">{t('policies.conditions.unnamed')}</p>}
      {shown.map((place) => (
        <CheckboxField
          key={place.id}
          id={`${name}-${place.id}`}
          name={`${name}[]`}
          value={place.id}
          label={<bdi>{place.name}</bdi>}
          hint={place.isTrusted ? t('policies.conditions.isTrusted') : undefined}
          defaultChecked={chosen.includes(place.id)}
        />
      ))}
    </FieldGroup>
  )
}
