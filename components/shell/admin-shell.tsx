import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { classes } from '../ui/classes'
import { Icon, type IconName } from '../ui/icon'
import { Brand, SkipLink } from './frame'

export type NavigationSection = {
  readonly heading?: string
  readonly items: readonly {
    readonly href: string
    readonly label: string
    readonly icon?: IconName
    readonly isCurrent: boolean
  }[]
}

/**
 * The administration area: places at the side, the page beside them. On a phone the places fold into a menu under the
 * header, a native one that needs no script. Only what the role may open belongs into `sections`.
 */
export function AdminShell({
  organisation,
  account,
  sections,
  homeHref = '/admin',
  children,
}: {
  organisation?: string
  account?: ReactNode
  sections: readonly NavigationSection[]
  homeHref?: string
  children: ReactNode
}) {
  const current = sections.flatMap(({ items }) => items).find(({ isCurrent }) => isCurrent)
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-border bg-surface-raised">
        <div className="flex min-h-16 items-center justify-between gap-4 px-5 lg:px-8">
          <Brand organisation={organisation} homeHref={homeHref} />
          {account}
        </div>
        <details className="group border-t border-border lg:hidden">
          <summary className="flex min-h-12 items-center gap-3 px-5 font-medium marker:content-none [&::-webkit-details-marker]:hidden">
            <Icon name="menu" />
            {t('ui.admin.menu')}
            {current && <span className="truncate font-normal text-text-muted">{current.label}</span>}
            <Icon
              name="chevron-down"
              className="ml-auto size-5 text-text-muted transition-transform group-open:rotate-180"
            />
          </summary>
          <div className="px-3 pb-4">
            <Navigation sections={sections} />
          </div>
        </details>
      </header>
      <div className="flex min-w-0 flex-1">
        <div className="hidden w-64 shrink-0 border-r border-border bg-surface-raised px-4 py-6 lg:block">
          <div className="sticky top-6">
            <Navigation sections={sections} />
          </div>
        </div>
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto grid w-full max-w-6xl min-w-0 content-start gap-8 px-5 py-8 sm:px-8 lg:px-10 lg:py-10"
        >
          {children}
        </main>
      </div>
    </div>
  )
}

function Navigation({ sections }: { sections: readonly NavigationSection[] }) {
  return (
    <nav aria-label={t('ui.admin.navigation')} className="grid gap-6">
      {sections.map(({ heading, items }) => (
        <div key={heading ?? items[0]?.href} className="grid gap-1">
          {heading && (
            <h2 className="px-3 pb-1 text-xs font-semibold tracking-wide text-text-muted uppercase">{heading}</h2>
          )}
          <ul className="grid gap-0.5">
            {items.map(({ href, label, icon, isCurrent }) => (
              <li key={href}>
                <a
                  href={href}
                  aria-current={isCurrent ? 'page' : undefined}
                  className={classes(
                    'flex min-h-11 items-center gap-3 rounded-md border border-transparent px-3 lg:min-h-10',
                    isCurrent
                      ? 'bg-accent-soft font-medium text-accent forced-colors:border-text'
                      : 'text-text-muted hover:bg-surface-sunken hover:text-text',
                  )}
                >
                  {icon && <Icon name={icon} />}
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}
