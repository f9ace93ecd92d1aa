import { SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { activityNames, serviceNames } from '@/lib/audit/view'
import { t } from '@/lib/i18n'
import { FilterPanel } from './filter-panel'

/** The filters of the audit log; what they hold stands in the address. */
export function AuditFilters({
  filters,
  isFiltered,
}: {
  filters: Readonly<Record<string, string | undefined>>
  isFiltered: boolean
}) {
  return (
    <FilterPanel action="/admin/audit-log" label={t('admin.audit.filter.landmark')} isFiltered={isFiltered}>
      <TextField
        name="text"
        type="search"
        label={t('admin.audit.filter.text')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.text}
      />
      <TextField name="from" type="date" label={t('admin.audit.filter.from')} defaultValue={filters.from} />
      <TextField name="to" type="date" label={t('admin.audit.filter.to')} defaultValue={filters.to} />
      <SelectField
        name="status"
        label={t('admin.audit.filter.status')}
        placeholder={t('admin.all')}
        defaultValue={filters.status ?? ''}
        options={(['success', 'failure'] as const).map((value) => ({ value, label: t(`admin.audit.status.${value}`) }))}
      />
      <SelectField
        name="service"
        label={t('admin.audit.filter.service')}
        placeholder={t('admin.all')}
        defaultValue={filters.service ?? ''}
        options={serviceNames().map((value) => ({ value, label: value }))}
      />
      <SelectField
        name="activity"
        label={t('admin.audit.filter.activity')}
        placeholder={t('admin.all')}
        defaultValue={filters.activity ?? ''}
        options={activityNames().map((value) => ({ value, label: value }))}
      />
      <TextField
        name="initiator"
        label={t('admin.audit.filter.initiator')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.initiator}
      />
      <TextField
        name="target"
        label={t('admin.audit.filter.target')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.target}
      />
    </FilterPanel>
  )
}
