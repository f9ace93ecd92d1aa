import { classes } from '../ui/classes'

/**
 * The mark: one strip of paper folded once, which makes a tick. Two shapes, two benefits. Decorative beside the name; it
 * follows the text's colours, so it shows in forced colours too.
 */
export function Mark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="2 2 28 28" aria-hidden="true" focusable="false" className={classes('shrink-0', className)}>
      <path d="M3 13.5h8.2L17.4 26H9.2L3 13.5Z" className="fill-accent opacity-45 forced-colors:opacity-100" />
      <path d="M9.2 26h8.2L29 5.5h-8.2L9.2 26Z" className="fill-accent" />
    </svg>
  )
}

/** The mark and the product's name. */
export function Wordmark({ className }: { className?: string }) {
  return (
    <span
      className={classes('inline-flex items-center gap-2 text-lg font-semibold tracking-tight text-text', className)}
    >
      <Mark />
      Twofold
    </span>
  )
}
