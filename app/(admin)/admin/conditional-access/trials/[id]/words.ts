import { targetName } from '@/components/admin/sign-in-words'
import { registerDevice } from '@/lib/conditional-access/conditions-model'
import { t } from '@/lib/i18n'
import type { TrialLine } from '@/lib/policy-trials/model'

/** What was asked for, as people call it. */
export function wantedName({ target }: Pick<TrialLine, 'target'>): string {
  if (target === registerDevice) return t('conditionalAccess.target.device')
  return /^c\d+$/.test(target) ? target : targetName(target)
}

export const outcomeTones = { blocked: 'danger', registers: 'warning', mfa: 'info', passes: 'success' } as const
