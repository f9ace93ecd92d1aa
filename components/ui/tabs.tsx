import { classes } from './classes'

/** Views of the same thing, each with an address of its own: a navigation list, not an ARIA tab widget. */
export function Tabs({
  label,
  tabs,
}: {
  label: string
  tabs: readonly { readonly href: string; readonly label: string; readonly isCurrent: boolean }[]
}) {
  return (
    <nav aria-label={label} className="overflow-x-auto border-b border-border">
      <ul className="flex gap-1">
        {tabs.map(({ href, label: text, isCurrent }) => (
          <li key={href}>
            <a
              href={href}
              aria-current={isCurrent ? 'page' : undefined}
              className={classes(
                'block rounded-t-sm border-b-2 px-4 py-2.5 font-medium whitespace-nowrap -outline-offset-2 focus-visible:-outline-offset-2',
                isCurrent ? 'border-accent text-accent' : 'border-transparent text-text-muted hover:text-text',
              )}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
