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
  const yesOrNo = [
    { value: 'yes', label: t('admin.yes') },
    { value: 'no', label: t('admin.no') },
  ]
  return (
    <FilterPanel action="/admin/users" label={t('admin.users.search.landmark')} isFiltered={isFiltered}>
      <TextField
        name="search"
        type="search"
        label={t('admin.users.search')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.search}
      />
      {isReport && (
        <>
          {(['mfa', 'sspr', 'passwordless'] as const).map((name) => (
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
      )}
    </FilterPanel>
  )
}
