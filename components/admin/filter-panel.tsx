import type { ReactNode } from 'react'
import { Button, TextLink } from '@/components/ui/button'
import { Disclosure } from '@/components/ui/disclosure'
import { t } from '@/lib/i18n'

/**
 * Many filters above a list, in columns that stay straight (`FilterBar` is for a search with one or two). A native form
 * that puts its values in the address, so a view can be kept and sent on.
 */
export function FilterPanel({
  action,
  label,
  isFiltered,
  children,
  more,
}: {
  /** The list's path. */
  action: string
  /** Names the search landmark. */
  label: string
  isFiltered: boolean
  children: ReactNode
  /**
   * Filters that a phone folds away, so that the list below stays in sight; open where one of them is set. Elsewhere they
   * stand in the columns.
   */
  more?: { readonly isSet: boolean; readonly fields: ReactNode }
}) {
  return (
    <search aria-label={label}>
      <form action={action} method="get" className="grid items-end gap-4 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
        {children}
        {more && (
          <Disclosure summary={t('ui.filter.more')} isOpen={more.isSet} isFoldedOnPhonesOnly>
            {more.fields}
          </Disclosure>
        )}
        <div className="flex min-h-11 items-center gap-4">
          <Button type="submit" variant="secondary">
            {t('ui.filter.apply')}
          </Button>
          {isFiltered && <TextLink href={action}>{t('ui.filter.clear')}</TextLink>}
        </div>
      </form>
    </search>
  )
}
