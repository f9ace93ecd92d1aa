import type { ReactNode } from 'react'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { MethodIcon } from './method-icon'

/** A person's methods, one row each; inside a `Card` with `padding="none"`. */
export function MethodList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-border">
      {children}
    </ul>
  )
}

/**
 * One method: what it is, which one (masked), what is worth knowing, and what can be done with it. `detail` is text from
 * the person or the directory and stands in bidi isolation.
 */
export function MethodRow({
  kind,
  picture,
  title,
  detail,
  tags,
  facts = [],
  note,
  actions,
}: {
  kind: MethodKind
  /** A `data:` address of the picture of this very model. */
  picture?: string | null
  title: ReactNode
  detail?: string
  tags?: ReactNode
  /** Short facts such as "Added 22 Nov 2026", shown in one quiet line. */
  facts?: readonly string[]
  /** A sentence about it, such as why it can't be used and what to do. */
  note?: ReactNode
  actions?: ReactNode
}) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 px-5 py-4 sm:flex-nowrap sm:items-center sm:px-6 sm:py-5">
      <MethodIcon kind={kind} picture={picture} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
          {title} {tags}
        </p>
        {detail && <bdi className="wrap-anywhere text-text-muted">{detail}</bdi>}
        {facts.length > 0 && (
          <ul className="flex flex-wrap gap-x-4 text-sm text-text-muted">
            {facts.map((fact) => (
              <li key={fact}>{fact}</li>
            ))}
          </ul>
        )}
        {note && <p className="mt-1 text-sm">{note}</p>}
      </div>
      {actions && <div className="flex w-full flex-wrap gap-2 pl-15 sm:w-auto sm:pl-0">{actions}</div>}
    </li>
  )
}
