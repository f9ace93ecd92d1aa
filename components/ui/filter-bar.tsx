import type { ReactNode } from 'react'
import { Button, TextLink } from './button'
import { Icon } from './icon'

/**
 * Search and filters above a list: a native form that puts its values in the address, so that a view can be kept, sent
 * on and reached with the back button. `children` are `SelectField`s or other controls beside the search.
 */
export function FilterBar({
  action,
  label,
  search,
  children,
  submitLabel,
  clearHref,
  clearLabel,
}: {
  /** The list's path. */
  action: string
  /** Names the search landmark. */
  label: string
  search?: { name: string; label: string; placeholder?: string; defaultValue?: string }
  children?: ReactNode
  submitLabel: string
  /** Given only while something is filtered. */
  clearHref?: string
  clearLabel?: string
}) {
  return (
    <search aria-label={label}>
      <form action={action} method="get" className="flex flex-wrap items-end gap-x-4 gap-y-3">
        {search && (
          <div className="grid min-w-56 flex-[2] gap-1.5">
            <label htmlFor={search.name} className="text-sm font-medium">
              {search.label}
            </label>
            <div className="relative">
              <Icon
                name="search"
                className="pointer-events-none absolute inset-y-0 left-3 my-auto size-5 text-text-muted"
              />
              <input
                id={search.name}
                name={search.name}
                type="search"
                placeholder={search.placeholder}
                defaultValue={search.defaultValue}
                className="control pl-10"
              />
            </div>
          </div>
        )}
        {children && (
          <div className="flex min-w-0 flex-[3] flex-wrap gap-x-4 gap-y-3 *:min-w-36 *:flex-1">{children}</div>
        )}
        <div className="flex min-h-11 items-center gap-4">
          <Button type="submit" variant="secondary">
            {submitLabel}
          </Button>
          {clearHref && <TextLink href={clearHref}>{clearLabel}</TextLink>}
        </div>
      </form>
    </search>
  )
}
