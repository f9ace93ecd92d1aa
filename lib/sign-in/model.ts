/**
 * Signing in: who is this, what have they proven and when, and what comes next.
 *
 * A session is a row the server holds; the browser has only an opaque id. It rises in stages and only by a factor
 * performed now. The invariant: nothing in a session was said by the client but the id, and the id changes whenever
 * the session can do more than before.
 */
import { z } from 'zod'
import { type Proof, proofSchema } from '@/lib/authentication-methods/model'

/**
 * `firstFactor`: may only go on signing in. `registration`: may only register security info and sign out.
 * `full`: signed in.
 */
export const sessionStages = ['firstFactor', 'registration', 'full'] as const
export type SessionStage = (typeof sessionStages)[number]
export const proofsSchema = z.array(proofSchema)

export type Session = {
  readonly id: string
  readonly userId: string
  readonly stage: SessionStage
  readonly proofs: readonly Proof[]
  /** A checked path on this origin. */
  readonly returnTo: string | null
  /** The wizard's progress; `lib/registration/model.ts` knows its shape. */
  readonly registration: unknown
  readonly interruptedAt: Date | null
  readonly correlationId: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  /** Whether the admin area's cookie was issued for this session. */
  readonly hasAdminToken: boolean
  /** Whether a policy has the browser keep it when it is closed. It ends no later for that. */
  readonly isPersistent: boolean
}

/** A session in the list of a person's sessions. */
export type SessionSummary = Pick<Session, 'id' | 'createdAt' | 'lastSeenAt'> & {
  readonly clientAddress: string | null
  readonly userAgent: string | null
}

export type SignInFailureCode =
  | 'sign_in.failed'
  | 'sign_in.locked'
  | 'sign_in.directory_unavailable'
  | 'sign_in.directory_password_due'
  | 'sign_in.pass_failed'
  | 'sign_in.passkey_failed'
  | 'sign_in.passkey_unknown'
  | 'sign_in.code_mismatch'
  | 'sign_in.code_used'
  | 'sign_in.code_expired'
  | 'sign_in.recovery_code_mismatch'
  | 'sign_in.recovery_code_used'
  | 'sign_in.call_waiting'
  | 'sign_in.call_denied'
  | 'sign_in.call_not_answered'
  | 'sign_in.method_unavailable'
  | 'sign_in.number_unreachable'
  | 'sign_in.session_ended'
  | 'sign_in.blocked'
  | 'throttle.too_many_requests'
  | 'service.busy'

/** So many wrong tries in a row before a right one are told to whose account it is. SEC-220 */
export const failuresTold = 3

/** Error numbers administrators know from sign-in logs. */
export const errorCodes = {
  success: 0,
  invalidCredentials: 50126,
  accountLocked: 50053,
  accountDisabled: 50057,
  passwordChangeRequired: 50055,
  mfaRequired: 50074,
  registrationRequired: 50072,
  /** As administrators know it: the person has to agree to something first. */
  termsRequired: 50158,
  mfaFailed: 500121,
  blockedByConditionalAccess: 53003,
  deviceNotCompliant: 53000,
  temporaryAccessPassFailed: 130500,
} as const

/** When the newest proof that counts as MFA was given: a second factor, a passkey that verified the person, or a pass. */
export function lastMfaAt(proofs: readonly Proof[]): number | null {
  // Two things that somebody holds are one factor: beside a text message only what is multifactor by itself counts.
  const isText = isTextSession(proofs)
  let latest: number | null = null
  for (const proof of proofs) {
    if (isText && proof.mode !== 'fido2' && !isPassMode(proof.mode)) continue
    if (isMfaProof(proof) && (latest === null || proof.at > latest)) latest = proof.at
  }
  return latest
}

/**
 * As `lastMfaAt`, of what only the person could perform: a pass was made by somebody else, and a method that was
 * registered in this very session proves no more than the session did, and a recovery code may lie in somebody else's
 * drawer. Administration asks for this one (SEC-095, SEC-252).
 */
export function lastOwnMfaAt(proofs: readonly Proof[]): number | null {
  return lastLastingMfaAt(proofs.filter(({ registered }) => registered !== true))
}

/** As `lastMfaAt`, of what is neither a pass nor a recovery code: a method that is there tomorrow, too. */
export function lastLastingMfaAt(proofs: readonly Proof[]): number | null {
  return lastMfaAt(proofs.filter(({ mode }) => !isPassMode(mode) && mode !== 'recoveryCode'))
}

function isPassMode(mode: Proof['mode']): boolean {
  return mode === 'temporaryAccessPassOneTime' || mode === 'temporaryAccessPassMultiUse'
}

function isMfaProof(proof: Proof): boolean {
  switch (proof.mode) {
    case 'password':
    case 'email':
      return false
    case 'fido2':
      return proof.userVerified === true
    default:
      return true
  }
}

/** Whether a text message opened the session, in place of a password. */
export function isTextSession(proofs: readonly Proof[]): boolean {
  return proofs.some(({ firstFactor }) => firstFactor === true)
}

/** Whether a directory let the password pass only for setting a new one. */
export function isPasswordDue(proofs: readonly Proof[]): boolean {
  return proofs.some(({ due }) => due === true)
}

/** Whether the session was opened with a Temporary Access Pass. */
export function isPassSession(proofs: readonly Proof[]): boolean {
  return proofs[0] !== undefined && isPassMode(proofs[0].mode)
}
