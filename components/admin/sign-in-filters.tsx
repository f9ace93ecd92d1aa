import { SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { applications, registerSecurityInformation } from '@/lib/conditional-access/model'
import { t } from '@/lib/i18n'
import { FilterPanel } from './filter-panel'
import { targetName } from './sign-in-words'

/** The filters of the sign-in log; what they hold stands in the address. */
export function SignInFilters({
  filters,
  isFiltered,
}: {
  filters: Readonly<Record<string, string | undefined>>
  isFiltered: boolean
}) {
  return (
    <FilterPanel action="/admin/sign-in-log" label={t('admin.signIn.filter.landmark')} isFiltered={isFiltered}>
      <TextField
        name="user"
        type="search"
        label={t('admin.signIn.filter.user')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={filters.user}
      />
      <TextField name="from" type="date" label={t('admin.audit.filter.from')} defaultValue={filters.from} />
      <TextField name="to" type="date" label={t('admin.audit.filter.to')} defaultValue={filters.to} />
      <SelectField
        name="result"
        label={t('admin.signIn.filter.result')}
        placeholder={t('admin.all')}
        defaultValue={filters.result ?? ''}
        options={(['success', 'failure', 'blocked'] as const).map((value) => ({
          value,
          label: t(`admin.signIn.result.${value}`),
        }))}
      />
      <SelectField
        name="target"
        label={t('admin.signIn.filter.target')}
        placeholder={t('admin.all')}
        defaultValue={filters.target ?? ''}
        options={[registerSecurityInformation, applications.securityInfo, applications.administration].map((value) => ({
          value,
          label: targetName(value),
        }))}
      />
      <SelectField
        name="status"
        label={t('admin.signIn.filter.status')}
        placeholder={t('admin.all')}
        defaultValue={filters.status ?? ''}
        options={(['success', 'failure', 'notApplied'] as const).map((value) => ({
          value,
          label: t(`admin.signIn.status.${value}`),
        }))}
      />
    </FilterPanel>
  )
}
