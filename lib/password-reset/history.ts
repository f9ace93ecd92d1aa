import { type ResetPurpose, type ResetWay, resetPurposes, resetRefusals, resetWays } from './model'

/**
 * What one audit event of a reset means for the one line that reports and the help desk read about it. The trail has every
 * step; this is the sum of them.
 */
export const resetOutcomes = ['open', 'done', 'refused', 'locked'] as const
export type ResetOutcome = (typeof resetOutcomes)[number]

export type NotedStep = {
  readonly activity: string
  readonly outcome: 'success' | 'failure'
  readonly reason?: string | undefined
  readonly way?: unknown
}

export type HistoryChange = {
  readonly purpose?: ResetPurpose
  readonly outcome?: Exclude<ResetOutcome, 'open'>
  /** What stood in the way. */
  readonly reason?: string
  readonly provenWay?: ResetWay
  readonly failedWay?: ResetWay
  readonly isHelpAsked?: true
}

export function historyChange({ activity, outcome, reason, way }: NotedStep): HistoryChange {
  switch (activity) {
    case 'passwordReset':
      return outcome === 'success' ? { outcome: 'done', purpose: 'reset' } : stopped(reason)
    case 'accountUnlocked':
      return outcome === 'success' ? { outcome: 'done', purpose: 'unlock' } : stopped(reason)
    case 'passwordResetBlocked':
      return { outcome: 'locked', reason: reason ?? 'too_many_attempts' }
    case 'helpAsked':
      return { isHelpAsked: true }
    case 'passwordResetProgress':
      return outcome === 'success' ? progress(reason, way) : { ...stopped(reason), ...failedProof(reason, way) }
    default:
      return {}
  }
}

function progress(reason: string | undefined, way: unknown): HistoryChange {
  const purpose = resetPurposes.find((each) => reason === `chose_${each}`)
  if (purpose) return { purpose }
  const provenWay = wayOf(way)
  return provenWay && reason?.startsWith('gate_') ? { provenWay } : {}
}

/** A refusal ends a reset; whatever else went wrong may be tried again. */
function stopped(reason: string | undefined): HistoryChange {
  if (reason === undefined) return {}
  return resetRefusals.some((refusal) => refusal === reason) ? { outcome: 'refused', reason } : { reason }
}

/** A proof that was wrong; a message that could not be sent names its way as well, and proves nothing about it. */
function failedProof(reason: string | undefined, way: unknown): HistoryChange {
  const failedWay = wayOf(way)
  return failedWay && reason?.startsWith('password_reset.') ? { failedWay } : {}
}

function wayOf(way: unknown): ResetWay | undefined {
  return resetWays.find((each) => each === way)
}
