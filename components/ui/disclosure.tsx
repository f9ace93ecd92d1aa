import type { ReactNode } from 'react'
import { classes } from './classes'
import { Icon } from './icon'

/**
 * Details that most readers do not need, folded behind their question. Native, works without scripts. `isOpen`: unfolded
 * when the page comes.
 */
export function Disclosure({
  summary,
  isOpen = false,
  isFoldedOnPhonesOnly = false,
  children,
}: {
  summary: ReactNode
  isOpen?: boolean
  /** On wider screens what is inside stands in the grid around, without its question. */
  isFoldedOnPhonesOnly?: boolean
  children: ReactNode
}) {
  return (
    <details open={isOpen} className={classes('group', isFoldedOnPhonesOnly && 'folded-on-phones')}>
      <summary className="flex w-fit items-center gap-1.5 rounded-sm text-accent underline decoration-1 underline-offset-4 marker:content-none hover:text-accent-hover [&::-webkit-details-marker]:hidden">
        <Icon name="chevron-right" className="size-4 transition-transform group-open:rotate-90" />
        {summary}
      </summary>
      <div className="mt-3 grid gap-3">{children}</div>
    </details>
  )
}
