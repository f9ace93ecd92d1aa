import { limits } from '@/lib/limits'

/**
 * What a policy did, or would have done, over a time: each time it was asked counts once, under one of four outcomes.
 *
 * The counts come from the traces that the sign-in log keeps, so the report tells what was decided and decides nothing
 * anew. @see `30` §8
 */
export const impactOutcomes = ['success', 'failure', 'actionRequired', 'notApplied'] as const
export type ImpactOutcome = (typeof impactOutcomes)[number]

export const impactWindows = ['day', 'week', 'month'] as const
export type ImpactWindow = (typeof impactWindows)[number]

/** What was asked for: registering security info, or signing in to something. */
export const impactTargets = ['registration', 'signIn'] as const
export type ImpactTarget = (typeof impactTargets)[number]

/** One number of the store, for one hour. */
export type ImpactCount = {
  readonly hour: Date
  readonly isRegistration: boolean
  readonly isReportOnly: boolean
  readonly outcome: ImpactOutcome
  /** The first condition that did not match; empty where the policy applied. */
  readonly reason: string
  readonly count: number
}

export type ImpactCounts = Readonly<Record<ImpactOutcome, number>>
export type ImpactBar = { readonly startsAt: Date; readonly counts: ImpactCounts }
export type Impact = {
  /** One for each hour of a day, or for each day of a week or a month; the oldest first, the last one still growing. */
  readonly bars: readonly ImpactBar[]
  readonly totals: ImpactCounts
  /** Of the totals, what was only reported. */
  readonly reportedOnly: ImpactCounts
  /** First conditions that did not match, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}

const hourMilliseconds = 3_600_000
const dayMilliseconds = 24 * hourMilliseconds
const bars: Readonly<Record<ImpactWindow, { readonly count: number; readonly milliseconds: number }>> = {
  day: { count: 24, milliseconds: hourMilliseconds },
  week: { count: 7, milliseconds: dayMilliseconds },
  month: { count: limits.retentionDays, milliseconds: dayMilliseconds },
}

/** When the window begins: at the full hour, or the full day in UTC, so that its last bar is the present one. */
export function impactStart(window: ImpactWindow, now: Date): Date {
  const { count, milliseconds } = bars[window]
  return new Date((Math.floor(now.getTime() / milliseconds) - count + 1) * milliseconds)
}

/** Counts put into the bars of the window; what lies outside of it is left out. */
export function impactOf(counts: readonly ImpactCount[], window: ImpactWindow, now: Date): Impact {
  const { count, milliseconds } = bars[window]
  const start = impactStart(window, now).getTime()
  const made = Array.from({ length: count }, () => noCounts())
  const totals = noCounts()
  const reportedOnly = noCounts()
  const reasons = new Map<string, number>()
  for (const each of counts) {
    const bar = made[Math.floor((each.hour.getTime() - start) / milliseconds)]
    if (!bar) continue
    bar[each.outcome] += each.count
    totals[each.outcome] += each.count
    if (each.isReportOnly) reportedOnly[each.outcome] += each.count
    if (each.reason !== '') reasons.set(each.reason, (reasons.get(each.reason) ?? 0) + each.count)
  }
  return {
    bars: made.map((bar, index) => ({ startsAt: new Date(start + index * milliseconds), counts: bar })),
    totals,
    reportedOnly,
    reasons: [...reasons]
      .map(([reason, times]) => ({ reason, count: times }))
      .sort((one, other) => other.count - one.count || one.reason.localeCompare(other.reason)),
  }
}

export function sumOf(counts: ImpactCounts): number {
  return impactOutcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
}

function noCounts(): Record<ImpactOutcome, number> {
  return { success: 0, failure: 0, actionRequired: 0, notApplied: 0 }
}
