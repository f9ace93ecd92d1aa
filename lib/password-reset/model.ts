/**
 * Helping somebody back in who forgot their password: who they say they are, two things that prove it, a new password.
 *
 * Nobody is signed in here, so the room assumes that a stranger is asking. Its invariant: before one gate is proven, what
 * the browser sees and how long it waits depend on the installation and never on the account; and a password changes only
 * in the transaction that finds everything proven, allowed and unlocked once more.
 *
 * @see `40`, SEC-120 to SEC-130, SEC-189 to SEC-195
 */
import { z } from 'zod'
import { authenticationMethodModeSchema, type MethodKind } from '@/lib/authentication-methods/model'

/** The ways through a gate. A mobile phone has two; all apps and tokens are one. */
export const resetWays = ['email', 'sms', 'mobileCall', 'officeCall', 'oath', 'questions', 'passkey'] as const
export const resetWaySchema = z.enum(resetWays)
export type ResetWay = z.infer<typeof resetWaySchema>

export const resetPurposes = ['reset', 'unlock'] as const
export const resetPurposeSchema = z.enum(resetPurposes)
export type ResetPurpose = z.infer<typeof resetPurposeSchema>

export const resetStates = ['open', 'refused', 'writing', 'unknown', 'done'] as const
export const resetStateSchema = z.enum(resetStates)
export type ResetState = z.infer<typeof resetStateSchema>

/** A gate that was opened in this reset. It counts only while its method still stands as it did then. */
export const provenGateSchema = z.object({
  way: resetWaySchema,
  methodId: z.uuid(),
  /** `gateKey` of the method when it was proven. */
  key: z.string(),
  mode: authenticationMethodModeSchema.nullable(),
  /** For a passkey. */
  userVerified: z.boolean().optional(),
  /** Milliseconds since the epoch. */
  at: z.number().int().nonnegative(),
})
export type ProvenGate = z.infer<typeof provenGateSchema>

/**
 * Why an account cannot be helped here, as administrators read it in the audit log. The numbered ones are those that they
 * know from elsewhere.
 */
export const resetRefusals = [
  'account_unknown',
  'account_disabled',
  'SSPR_0009',
  'SSPR_0010',
  'SSPR_0011',
  'SSPR_0013',
  'SSPR_0014',
  'administrator_not_allowed',
  'guest_of_other_organisation',
  'no_password',
  'policy_blocked',
  'policy_needs_more',
  'outcome_unknown',
] as const
export type ResetRefusal = (typeof resetRefusals)[number]

/** A reset as its row stands. */
export type PasswordReset = {
  readonly id: string
  readonly subjectHash: Uint8Array
  readonly userId: string | null
  /** As it was typed. */
  readonly name: string
  readonly purpose: ResetPurpose | null
  readonly gates: readonly ProvenGate[]
  readonly gatesAtStart: readonly string[]
  readonly way: ResetWay | null
  readonly challengeId: string | null
  readonly state: ResetState
  readonly refusal: ResetRefusal | null
  readonly reference: string
  readonly startedAt: Date
  readonly expiresAt: Date
}

export const failureCodes = [
  'password_reset.name_missing',
  'password_reset.expired',
  'password_reset.other_form',
  'password_reset.locked',
  'password_reset.work_needed',
  'password_reset.code_mismatch',
  'password_reset.code_expired',
  'password_reset.number_missing',
  'password_reset.answers_mismatch',
  'password_reset.answers_missing',
  'password_reset.passkey_failed',
  'password_reset.call_waiting',
  'password_reset.call_not_answered',
  'password_reset.way_unavailable',
  'password_reset.directory_refused',
  'password_reset.directory_unavailable',
] as const
export type PasswordResetFailureCode = (typeof failureCodes)[number]

/** What a gate's method is, in a plan of which methods may stand beside each other. */
export type GateKind = Extract<
  MethodKind,
  'email' | 'mobilePhone' | 'officePhone' | 'softwareOath' | 'hardwareOath' | 'securityQuestions' | 'passkey'
>
