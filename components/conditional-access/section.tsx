import type { ReactNode } from 'react'

/** One numbered part of the policy form, in the order in which an administrator decides it. */
export function Section({
  id,
  number,
  heading,
  lead,
  children,
}: {
  id: string
  number?: number
  heading: string
  lead?: string
  children: ReactNode
}) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-heading`}
      className="min-w-0 rounded-lg border border-border bg-surface-raised p-5 shadow-control sm:p-6"
    >
      <div className="flex items-start gap-3">
        {number !== undefined && (
          <span
            aria-hidden="true"
            className="grid size-7 shrink-0 place-items-center rounded-full border border-accent/20 bg-accent-soft text-sm font-semibold text-accent"
          >
            {number}
          </span>
        )}
        <div className="grid gap-1">
          <h2 id={`${id}-heading`} className="text-lg font-semibold tracking-tight">
            {heading}
          </h2>
          {lead && <p className="text-sm text-text-muted">{lead}</p>}
        </div>
      </div>
      <div className="mt-5 grid gap-6">{children}</div>
    </section>
  )
}

/** Several boxes under one question, in as many columns as fit. */
export function Boxes({ children }: { children: ReactNode }) {
  return <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">{children}</div>
}

/** Lays the cards of a `RadioCards` out beside each other where there is room. */
export function Beside({ count, children }: { count: 2 | 3; children: ReactNode }) {
  return (
    <div className={count === 2 ? 'sm:[&>fieldset>div]:grid-cols-2' : 'md:[&>fieldset>div]:grid-cols-3'}>
      {children}
    </div>
  )
}
