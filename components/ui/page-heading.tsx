import type { ReactNode } from 'react'
import { FocusTarget } from './focus-target'

/**
 * The one `h1` of a page, what it is about in a sentence, and the page's actions. A wizard gives its step's name as
 * `focusKey`: the heading then takes the focus when the step appears. A page without steps leaves it out.
 */
export function PageHeading({
  children,
  lead,
  actions,
  focusKey,
  above,
}: {
  children: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  focusKey?: string
  /** A link back or a stepper, before the heading. */
  above?: ReactNode
}) {
  const look = 'text-2xl font-semibold tracking-tight sm:text-[1.75rem] sm:leading-9'
  return (
    <header className="grid gap-6">
      {above}
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="grid min-w-0 gap-2">
          {focusKey ? (
            <FocusTarget focusKey={focusKey} className={look}>
              {children}
            </FocusTarget>
          ) : (
            <h1 className={look}>{children}</h1>
          )}
          {lead && <p className="max-w-2xl leading-relaxed text-text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
      </div>
    </header>
  )
}
