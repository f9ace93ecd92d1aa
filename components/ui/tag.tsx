import type { ReactNode } from 'react'
import { classes } from './classes'
import type { Tone } from './notice'

const looks: Record<Tone | 'neutral', string> = {
  neutral: 'bg-surface-sunken text-text-muted border-border',
  info: 'bg-accent-soft text-accent border-transparent',
  success: 'bg-success-soft text-success border-transparent',
  warning: 'bg-warning-soft text-warning border-transparent',
  danger: 'bg-danger-soft text-danger border-transparent',
}

/** A short word about a thing: "Default", "On", "Report-only". The word says it; the colour only helps the eye. */
export function Tag({ tone = 'neutral', children }: { tone?: Tone | 'neutral'; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center rounded-full border px-2.5 py-0.5 text-xs font-medium sm:whitespace-nowrap',
        looks[tone],
      )}
    >
      {children}
    </span>
  )
}
