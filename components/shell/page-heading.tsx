import type { ReactNode } from 'react'
import { FocusTarget } from '@/components/ui/focus-target'
import { t } from '@/lib/i18n'

/**
 * The one `h1` of a page and the document's title, what the page is about in a sentence, and its actions. A wizard gives its
 * step's name as `focusKey`: the heading then takes the focus when the step appears. A page without steps leaves it out.
 */
export function PageHeading({
  children,
  picture,
  tags,
  lead,
  actions,
  focusKey,
  above,
}: {
  /** Plain text: a title can be nothing else. */
  children: string
  /** Beside the text: whom or what the page is about, and its state. */
  picture?: ReactNode
  tags?: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  focusKey?: string
  /** A link back or a stepper, before the heading. */
  above?: ReactNode
}) {
  const look = 'text-2xl font-semibold tracking-tight sm:text-[1.75rem] sm:leading-9'
  const text = <bdi className="wrap-anywhere">{children}</bdi>
  const heading =
    picture || tags ? (
      <span className="flex flex-wrap items-center gap-x-4 gap-y-3">
        {picture}
        {text}
        {tags}
      </span>
    ) : (
      text
    )
  return (
    <header className="grid gap-6">
      <title>{`${children} · ${t('ui.product')}`}</title>
      {above}
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="grid min-w-0 gap-2">
          {focusKey ? (
            <FocusTarget focusKey={focusKey} className={look}>
              {heading}
            </FocusTarget>
          ) : (
            <h1 className={look}>{heading}</h1>
          )}
          {lead && <p className="max-w-2xl leading-relaxed text-text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-3">{actions}</div>}
      </div>
    </header>
  )
}
