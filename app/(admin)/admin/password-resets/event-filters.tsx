import { FilterPanel } from '@/components/admin/filter-panel'
import { SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { t } from '@/lib/i18n'
import { resetPurposes, resetWays } from '@/lib/password-reset/model'
import { resetEventOutcomes } from '@/lib/reports/password-resets'

/** The filters of the list; what they hold stands in the address. A reference that one reset has opens it. */
export function ResetEventFilters({ filters }: { filters: Readonly<Record<string, string | undefined>> }) {
  return (
    <FilterPanel
      action="/admin/password-resets"
      label={t('resetUsage.filter.landmark')}
      isFiltered={Object.values(filters).some(Boolean)}
    >
      <TextField
        name="reference"
        type="search"
        label={t('resetUsage.filter.reference')}
        hint={t('resetUsage.filter.reference.hint')}
        autoComplete="off"
        spellCheck={false}
        defaultValue={filters.reference}
      />
      <TextField
        name="user"
        type="search"
        label={t('resetUsage.filter.user')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.user}
      />
      <TextField name="from" type="date" label={t('admin.audit.filter.from')} defaultValue={filters.from} />
      <TextField name="to" type="date" label={t('admin.audit.filter.to')} defaultValue={filters.to} />
      <SelectField
        name="outcome"
        label={t('resetUsage.filter.outcome')}
        placeholder={t('admin.all')}
        defaultValue={filters.outcome ?? ''}
        options={resetEventOutcomes.map((value) => ({ value, label: t(`resetUsage.outcome.${value}`) }))}
      />
      <SelectField
        name="purpose"
        label={t('resetUsage.filter.purpose')}
        placeholder={t('admin.all')}
        defaultValue={filters.purpose ?? ''}
        options={resetPurposes.map((value) => ({ value, label: t(`resetUsage.purpose.${value}`) }))}
      />
      <SelectField
        name="way"
        label={t('resetUsage.filter.way')}
        placeholder={t('admin.all')}
        defaultValue={filters.way ?? ''}
        options={resetWays.map((value) => ({ value, label: t(`resetUsage.way.${value}`) }))}
      />
      <SelectField
        name="person"
        label={t('resetUsage.filter.person')}
        placeholder={t('admin.all')}
        defaultValue={filters.person ?? ''}
        options={[{ value: 'unknown', label: t('resetUsage.filter.person.unknown') }]}
      />
    </FilterPanel>
  )
}
