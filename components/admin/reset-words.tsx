import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import type { ResetWay } from '@/lib/password-reset/model'
import { isExplained, type ResetEvent, type ResetEventOutcome } from '@/lib/reports/password-resets'

/** The words of a password reset in lists and on its page. */
const tones = { done: 'success', refused: 'warning', locked: 'danger', abandoned: 'neutral', open: 'info' } as const

export function ResetOutcomeTag({ outcome, purpose }: Pick<ResetEvent, 'outcome' | 'purpose'>) {
  return <Tag tone={tones[outcome]}>{outcomeText(outcome, purpose)}</Tag>
}

function outcomeText(outcome: ResetEventOutcome, purpose: ResetEvent['purpose']): string {
  return outcome === 'done' && purpose !== null
    ? t(`resetUsage.outcome.done.${purpose}`)
    : t(`resetUsage.outcome.${outcome}`)
}

export function purposeText(purpose: ResetEvent['purpose']): string {
  return t(`resetUsage.purpose.${purpose ?? 'unchosen'}`)
}

export function waysText(ways: readonly ResetWay[]): string {
  return ways.length === 0
    ? t('resetUsage.none')
    : [...new Set(ways)].map((way) => t(`resetUsage.way.${way}`)).join(t('admin.listSeparator'))
}

export function homeText({ home, directoryName }: Pick<ResetEvent, 'home' | 'directoryName'>): string {
  if (home === null) return t('resetUsage.none')
  return home === 'local' ? t('resetUsage.home.local') : t(`resetUsage.home.${home}`, { name: directoryName ?? '' })
}

/** A reason in a sentence; one that has none is shown as the trail has it. */
export function whyText(reason: string): string {
  return isExplained(reason) ? t(`resetUsage.why.${reason}`) : t('resetUsage.why.other', { reason })
}

export function whoText({ displayName, userPrincipalName }: Pick<ResetEvent, 'displayName' | 'userPrincipalName'>) {
  return displayName ?? userPrincipalName ?? t('resetUsage.nobody')
}
