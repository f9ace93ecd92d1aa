import { AccountMenu, menuItemStyle } from '@/components/shell/account-menu'
import { Icon } from '@/components/ui/icon'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'

/** The account menu of the admin area: the own security info, and the way out. */
export function AdminAccount({ name, userPrincipalName }: { name: string; userPrincipalName: string }) {
  return (
    <AccountMenu
      name={name}
      detail={userPrincipalName}
      links={[{ href: '/security-info', label: t('ui.account.securityInfo'), icon: 'shield' }]}
      signOut={
        <form action="/sign-out" method="post">
          <FormToken />
          <button type="submit" className={menuItemStyle}>
            <Icon name="arrow-right" className="size-5 text-text-muted" />
            {t('ui.account.signOut')}
          </button>
        </form>
      }
    />
  )
}
