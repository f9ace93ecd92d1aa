/**
 * What browsers send and what the two ceremonies of a passkey need and answer.
 *
 * Only the members that are used are named; what a browser adds is dropped. Sizes are bounded before anything is decoded.
 *
 * @see WebAuthn L3 §5.1 (`toJSON` of a public-key credential)
 */
import { z } from 'zod'
import { limits } from '@/lib/limits'
import type { VerifiedAttestation } from './attestation'

const base64url = (bytesMax: number) =>
  z
    .string()
    .min(1)
    .max(Math.ceil((bytesMax * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/)

const credential = {
  id: base64url(limits.webauthn.credentialIdBytesMax),
  rawId: base64url(limits.webauthn.credentialIdBytesMax),
  type: z.literal('public-key'),
}

export const authenticatorTransports = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal', 'cable'] as const
export type AuthenticatorTransport = (typeof authenticatorTransports)[number]

export const creationResponseSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(8192),
    attestationObject: base64url(49_152),
    /** What the client says; kept for display and as a hint to browsers, decided on by nobody (SEC-041). */
    transports: z.array(z.string().max(32)).max(16).optional(),
  }),
})

export const assertionResponseSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(8192),
    authenticatorData: base64url(4096),
    signature: base64url(2048),
    userHandle: base64url(limits.webauthn.userHandleBytes).nullish(),
  }),
})

export type PasskeyCode =
  | 'passkey.not_verified'
  | 'passkey.not_allowed'
  | 'passkey.already_registered'
  | 'registration.ceremony_expired'

/** Why a passkey was refused: for the audit log, never for the person. */
export type PasskeyReason =
  | 'malformed'
  | 'type'
  | 'challenge'
  | 'origin'
  | 'cross_origin'
  | 'rp_id'
  | 'user_not_present'
  | 'user_not_verified'
  | 'backup_flags'
  | 'algorithm'
  | 'key'
  | 'credential_id'
  | 'attestation'
  | 'credential_not_asked_for'
  | 'user_handle'
  | 'signature'
  | 'sign_count'

/** What was sent with the challenge of this ceremony; kept with it on the server. */
export type Expected = {
  /** Base64url, as in the options. */
  readonly challenge: string
  readonly rpId: string
  /** Whole origins; no patterns. */
  readonly origins: readonly string[]
  /** False only where policy lets a passkey count as a single factor (SEC-026); the options then have to say so, too. */
  readonly isUserVerificationRequired: boolean
}

export type ExpectedCreation = Expected & {
  /** COSE algorithms offered in this ceremony. */
  readonly algorithms: readonly number[]
  /** The person's credentials, base64url, as sent in `excludeCredentials`. */
  readonly registeredCredentialIds: readonly string[]
  /** The browser was asked to make it by itself: then nobody need have been there. @see WebAuthn L3 §7.1 step 15 */
  readonly isConditional: boolean
}

export type NewPasskey = {
  readonly credentialId: Uint8Array<ArrayBuffer>
  /** COSE key. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly algorithm: number
  readonly signCount: number
  /** A claim of the authenticator unless its attestation was verified to an anchor. All zero: unknown. */
  readonly aaguid: string
  readonly backupEligible: boolean
  readonly backupState: boolean
  readonly userVerified: boolean
  readonly transports: readonly AuthenticatorTransport[]
  /** The format that was sent. */
  readonly attestationFormat: string
  /** Verified as far as the statement goes. Without a chain to an anchor the passkey is unattested all the same (SEC-033). */
  readonly attestation: VerifiedAttestation
}

export type ExpectedAssertion = Expected & {
  /** Base64url, as sent in `allowCredentials`; null when none were sent. */
  readonly allowedCredentialIds: readonly string[] | null
}

export type StoredPasskey = {
  readonly credentialId: Uint8Array
  readonly publicKey: Uint8Array
  readonly signCount: bigint | number
  readonly backupEligible: boolean
  /** The user handle of the person whose passkey it is. */
  readonly userHandle: Uint8Array
}

export type AssertionOutcome = {
  /** Store it with a condition on the old value. */
  readonly signCount: number
  readonly backupState: boolean
  readonly userVerified: boolean
}
