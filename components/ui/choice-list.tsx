import type { ReactNode } from 'react'
import { Icon } from './icon'

/**
 * Ways on as a list of large links, for a picker where choosing and going are the same step. `icon` stands before the
 * label, `tag` beside it.
 */
export function ChoiceList({
  label,
  choices,
}: {
  /** Names the list for assistive technology. */
  label: string
  choices: readonly {
    readonly href: string
    readonly label: ReactNode
    readonly hint?: ReactNode
    readonly icon?: ReactNode
    readonly tag?: ReactNode
  }[]
}) {
  return (
    <ul aria-label={label} className="grid gap-3">
      {choices.map(({ href, label: text, hint, icon, tag }) => (
        <li key={href}>
          <a
            href={href}
            className="group flex items-center gap-4 rounded-md border border-border bg-surface-raised p-4 shadow-control transition-colors hover:border-accent hover:bg-accent-soft"
          >
            {icon}
            <span className="grid min-w-0 flex-1 gap-0.5">
              <span className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
                {text} {tag}
              </span>
              {hint && <span className="text-sm text-text-muted">{hint}</span>}
            </span>
            <Icon
              name="chevron-right"
              className="size-5 text-text-muted transition-transform group-hover:translate-x-0.5"
            />
          </a>
        </li>
      ))}
    </ul>
  )
}
