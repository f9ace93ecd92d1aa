import { ButtonLink } from './button'
import { Icon } from './icon'

/**
 * Keyset paging: back to the start, and on. A missing link is left out rather than greyed. `summary` says what is shown,
 * e.g. "50 people".
 */
export function Pagination({
  label,
  firstHref,
  firstLabel,
  nextHref,
  nextLabel,
  summary,
}: {
  label: string
  firstHref?: string
  firstLabel: string
  nextHref?: string
  nextLabel: string
  summary?: string
}) {
  if (!firstHref && !nextHref && !summary) return null
  return (
    <nav
      aria-label={label}
      className="flex flex-wrap items-center justify-between gap-3 border-t border-border px-5 py-4 sm:px-6"
    >
      <p className="text-sm text-text-muted">{summary}</p>
      <div className="flex flex-wrap gap-2">
        {firstHref && (
          <ButtonLink href={firstHref} variant="secondary" size="small">
            {firstLabel}
          </ButtonLink>
        )}
        {nextHref && (
          <ButtonLink href={nextHref} rel="next" variant="secondary" size="small">
            {nextLabel}
            <Icon name="chevron-right" className="size-4" />
          </ButtonLink>
        )}
      </div>
    </nav>
  )
}
