import { z } from 'zod'
import { type ResetPurpose, type ResetWay, resetPurposes, resetRefusals, resetWays } from '@/lib/password-reset/model'
import { inBars, type ReportWindow } from './report-window'

/**
 * Who got back in by self-service, who did not and why: a line for each reset or unlock that somebody began, and numbers
 * over them.
 *
 * @see `50` §6, `40` §5
 */
export const resetEventOutcomes = ['done', 'refused', 'locked', 'abandoned', 'open'] as const
export type ResetEventOutcome = (typeof resetEventOutcomes)[number]

export const resetEventHomes = ['local', 'directory', 'readOnlyDirectory'] as const

export type ResetEvent = {
  readonly id: string
  readonly reference: string
  readonly startedAt: Date
  readonly changedAt: Date
  /** Null for a name that nobody had, and after the person was deleted. */
  readonly userId: string | null
  readonly displayName: string | null
  readonly userPrincipalName: string | null
  readonly clientAddress: string | null
  readonly purpose: ResetPurpose | null
  readonly outcome: ResetEventOutcome
  /** The last thing that stood in the way, also of one that succeeded later. */
  readonly reason: string | null
  readonly provenWays: readonly ResetWay[]
  readonly failedWays: readonly ResetWay[]
  readonly home: (typeof resetEventHomes)[number] | null
  readonly directoryName: string | null
  readonly isHelpAsked: boolean
}

export type ResetEventFilter = {
  readonly userId?: string
  /** `unknown`: names that nobody had. */
  readonly isUnknownPerson?: true
  readonly from?: Date
  readonly to?: Date
  readonly outcome?: ResetEventOutcome
  readonly purpose?: ResetPurpose
  readonly way?: ResetWay
  readonly reference?: string
}

export const resetEventSchema = z.object({
  id: z.string(),
  reference: z.string(),
  startedAt: z.date(),
  changedAt: z.date(),
  userId: z.string().nullable(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string().nullable(),
  clientAddress: z.string().nullable(),
  purpose: z.enum(resetPurposes).nullable(),
  outcome: z.enum(resetEventOutcomes),
  reason: z.string().nullable(),
  provenWays: z.array(z.enum(resetWays)),
  failedWays: z.array(z.enum(resetWays)),
  home: z.enum(resetEventHomes).nullable(),
  directoryName: z.string().nullable(),
  isHelpAsked: z.boolean(),
})

/** The reasons that a report has a sentence of its own for; any other is shown as the word that the trail has. */
export const explainedReasons = [
  ...resetRefusals,
  'too_many_attempts',
  'no_such_gate',
  'directory_refused',
  'SSPR_0030',
  'FuzzyPolicyViolationInvalidPassword',
  'password_reset.code_mismatch',
  'password_reset.answers_mismatch',
  'password_reset.passkey_failed',
  'registration.too_many_codes',
  'registration.texts_paused',
  'password.changed_meanwhile',
  'password.too_short',
  'password.too_long',
  'password.unreadable_character',
  'password.character_not_allowed',
  'password.too_few_kinds',
  'password.same_as_current',
] as const
export type ExplainedReason = (typeof explainedReasons)[number]

export function isExplained(reason: string): reason is ExplainedReason {
  return explainedReasons.some((each) => each === reason)
}

/** What the bars of the chart are made of, from the bottom upwards. */
export const usageSeries = ['reset', 'unlock', 'refused', 'locked', 'abandoned'] as const
export type UsageSeries = (typeof usageSeries)[number]
export type UsageCounts = Readonly<Record<UsageSeries, number>>

/** One number of the store; `open` ones are under way and in no bar yet. */
export type UsageCount = {
  readonly startsAt: Date
  readonly outcome: ResetEventOutcome
  readonly purpose: ResetPurpose | null
  readonly count: number
}

export type Usage = {
  readonly bars: readonly { readonly startsAt: Date; readonly counts: UsageCounts }[]
  readonly totals: UsageCounts
  readonly underWay: number
}

/** The counts put into the bars of the window. Of the bars' sums the totals are the sum. */
export function usageOf(counts: readonly UsageCount[], window: ReportWindow, now: Date): Usage {
  const totals = noUsage()
  let underWay = 0
  const bars = inBars(counts, window, now, noUsage, (bar, { outcome, purpose, count }) => {
    if (outcome === 'open') {
      underWay += count
      return
    }
    const series = outcome === 'done' ? (purpose ?? 'reset') : outcome
    bar[series] += count
    totals[series] += count
  })
  return { bars: bars.map(({ startsAt, bar }) => ({ startsAt, counts: bar })), totals, underWay }
}

export function sumOfUsage(counts: UsageCounts): number {
  return usageSeries.reduce((sum, series) => sum + counts[series], 0)
}

function noUsage(): Record<UsageSeries, number> {
  return { reset: 0, unlock: 0, refused: 0, locked: 0, abandoned: 0 }
}

/** What whoever is called can do about a reset; each has its sentence. */
export const adviceKinds = [
  'none',
  'unknown',
  'settings',
  'directory',
  'wait',
  'methods',
  'accountOff',
  'passwordElsewhere',
  'policy',
  'retry',
] as const
export type Advice = (typeof adviceKinds)[number]

export function adviceFor({
  outcome,
  reason,
  userPrincipalName,
}: Pick<ResetEvent, 'outcome' | 'reason' | 'userPrincipalName'>): Advice {
  if (outcome === 'done') return 'none'
  if (userPrincipalName === null) return 'unknown'
  if (outcome === 'locked') return 'wait'
  switch (reason) {
    case 'SSPR_0009':
    case 'SSPR_0011':
    case 'SSPR_0013':
    case 'administrator_not_allowed':
      return 'settings'
    case 'SSPR_0010':
    case 'SSPR_0030':
    case 'directory_refused':
    case 'outcome_unknown':
      return 'directory'
    case 'account_disabled':
      return 'accountOff'
    case 'guest_of_other_organisation':
    case 'no_password':
      return 'passwordElsewhere'
    case 'policy_blocked':
    case 'policy_needs_more':
      return 'policy'
    default:
      return outcome === 'refused' ? 'methods' : 'retry'
  }
}

/** Whether somebody could reset their password now, and else the first thing that stands in the way, as a reset would say it. */
export const resetStandings = [
  'able',
  'SSPR_0014',
  'SSPR_0013',
  'SSPR_0010',
  'no_password',
  'administrator_not_allowed',
  'guest_of_other_organisation',
  'SSPR_0011',
  'SSPR_0009',
] as const
export type ResetStanding = (typeof resetStandings)[number]

export type ResetStandingCounts = {
  readonly people: number
  readonly standings: Readonly<Record<ResetStanding, number>>
  /** Of these people, those with an administrator role. */
  readonly administrators: { readonly people: number; readonly able: number }
}
