/**
 * What somebody still has to register, in which order, and why.
 *
 * This room turns what triggered registration into a need, and the need into the smallest list of steps. It does not
 * decide whether registration is allowed at all (conditional-access, security-info) and stores no method. Its
 * invariants: a plan never names a method that was not allowed, and every step says which requirement asked for it.
 */
import { z } from 'zod'
import type { WizardOrder } from '@/lib/authentication-methods/catalogue'
import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import { campaignMethods } from '@/lib/authentication-methods/registration-policy'

/** Why registration is asked for; one line each in `triggers.ts`. The comment names the row of `20` §2. */
export const triggerIds = [
  'strengthRequired', // T4
  'mfaRequired', // T3
  'reregistrationRequired', // T11
  'perUserMfa', // T2
  'mfaRegistrationPolicy', // T1
  'passwordResetRegistration', // T5
  'confirmationDue', // T6
  'registrationCampaign', // T7
] as const
export const triggerIdSchema = z.enum(triggerIds)
export type TriggerId = z.infer<typeof triggerIdSchema>

/**
 * Whether the person may go on without registering, the strictest first. `whileDaysLeft`: at every sign-in until the days
 * are over; `snooze`: for some days, perhaps only so many times; `untilNextSignIn`: as often as they like. `20` §6
 */
export const skipRules = ['never', 'whileDaysLeft', 'snooze', 'untilNextSignIn'] as const
export type SkipRule = (typeof skipRules)[number]

export const requirementKinds = ['strength', 'mfa', 'passwordReset', 'campaign'] as const
export type RequirementKind = (typeof requirementKinds)[number]

const because = z.array(triggerIdSchema).min(1)

/** Plain data: it is kept with the session while the wizard is open. */
export const needSchema = z.strictObject({
  /** One method that can be a second factor, or is multifactor by itself. */
  mfa: z.strictObject({ because }).nullable(),
  /** So many different methods that count for password reset. */
  passwordReset: z.strictObject({ methodsRequired: z.union([z.literal(1), z.literal(2)]), because }).nullable(),
  /** Each must be satisfiable, with a password, by what is registered. */
  strengths: z.array(
    z.strictObject({ id: z.string(), allowedCombinations: z.array(z.string().max(256)).max(64), because }),
  ),
  /** Nothing new: what is registered is shown, to be confirmed or changed. Waits until nothing else is missing. */
  review: z.strictObject({ because }).nullable().default(null),
  /** The one method that the registration campaign asks for. Always alone: a campaign interrupts no other registration. */
  campaign: z
    .strictObject({ method: z.enum(campaignMethods), snoozeDays: z.number().int().nonnegative(), because })
    .nullable()
    .default(null),
  skip: z.enum(skipRules),
  /** Days (`whileDaysLeft`) or times (`snooze`) that it may still be put off; null where nobody counts. */
  skipsLeft: z.number().int().nonnegative().nullable().default(null),
})
export type Need = z.infer<typeof needSchema>

export const noNeed: Need = {
  ...{ mfa: null, passwordReset: null, strengths: [], review: null, campaign: null },
  ...{ skip: 'untilNextSignIn', skipsLeft: null },
}

/**
 * A method as the planner sees it: for this person and by the policies of now, so the same kind may count for different
 * things for different people. `id` is the kind, or any other name that is unique among the methods compared.
 */
export type PlannableMethod<Id extends string = string> = {
  readonly id: Id
  /** Default picks prefer a family that is not there yet. */
  readonly family: string
  /** Methods of one group count once for password reset (all apps); two phones of different type do not share one. */
  readonly resetGroup: string
  readonly countsForMfa: boolean
  readonly countsForReset: boolean
  /** What it can prove, for authentication strengths. */
  readonly modes: readonly AuthenticationMethodMode[]
  readonly rank: Readonly<Record<WizardOrder, number>>
  /** Leads wherever a method for MFA is missing and the order is passkey-first; in classic order offered only when forced. */
  readonly isPasskey: boolean
}

export type PlannedStep<Id extends string = string> = {
  readonly method: Id
  /** What the step serves; the first is what asked for it. */
  readonly serves: readonly RequirementKind[]
  readonly because: readonly TriggerId[]
  /** "I want to set up a different method": what may be registered in its place, most secure first. */
  readonly alternatives: readonly Id[]
}

export type UnmetRequirement = {
  readonly requirement: RequirementKind
  /** How many methods are missing that nothing allowed can provide. */
  readonly missing: number
  readonly because: readonly TriggerId[]
}

export type Plan<Id extends string = string> = {
  readonly steps: readonly PlannedStep<Id>[]
  /** Empty: the steps meet the need. A missing `mfa` or `strength` leaves no steps, a missing reset method those there are. */
  readonly unsatisfiable: readonly UnmetRequirement[]
}

/** The wizard's progress, kept in the session's row. The plan is made anew at every page from what is true then. */
export const registrationProgressSchema = z.strictObject({
  /** Milliseconds since the epoch; the wizard ends `limits.session.registrationSeconds` later. */
  startedAt: z.number().int().nonnegative(),
  need: needSchema,
})
export type RegistrationProgress = z.infer<typeof registrationProgressSchema>
