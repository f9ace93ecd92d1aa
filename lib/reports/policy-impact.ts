import { inBars, type ReportWindow, reportWindows, windowStart } from './report-window'

/**
 * What a policy did, or would have done, over a time: each time it was asked counts once, under one of four outcomes.
 *
 * The counts come from the traces that the sign-in log keeps, so the report tells what was decided and decides nothing
 * anew. @see `30` §8
 */
export const impactOutcomes = ['success', 'failure', 'actionRequired', 'notApplied'] as const
export type ImpactOutcome = (typeof impactOutcomes)[number]

export const impactWindows = reportWindows
export type ImpactWindow = ReportWindow
export const impactStart = windowStart

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

/** Counts put into the bars of the window; what lies outside of it is left out. */
export function impactOf(counts: readonly ImpactCount[], window: ImpactWindow, now: Date): Impact {
  const totals = noCounts()
  const reportedOnly = noCounts()
  const reasons = new Map<string, number>()
  const each = counts.map((one) => ({ ...one, startsAt: one.hour }))
  const made = inBars(each, window, now, noCounts, (bar, { outcome, count, isReportOnly, reason }) => {
    bar[outcome] += count
    totals[outcome] += count
    if (isReportOnly) reportedOnly[outcome] += count
    if (reason !== '') reasons.set(reason, (reasons.get(reason) ?? 0) + count)
  })
  return {
    bars: made.map(({ startsAt, bar }) => ({ startsAt, counts: bar })),
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
