import { FilterBar } from '@/components/ui/filter-bar'
import { t } from '@/lib/i18n'

/** Where an administrator pastes the reference that somebody who was stopped sent them. Works without scripts. */
export function ReferenceSearch({ value }: { value?: string | undefined }) {
  return (
    <FilterBar
      action="/admin/sign-in-log/reference"
      label={t('admin.reference.landmark')}
      search={{
        name: 'reference',
        label: t('admin.reference.label'),
        placeholder: t('admin.reference.placeholder'),
        ...(value === undefined ? {} : { defaultValue: value }),
      }}
      submitLabel={t('admin.reference.find')}
    />
  )
}
