/**
 * Trying a policy on everybody before it decides anything: who would be blocked, who would have to prove more or to
 * register, and why.
 *
 * This room asks the same questions that sign-in and the gate ask, with the policy as it would be. It changes nothing
 * and decides about nobody. Its invariant: an outcome here is the answer of `nextStep` or `askGate`, never of a rule of
 * its own; what it adds is which requests to ask about, and a word for the reason.
 */
import { z } from 'zod'
import type { DevicePlatform } from '@/lib/conditional-access/conditions-model'

/** What would become of somebody, the gravest first. */
export const trialOutcomes = ['blocked', 'registers', 'mfa', 'passes'] as const
export type TrialOutcome = (typeof trialOutcomes)[number]

/** Why. Each belongs to one outcome but the last two of the demands, which are said of both. */
export const trialReasons = [
  // blocked: nothing to prove it with, and no Temporary Access Pass
  'noMethodOffSite', // from everywhere they sign in from
  'noMethodSomePlaces', // from some of the places they sign in from
  'noMethodUnknownPlace', // from a place that nobody knows: they have not signed in lately
  'noMethod', // wherever they are
  'methodsDisabled', // only methods that wrong tries disabled
  // blocked: something else
  'otherMethodNeeded',
  'notRegistrable',
  'device',
  'notOfferedHere',
  'placeAlways',
  'placeSometimes',
  'placeUnknown',
  'platform',
  'blocked',
  'undecidable',
  'otherPolicy',
  // registers, mfa
  'asked',
  'askedAnyway',
  // passes
  'met',
  'otherPlace',
  'otherPlatform',
  'notAbout',
] as const
export type TrialReason = (typeof trialReasons)[number]

/** `signIns`: asked from where somebody signed in from lately. `unknownPlace`: there were no sign-ins to go by. */
export type TrialBasis = 'signIns' | 'unknownPlace'

/** What a trial says about one person. */
export type PersonVerdict = {
  readonly outcome: TrialOutcome
  /** By the policies as they are. */
  readonly outcomeNow: TrialOutcome
  readonly isNewlyBlocked: boolean
  readonly reason: TrialReason
  readonly basis: TrialBasis
  /** Different places with a platform each; 1 where nothing is known. */
  readonly places: number
  readonly placesBlocked: number
  /** Past sign-ins and registrations at these places, and those of them that would be blocked. */
  readonly pastRequests: number
  readonly pastBlocked: number
  /** The request that decided, as the sign-in log names it. */
  readonly target: string
  readonly address: string | null
  readonly platform: DevicePlatform | null
}

export const trialStates = ['waiting', 'running', 'done', 'stopped', 'outdated', 'failed'] as const
export type TrialState = (typeof trialStates)[number]

const count = z.number().int().nonnegative()
/** What came of a trial as a whole. `people` has one line for each outcome, basis and reason that occurred. */
export const trialSummarySchema = z.object({
  people: z.array(
    z.object({
      outcome: z.enum(trialOutcomes),
      reason: z.enum(trialReasons),
      basis: z.enum(['signIns', 'unknownPlace']),
      count,
      newlyBlocked: count,
    }),
  ),
  now: z.record(z.enum(trialOutcomes), count),
  past: z.object({ requests: count, blocked: count }),
})
export type TrialSummary = z.output<typeof trialSummarySchema>

export type PolicyTrial = {
  readonly id: string
  readonly createdById: string
  readonly createdAt: Date
  readonly policyId: string | null
  readonly displayName: string
  /** Graph's JSON, as it was tried; its `state` is the draft's, the trial takes it as on. */
  readonly candidate: Readonly<Record<string, unknown>>
  readonly state: TrialState
  readonly askedAt: Date | null
  readonly peopleTotal: number
  readonly peopleDone: number
  readonly peopleConcerned: number
  readonly summary: TrialSummary | null
  readonly endedAt: Date | null
}

export type TrialFilter = {
  readonly outcome?: TrialOutcome
  readonly reason?: TrialReason
  readonly newlyBlocked?: boolean
}

/** A person of a trial's list; the names are null when the account was removed meanwhile. */
export type TrialLine = PersonVerdict & {
  readonly position: number
  readonly userId: string
  readonly displayName: string | null
  readonly userPrincipalName: string | null
}

/** Every way in which this room refuses, beside the refusals of a policy that is not complete. */
export const failureCodes = [
  'policy_trials.not_allowed',
  'policy_trials.not_found',
  'policy_trials.already_running',
] as const
export type PolicyTrialsFailureCode = (typeof failureCodes)[number]
