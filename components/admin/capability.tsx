import { Icon } from '@/components/ui/icon'
import { t } from '@/lib/i18n'

/** Whether somebody can do something; the word says it, the sign and the colour help the eye. */
export function Capability({ can }: { can: boolean }) {
  return can ? (
    <span className="inline-flex items-center gap-1.5 font-medium whitespace-nowrap text-success">
      <Icon name="check" className="size-4" />
      {t('admin.yes')}
    </span>
  ) : (
    <span className="whitespace-nowrap text-text-muted">{t('admin.no')}</span>
  )
}
