import type { PolicyWarning } from '@/lib/conditional-access/lockout'
import { t } from '@/lib/i18n'
import { Notice } from '../ui/notice'

/** What to read about a policy before it is on; nothing where there is nothing to say. */
export function PolicyWarnings({ warnings }: { warnings: readonly PolicyWarning[] }) {
  if (warnings.length === 0) return null
  return (
    <Notice tone="warning" live={false}>
      {warnings.map((warning) => (
        <p key={warning}>{t(`conditionalAccess.warning.${warning}`)}</p>
      ))}
    </Notice>
  )
}
