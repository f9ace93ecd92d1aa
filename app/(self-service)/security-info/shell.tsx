import type { ReactNode } from 'react'
import { IdleGuard } from '@/app/idle-guard'
import { AccountMenu, menuItemStyle } from '@/components/shell/account-menu'
import { WideShell } from '@/components/shell/wide-shell'
import { Icon } from '@/components/ui/icon'
import { isAdministrator } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import type { SignedInVisit } from '@/lib/request/desk'
import { FormToken } from '@/lib/request/form-token'

/** The frame of a person's own pages: account menu, way out, and the warning before an idle session ends. */
export function SecurityInfoShell({ visit, children }: { visit: SignedInVisit; children: ReactNode }) {
  const { subject, session } = visit
  return (
    <WideShell
      organisation={env().ORGANISATION_NAME}
      account={
        <AccountMenu
          name={subject.displayName}
          detail={subject.userPrincipalName}
          links={[
            { href: '/security-info', label: t('ui.account.securityInfo'), icon: 'shield' },
            { href: '/security-info/sessions', label: t('securityInfo.sessions.title'), icon: 'list' },
            ...(isAdministrator(subject)
              ? [{ href: '/admin', label: t('ui.account.administration'), icon: 'people' as const }]
              : []),
          ]}
          signOut={
            <form method="post" action="/sign-out">
              <FormToken />
              <button type="submit" className={menuItemStyle}>
                <Icon name="arrow-right" className="size-5 text-text-muted" />
                {t('ui.account.signOut')}
              </button>
            </form>
          }
        />
      }
    >
      {children}
      <IdleGuard sessionId={session.id} />
    </WideShell>
  )
}

/** The way back that stands above the heading of a page below the list. */
export function BackToList() {
  return (
    <a
      href="/security-info"
      className="flex w-fit items-center gap-2 rounded-sm text-accent underline decoration-1 underline-offset-4 hover:decoration-2"
    >
      <Icon name="arrow-left" className="size-4" />
      {t('securityInfo.backToList')}
    </a>
  )
}
