import type { ReactNode } from 'react'
import { classes } from './classes'
import { Icon, type IconName } from './icon'

export type Tone = 'info' | 'success' | 'warning' | 'danger'

const looks: Record<Tone, { box: string; icon: IconName; mark: string }> = {
  info: { box: 'bg-accent-soft', icon: 'info', mark: 'text-accent' },
  success: { box: 'bg-success-soft', icon: 'check-circle', mark: 'text-success' },
  warning: { box: 'bg-warning-soft', icon: 'warning', mark: 'text-warning' },
  danger: { box: 'bg-danger-soft', icon: 'alert', mark: 'text-danger' },
}

/**
 * A message on the page. `live` announces it when it appears: danger at once, the others politely; leave it off for what
 * stands on the page from the start. The icon repeats what the words say, so colour is never alone.
 */
export function Notice({
  tone = 'info',
  title,
  children,
  actions,
  live = true,
}: {
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  live?: boolean
}) {
  const look = looks[tone]
  return (
    <div
      role={live ? (tone === 'danger' ? 'alert' : 'status') : undefined}
      className={classes('grid grid-cols-[auto_1fr] gap-3 rounded-md border border-transparent p-4', look.box)}
    >
      <Icon name={look.icon} className={classes('mt-0.5 size-5', look.mark)} />
      <div className="grid gap-2">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="grid gap-2 leading-relaxed">{children}</div>}
        {actions && <div className="mt-1 flex flex-wrap gap-3">{actions}</div>}
      </div>
    </div>
  )
}
