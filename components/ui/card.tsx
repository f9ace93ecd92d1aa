import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes'

/** A raised sheet that groups what belongs together. With a `title` it is a named section. */
export function Card({
  title,
  description,
  actions,
  children,
  className,
  padding = 'regular',
  id,
}: {
  title?: ReactNode
  description?: ReactNode
  /** Buttons at the end of the title row. */
  actions?: ReactNode
  children?: ReactNode
  className?: string
  /** `none` lets a table or list reach the edges. */
  padding?: 'regular' | 'none'
  id?: string
}) {
  const headingId = title && id ? `${id}-heading` : undefined
  return (
    <section
      id={id}
      aria-labelledby={headingId}
      className={classes('overflow-clip rounded-lg border border-border bg-surface-raised shadow-control', className)}
    >
      {(title || actions) && (
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-5 pt-5 sm:px-6 sm:pt-6">
          <div className="grid min-w-0 gap-1">
            <h2 id={headingId} className="text-lg font-semibold tracking-tight">
              {title}
            </h2>
            {description && <p className="text-sm text-text-muted">{description}</p>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      )}
      <div className={padding === 'none' ? (title ? 'mt-4' : '') : 'p-5 sm:p-6'}>{children}</div>
    </section>
  )
}

/** Buttons of a form or card, the next step first; on a phone one below the other, each as wide as the screen. */
export function Actions({ className, ...rest }: ComponentProps<'div'>) {
  return (
    <div className={classes('flex flex-col gap-3 sm:flex-row sm:flex-wrap sm:items-center', className)} {...rest} />
  )
}
