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
      <form action={action} method="get" className="grid items-end gap-x-4 gap-y-4 sm:flex sm:flex-wrap">
        {search && (
          <div className="grid gap-1.5 sm:min-w-56 sm:flex-[2]">
            <label htmlFor={search.name} className="w-fit font-medium">
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
          <div className="grid gap-x-4 gap-y-4 sm:flex sm:min-w-0 sm:flex-[3] sm:flex-wrap sm:*:min-w-36 sm:*:flex-1">
            {children}
          </div>
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
