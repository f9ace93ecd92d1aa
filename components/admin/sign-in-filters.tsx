import { Icon } from '@/components/ui/icon'
import { type Option, SelectField } from '@/components/ui/select-field'
import { TextField } from '@/components/ui/text-field'
import { applications, registerSecurityInformation, resetPassword } from '@/lib/conditional-access/model'
import { t } from '@/lib/i18n'
import { FilterPanel } from './filter-panel'
import { targetName } from './sign-in-words'

/** The filters of the sign-in log; what they hold stands in the address. */
export function SignInFilters({
  filters,
  isFiltered,
  policies,
  locations,
}: {
  filters: Readonly<Record<string, string | undefined>>
  isFiltered: boolean
  policies: readonly Option[]
  locations: readonly Option[]
}) {
  const hasMore = [filters.policy, filters.policyResult, filters.reportOnly, filters.place, filters.address].some(
    Boolean,
  )
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
        options={[
          registerSecurityInformation,
          resetPassword,
          applications.securityInfo,
          applications.administration,
        ].map((value) => ({
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
      <details open={hasMore} className="group col-span-full">
        <summary className="flex w-fit items-center gap-1.5 rounded-sm text-accent underline decoration-1 underline-offset-4 marker:content-none hover:text-accent-hover [&::-webkit-details-marker]:hidden">
          <Icon name="chevron-right" className="size-4 transition-transform group-open:rotate-90" />
          {t('admin.signIn.filter.more')}
        </summary>
        <div className="mt-4 grid items-end gap-4 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
          <SelectField
            name="policy"
            label={t('admin.signIn.filter.policy')}
            placeholder={t('admin.signIn.filter.policy.any')}
            defaultValue={filters.policy ?? ''}
            options={policies}
          />
          <SelectField
            name="policyResult"
            label={t('admin.signIn.filter.policyResult')}
            placeholder={t('admin.all')}
            defaultValue={filters.policyResult ?? ''}
            options={(['success', 'failure', 'actionRequired', 'notApplied'] as const).map((value) => ({
              value,
              label: t(`impact.outcome.${value}`),
            }))}
          />
          <SelectField
            name="reportOnly"
            label={t('admin.signIn.filter.reportOnly')}
            placeholder={t('admin.all')}
            defaultValue={filters.reportOnly ?? ''}
            options={(['reportOnlySuccess', 'reportOnlyFailure', 'reportOnlyInterrupted'] as const).map((value) => ({
              value,
              label: t(`conditionalAccess.result.${value}`),
            }))}
          />
          <SelectField
            name="place"
            label={t('admin.signIn.filter.place')}
            placeholder={t('admin.all')}
            defaultValue={filters.place ?? ''}
            options={[...locations, { value: 'unknown', label: t('admin.signIn.filter.place.unknown') }]}
          />
          <TextField
            name="address"
            label={t('admin.signIn.filter.address')}
            hint={t('admin.signIn.filter.address.hint')}
            autoComplete="off"
            spellCheck={false}
            defaultValue={filters.address}
          />
        </div>
      </details>
    </FilterPanel>
  )
}
