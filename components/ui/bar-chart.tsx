import { classes } from './classes'

export type Bar = {
  readonly key: string
  readonly label: string
  /** The value in words, beside its name. */
  readonly text: string
  /** What it is compared with, in words. */
  readonly note?: string
  readonly value: number
  readonly tone: 'danger' | 'warning' | 'info' | 'success'
}

const fills = { danger: 'fill-danger', warning: 'fill-warning', info: 'fill-accent', success: 'fill-success' } as const

/**
 * Bars below each other, each with its name and value in words, so nobody needs to see or measure a bar. Drawn by hand:
 * a picture of a few rectangles needs no library, and its sizes are attributes, which the security policy allows.
 */
export function BarChart({ bars, max }: { bars: readonly Bar[]; max: number }) {
  return (
    <ul className="grid gap-4">
      {bars.map(({ key, label, text, note, value, tone }) => (
        <li key={key} className="grid gap-1.5">
          <p className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
            <span className="font-medium">{label}</span>
            <span className="tabular-nums">
              {text}
              {note && <span className="text-sm text-text-muted"> · {note}</span>}
            </span>
          </p>
          <svg aria-hidden="true" width="100%" height="10" className="block forced-color-adjust-none">
            <rect width="100%" height="10" rx="5" className="fill-border" />
            {value > 0 && (
              // Something is never drawn as nothing.
              <rect
                width={`${Math.max(0.8, (100 * value) / Math.max(1, max))}%`}
                height="10"
                rx="5"
                className={classes(fills[tone])}
              />
            )}
          </svg>
        </li>
      ))}
    </ul>
  )
}
