import { directoryRoles, guestOrExternalUserTypes } from '@/lib/directory/model'
import { t } from '@/lib/i18n'
import { CheckboxField, FieldGroup } from '../ui/checkbox-field'
import { Disclosure } from '../ui/disclosure'
import { Notice } from '../ui/notice'
import { RadioCards } from '../ui/radio-cards'
import { TextareaField } from '../ui/text-field'
import { PeoplePicker, type PickerChoice } from './people-picker'
import type { PolicyValues } from './policy-fields'
import { roleName } from './role-name'
import { Beside, Boxes, Section } from './section'
import { WhoCards } from './who-cards'

export type PeopleChoices = { readonly include: readonly PickerChoice[]; readonly exclude: readonly PickerChoice[] }

/** Whom the policy is about: users and groups to include and to exclude. */
export function UsersSection({ values, choices }: { values: PolicyValues; choices: PeopleChoices }) {
  return (
    <Section id="users" number={2} heading={t('policies.users.heading')} lead={t('policies.users.lead')}>
      <WhoCards
        name="includeWho"
        label={t('policies.users.include')}
        defaultValue={values.includeWho}
        choices={[
          { value: 'none', label: t('policies.users.none'), hint: t('policies.users.none.hint') },
          { value: 'all', label: t('policies.users.all'), hint: t('policies.users.all.hint') },
          { value: 'selected', label: t('policies.users.selected'), hint: t('policies.users.selected.hint') },
        ]}
      >
        <People side="include" values={values} choices={choices.include} />
      </WhoCards>
      <div className="group/excluded grid gap-5 border-t border-border pt-6">
        <h3 className="font-semibold">{t('policies.users.exclude')}</h3>
        {/* Only while no group is ticked: then there is nothing left to advise. */}
        <div className="group-has-[input[name^=excludeGroups]:checked]/excluded:hidden">
          <Notice live={false} title={t('policies.users.breakGlass')}>
            {t('policies.users.breakGlass.text')}
          </Notice>
        </div>
        <People side="exclude" values={values} choices={choices.exclude} />
      </div>
    </Section>
  )
}

function People({
  side,
  values,
  choices,
}: {
  side: 'include' | 'exclude'
  values: PolicyValues
  choices: readonly PickerChoice[]
}) {
  const roles: readonly string[] = values[`${side}Roles`]
  const guests: readonly string[] = values[`${side}Guests`]
  return (
    <>
      <PeoplePicker
        side={side}
        label={t(`policies.users.${side}People`)}
        hint={side === 'exclude' ? t('policies.users.excludePeople.hint') : undefined}
        choices={choices}
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
      <Disclosure summary={t('policies.users.more', { count: roles.length + guests.length })}>
        <FieldGroup name={`${side}Roles`} label={t('policies.users.roles')}>
          <Boxes>
            {[...new Set<string>([...Object.values(directoryRoles), ...roles])].map((id) => (
              <CheckboxField
                key={id}
                id={`${side}-role-${id}`}
                name={`${side}Roles[]`}
                value={id}
                label={roleName(id)}
                defaultChecked={roles.includes(id)}
              />
            ))}
          </Boxes>
        </FieldGroup>
        <FieldGroup name={`${side}Guests`} label={t('policies.users.guests')}>
          <Boxes>
            {guestOrExternalUserTypes.map((type) => (
              <CheckboxField
                key={type}
                id={`${side}-guest-${type}`}
                name={`${side}Guests[]`}
                value={type}
                label={t(`policies.users.guest.${type}`)}
                defaultChecked={guests.includes(type)}
              />
            ))}
          </Boxes>
        </FieldGroup>
        <div className="group/tenants grid gap-4">
          <Beside count={2}>
            <RadioCards
              name={`${side}TenantsKind`}
              label={t('policies.users.tenants')}
              defaultValue={values[`${side}TenantsKind`]}
              choices={(['all', 'enumerated'] as const).map((value) => ({
                value,
                label: t(`policies.users.tenants.${value}`),
              }))}
            />
          </Beside>
          <div className="hidden border-l-2 border-border pl-4 group-has-[input[value=enumerated]:checked]/tenants:grid sm:pl-6">
            <TextareaField
              name={`${side}Tenants`}
              label={t('policies.users.tenants.list')}
              hint={t('policies.users.tenants.hint')}
              defaultValue={values[`${side}Tenants`]}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
            />
          </div>
        </div>
      </Disclosure>
    </>
  )
}
