import { SessionIdleWarning } from '@/components/shell/session-idle-warning'
import { t } from '@/lib/i18n'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { formToken } from '@/lib/request/form-token'
import { idleSecondsLeft } from '@/lib/sign-in/session'
import { extendSession } from './idle-actions'

/**
 * Warns before the session of the page ends for want of activity, on every page behind a sign-in (SEC-320). Nothing
 * where the session does not end that way.
 */
export async function IdleGuard({ sessionId }: { sessionId: string }) {
  const secondsLeft = await idleSecondsLeft(db(), sessionId, now())
  if (secondsLeft === null) return null
  return (
    <SessionIdleWarning
      secondsLeft={secondsLeft}
      title={t('ui.idle.title')}
      text={t('ui.idle.text', { time: '{time}' })}
      stayLabel={t('ui.idle.stay')}
      formToken={formToken()}
      extend={extendSession}
    />
  )
}
