import { SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { methodKinds } from '@/lib/authentication-methods/model'
import { t } from '@/lib/i18n'
import { FilterPanel } from './filter-panel'

/** Search and filters of the registrations list. A helpdesk operator (`isReport` false) has the search alone. */
export function RegistrationFilters({
  filters,
  isReport,
  isFiltered,
}: {
  filters: Readonly<Record<string, string | undefined>>
  isReport: boolean
  isFiltered: boolean
}) {
  return (
    <FilterPanel
      action="/admin/users"
      label={t('admin.users.search.landmark')}
      isFiltered={isFiltered}
      more={
        isReport
          ? { isSet: folded.some((name) => filters[name]), fields: <MoreFilters filters={filters} /> }
          : undefined
      }
    >
      <TextField
        name="search"
        type="search"
        label={t('admin.users.search')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.search}
      />
    </FilterPanel>
  )
}

const capabilities = ['mfa', 'sspr', 'passwordless'] as const
const folded = [...capabilities, 'method', 'admin']

function MoreFilters({ filters }: { filters: Readonly<Record<string, string | undefined>> }) {
  const yesOrNo = [
    { value: 'yes', label: t('admin.yes') },
    { value: 'no', label: t('admin.no') },
  ]
  return (
    <>
      {capabilities.map((name) => (
        <SelectField
          key={name}
          name={name}
          label={t(`admin.users.filter.${name}`)}
          placeholder={t('admin.all')}
          defaultValue={filters[name] ?? ''}
          options={yesOrNo}
        />
      ))}
      <SelectField
        name="method"
        label={t('admin.users.filter.method')}
        placeholder={t('admin.all')}
        defaultValue={filters.method ?? ''}
        options={[
          ...methodKinds.map((kind) => ({ value: kind, label: t(`securityInfo.method.${kind}`) })),
          { value: 'none', label: t('admin.users.noMethods') },
        ]}
      />
      <SelectField
        name="admin"
        label={t('admin.users.filter.admin')}
        placeholder={t('admin.all')}
        defaultValue={filters.admin ?? ''}
        options={yesOrNo}
      />
    </>
  )
}
