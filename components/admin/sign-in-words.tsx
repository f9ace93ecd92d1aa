import { Tag } from '@/components/ui/tag'
import { registerSecurityInformation, resetPassword } from '@/lib/conditional-access/model'
import { applicationName } from '@/lib/conditional-access/view'
import { hasMessage, t } from '@/lib/i18n'

/** The words of the sign-in log: what was wanted, what came of it. */

export function targetName(target: string): string {
  if (target === resetPassword) return t('admin.signIn.target.reset')
  return target === registerSecurityInformation ? t('admin.signIn.target.registration') : applicationName(target)
}

/** What the error number says, in a sentence. */
export function errorText(errorCode: number): string {
  const key = `admin.signIn.error.${errorCode}`
  return t(hasMessage(key) ? (key as 'admin.signIn.error.other') : 'admin.signIn.error.other')
}

/** What a step was done with; a word of the future stands for itself. */
export function modeName(mode: string): string {
  const key = `admin.signIn.mode.${mode}`
  return hasMessage(key) ? t(key as 'admin.signIn.mode.password') : mode
}

/** Blocked by a policy, asked for more (neither good nor bad), failed, or well. */
export function ResultTag({ errorCode }: { errorCode: number }) {
  if (errorCode === 0) return <Tag tone="success">{t('admin.signIn.result.success')}</Tag>
  if (errorCode >= 53000 && errorCode <= 53009) return <Tag tone="danger">{t('admin.signIn.result.blocked')}</Tag>
  if ([50055, 50072, 50074, 50158].includes(errorCode))
    return <Tag tone="info">{t('admin.signIn.result.interrupted')}</Tag>
  return <Tag tone="warning">{t('admin.signIn.result.failure')}</Tag>
}

export function StatusTag({ status }: { status: 'success' | 'failure' | 'notApplied' }) {
  const tones = { success: 'success', failure: 'danger', notApplied: 'neutral' } as const
  return <Tag tone={tones[status]}>{t(`admin.signIn.status.${status}`)}</Tag>
}
