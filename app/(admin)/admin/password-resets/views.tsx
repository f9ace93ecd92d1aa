import { Tabs } from '@/components/ui/tabs'
import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'

/** The list, the numbers, and the settings for whoever may see them. */
export function ResetViews({ subject, current }: { subject: Subject; current: 'events' | 'usage' | 'settings' }) {
  const views = [
    { id: 'events', href: '/admin/password-resets', right: 'passwordResets.read' },
    { id: 'usage', href: '/admin/password-resets/usage', right: 'passwordResets.read' },
    { id: 'settings', href: '/admin/password-reset', right: 'passwordResetPolicy.read' },
  ] as const
  return (
    <Tabs
      label={t('resetUsage.tabs')}
      tabs={views
        .filter(({ right }) => may(subject, right))
        .map(({ id, href }) => ({ href, label: t(`resetUsage.tab.${id}`), isCurrent: id === current }))}
    />
  )
}
