import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { Avatar } from '../ui/avatar'
import { Icon, type IconName } from '../ui/icon'

/**
 * Who is signed in, where they can go, and the way out. A native popover: Escape and a click beside close it, and no
 * script is needed. `signOut` is the form that signs out, with its own token; style its button with `menuItemStyle`.
 */
export function AccountMenu({
  name,
  detail,
  links,
  signOut,
}: {
  name: string
  /** The user principal name. */
  detail: string
  links: readonly { readonly href: string; readonly label: string; readonly icon?: IconName }[]
  signOut: ReactNode
}) {
  return (
    <>
      <button
        type="button"
        popoverTarget="account-menu"
        className="flex min-h-11 shrink-0 items-center gap-2 rounded-full p-1 hover:bg-surface-sunken sm:pr-3"
      >
        <Avatar name={name} />
        <span className="sr-only">{t('ui.account.menu')}</span>
        <span className="sr-only text-sm font-medium sm:not-sr-only">
          <bdi className="block max-w-48 truncate">{name}</bdi>
        </span>
        <Icon name="chevron-down" className="hidden size-4 text-text-muted sm:block" />
      </button>
      <div
        id="account-menu"
        popover="auto"
        className="below-button w-72 max-w-[calc(100vw-1.5rem)] rounded-lg border border-border bg-surface-raised p-2 text-text shadow-float open:animate-arrive"
      >
        <p className="grid border-b border-border px-3 pt-2 pb-3">
          <bdi className="font-medium">{name}</bdi>
          <bdi className="text-sm wrap-anywhere text-text-muted">{detail}</bdi>
        </p>
        <ul className="grid pt-2">
          {links.map(({ href, label, icon }) => (
            <li key={href}>
              <a href={href} className={menuItemStyle}>
                {icon && <Icon name={icon} className="size-5 text-text-muted" />}
                {label}
              </a>
            </li>
          ))}
        </ul>
        {signOut}
      </div>
    </>
  )
}

/** One line of a menu, for links and for the button that signs out. */
export const menuItemStyle =
  'flex min-h-11 w-full items-center gap-3 rounded-md px-3 text-left hover:bg-surface-sunken -outline-offset-2'
