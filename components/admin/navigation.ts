import type { NavigationSection } from '@/components/shell/admin-shell'
import type { IconName } from '@/components/ui/icon'
import type { Subject } from '@/lib/directory/model'
import { may, type Right } from '@/lib/directory/rights'
import { type MessageKey, t } from '@/lib/i18n'

type Place = {
  readonly href: string
  readonly label: MessageKey
  readonly icon: IconName
  /** Whoever holds one of them sees the place; none: every administrator. */
  readonly rights: readonly Right[]
}

/** The places of the admin area. Leaving one out of the menu protects nothing: each page asks for its right itself. */
const places: readonly { readonly heading?: MessageKey; readonly items: readonly Place[] }[] = [
  { items: [{ href: '/admin', label: 'admin.nav.overview', icon: 'shield', rights: [] }] },
  {
    heading: 'admin.nav.people',
    items: [
      {
        href: '/admin/users',
        label: 'admin.nav.registrations',
        icon: 'people',
        rights: ['registrations.read', 'methods.read', 'sessions.revoke', 'users.resetPassword'],
      },
      {
        href: '/admin/hardware-tokens',
        label: 'admin.nav.hardwareTokens',
        icon: 'token',
        rights: ['hardwareOath.read'],
      },
      { href: '/admin/directories', label: 'admin.nav.directories', icon: 'refresh', rights: ['directories.read'] },
      {
        href: '/admin/people-and-groups',
        label: 'admin.nav.directoryFiles',
        icon: 'list',
        rights: ['users.import', 'groups.import', 'users.export', 'groups.export'],
      },
    ],
  },
  {
    heading: 'admin.nav.protection',
    items: [
      {
        href: '/admin/conditional-access',
        label: 'admin.nav.conditionalAccess',
        icon: 'lock',
        rights: ['conditionalAccess.read'],
      },
      {
        href: '/admin/named-locations',
        label: 'admin.nav.namedLocations',
        icon: 'location',
        rights: ['namedLocation.read'],
      },
      {
        href: '/admin/authentication-methods',
        label: 'admin.nav.authenticationMethods',
        icon: 'key',
        rights: ['authenticationMethodsPolicy.read'],
      },
      {
        href: '/admin/authentication-strengths',
        label: 'admin.nav.authenticationStrengths',
        icon: 'star',
        rights: ['conditionalAccess.read'],
      },
      {
        href: '/admin/terms-of-use',
        label: 'admin.nav.termsOfUse',
        icon: 'check-circle',
        rights: ['conditionalAccess.read'],
      },
      {
        href: '/admin/registration',
        label: 'admin.nav.registration',
        icon: 'user',
        rights: ['mfaRegistrationPolicy.read', 'authenticationMethodsPolicy.read'],
      },
      {
        href: '/admin/password-protection',
        label: 'admin.nav.passwordProtection',
        icon: 'shield',
        rights: ['passwordProtection.read'],
      },
      {
        href: '/admin/password-reset',
        label: 'admin.nav.passwordReset',
        icon: 'refresh',
        rights: ['passwordResetPolicy.read'],
      },
      {
        href: '/admin/notifications',
        label: 'admin.nav.notifications',
        icon: 'mail',
        rights: ['mailSettings.read'],
      },
    ],
  },
  {
    heading: 'admin.nav.logs',
    items: [
      { href: '/admin/audit-log', label: 'admin.nav.auditLog', icon: 'list', rights: ['auditLog.read'] },
      {
        href: '/admin/password-resets',
        label: 'admin.nav.passwordResets',
        icon: 'key',
        rights: ['passwordResets.read'],
      },
      {
        href: '/admin/message-delivery',
        label: 'admin.nav.messageDelivery',
        icon: 'mail',
        rights: ['messageDelivery.read'],
      },
      { href: '/admin/sign-in-log', label: 'admin.nav.signInLog', icon: 'clock', rights: ['signInLog.read'] },
    ],
  },
]

/** What the subject may open, with the place of `path` marked. */
export function navigationFor(subject: Subject, path: string): NavigationSection[] {
  const sections = places.map(({ heading, items }) => ({
    heading: heading && t(heading as 'admin.nav.people'),
    items: items
      .filter(({ rights }) => rights.length === 0 || rights.some((right) => may(subject, right)))
      .map(({ href, label, icon }) => ({
        href,
        label: t(label as 'admin.nav.overview'),
        icon,
        isCurrent: href === '/admin' ? path === href : path === href || path.startsWith(`${href}/`),
      })),
  }))
  return sections.filter(({ items }) => items.length > 0)
}
