import { classes } from './classes'
import { Icon } from './icon'

/**
 * Where one is in a sequence: the position as a sentence ("Step 1 of 3"), and the steps as an ordered list with the
 * current one marked. On a phone the sentence and the bars remain, the names are read out only.
 */
export function Stepper({
  label,
  position,
  doneLabel,
  steps,
  current,
}: {
  /** Names the list, e.g. "Progress". */
  label: string
  /** "Step 1 of 3". */
  position: string
  /** Said after the name of a step that is done. */
  doneLabel: string
  steps: readonly { readonly id: string; readonly label: string }[]
  /** Index of the current step; equal to the number of steps when all are done. */
  current: number
}) {
  return (
    <div className="grid gap-2.5">
      <p className="text-sm font-medium text-text-muted">{position}</p>
      <ol aria-label={label} className="flex gap-2">
        {steps.map((step, index) => {
          const isDone = index < current
          const isCurrent = index === current
          return (
            <li key={step.id} aria-current={isCurrent ? 'step' : undefined} className="grid min-w-0 flex-1 gap-2">
              <span
                aria-hidden="true"
                className={classes(
                  'h-1.5 rounded-full border border-transparent forced-colors:border-text',
                  isDone && 'bg-accent forced-colors:bg-text',
                  isCurrent && 'bg-accent',
                  !isDone && !isCurrent && 'bg-border forced-colors:bg-surface',
                )}
              />
              <span
                className={classes(
                  'sr-only items-center gap-1 text-sm sm:not-sr-only sm:flex',
                  isCurrent ? 'font-medium text-text' : 'text-text-muted',
                )}
              >
                {isDone && <Icon name="check" className="size-4 text-accent" />}
                <span className="truncate">{step.label}</span>
                {isDone && <span className="sr-only"> ({doneLabel})</span>}
              </span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
