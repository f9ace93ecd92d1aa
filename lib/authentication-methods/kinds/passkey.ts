import 'server-only'
import { createHash, type KeyObject } from 'node:crypto'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { limits } from '@/lib/limits'
import { type Fail, type FailureKind, fail, ok, type Result } from '@/lib/result'
import type { AuthenticatorHint } from '../passkey-profiles'
import { verifyAttestation } from './attestation'
import { MalformedData } from './cbor'
import { coseAlgorithmOf, coseAlgorithms, validateCoseKey } from './cose-key'
import {
  type AssertionOutcome,
  assertionResponseSchema,
  authenticatorTransports,
  creationResponseSchema,
  type Expected,
  type ExpectedAssertion,
  type ExpectedCreation,
  type NewPasskey,
  type PasskeyCode,
  type PasskeyReason,
  type StoredPasskey,
} from './passkey-model'
import { type AuthenticatorData, readAttestationObject, readAuthenticatorData, readClientData } from './webauthn-data'

/**
 * Passkeys: the two ceremonies of WebAuthn.
 *
 * The library makes the options and verifies assertions. What it leaves open (strict decoding, embedding, backup flags, user
 * handle) is checked here before it is asked, so no input reaches it that is not well-formed. New credentials it would
 * verify too laxly (keys, embedding) and too strictly (statements of formats that it knows in part): they are verified here.
 *
 * @see WebAuthn L3 §7.1, §7.2; SEC-020 to SEC-044
 */
export type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON }

/** COSE algorithms that are offered, preferred first: ES256, EdDSA (Ed25519), RS256. */
export const offeredAlgorithms: readonly number[] = [coseAlgorithms.ES256, coseAlgorithms.EdDSA, coseAlgorithms.RS256]

export type KnownCredential = { readonly credentialId: Uint8Array; readonly transports: readonly string[] }

/** What a browser needs to make a passkey: discoverable, verifying its user. `challenge` is base64url. */
export async function creationOptions(input: {
  readonly challenge: string
  readonly rpId: string
  readonly rpName: string
  readonly user: { readonly handle: Uint8Array; readonly name: string; readonly displayName: string }
  readonly registered: readonly KnownCredential[]
  /** `direct` where a profile needs the authenticator's statement; browsers ask people before they hand it over. */
  readonly attestation: 'none' | 'direct'
  /** Where the browser should look first; one of them is what the person chose. */
  readonly hints: readonly AuthenticatorHint[]
  /** The browser makes it by itself, so nobody touches anything: the person may be unverified, and every use verifies. */
  readonly isConditional: boolean
}): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const options = await generateRegistrationOptions({
    rpName: input.rpName,
    rpID: input.rpId,
    userID: new Uint8Array(input.user.handle),
    userName: input.user.name,
    userDisplayName: input.user.displayName,
    challenge: bytesOf(input.challenge),
    timeout: limits.webauthn.challengeLifetimeSeconds * 1000,
    attestationType: input.attestation,
    excludeCredentials: input.registered.map(descriptor),
    authenticatorSelection: {
      residentKey: 'required',
      userVerification: input.isConditional ? 'preferred' : 'required',
      ...attachmentOf(input.hints),
    },
    supportedAlgorithmIDs: [...offeredAlgorithms],
  })
  return { ...options, hints: [...input.hints] }
}

/** What one hint means to browsers that know no hints. Where they know them, the hint decides. */
function attachmentOf(hints: readonly AuthenticatorHint[]) {
  if (hints.length !== 1) return {}
  return { authenticatorAttachment: hints[0] === 'client-device' ? ('platform' as const) : ('cross-platform' as const) }
}

/** What a browser needs to use a passkey. Without `allowed` it offers those it knows for this site; strangers get no list (SEC-042). */
export async function requestOptions(input: {
  readonly challenge: string
  readonly rpId: string
  readonly allowed?: readonly KnownCredential[]
}): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: input.rpId,
    challenge: bytesOf(input.challenge),
    timeout: limits.webauthn.challengeLifetimeSeconds * 1000,
    userVerification: 'required',
    ...(input.allowed ? { allowCredentials: input.allowed.map(descriptor) } : {}),
  })
}

/**
 * Verifies a new passkey. Never throws for anything a client can send.
 *
 * Failures: `registration.ceremony_expired` (the answer belongs to another challenge), `passkey.already_registered` (one of the
 * person's own), `passkey.not_allowed` (an algorithm that was not offered), else `passkey.not_verified`;
 * `details.reason` is a `PasskeyReason`. Whether policy admits a passkey like this is asked of its profiles. That the credential is new to the whole installation is the database's promise.
 *
 * @see WebAuthn L3 §7.1
 */
export async function verifyCreation(
  response: unknown,
  expected: ExpectedCreation,
): Promise<Result<NewPasskey, PasskeyCode>> {
  return guarded(async () => {
    const parsed = creationResponseSchema.safeParse(response)
    if (!parsed.success) return notVerified('malformed', 'invalid')
    const { id, rawId, response: answer } = parsed.data
    // Steps 5 to 12
    const refusal = checkClientData(answer.clientDataJSON, 'webauthn.create', expected)
    if (refusal) return refusal
    // Steps 13 to 19
    const attestation = readAttestationObject(bytesOf(answer.attestationObject))
    const data = readAuthenticatorData(attestation.authenticatorData)
    const wrong = checkAuthenticatorData(data, expected, !expected.isConditional)
    if (wrong) return notVerified(wrong)
    const { attested } = data
    if (attested === null) return notVerified('malformed', 'invalid')
    const credentialId = base64url(attested.credentialId)
    if (id !== rawId || id !== credentialId) return notVerified('credential_id')
    // Step 20, and that the key can verify at all
    const algorithm = coseAlgorithmOf(attested.publicKey)
    if (!expected.algorithms.includes(algorithm)) return notAllowed('algorithm')
    const key = await soundKey(attested.publicKey)
    if (key === null) return notVerified('key')
    // Steps 21 to 23; whether the chain is trusted (step 24) is the command's question, which has the metadata
    const verified = verifyAttestation({
      ...attestation,
      rpIdHash: data.rpIdHash,
      credentialId: attested.credentialId,
      aaguid: attested.aaguid,
      key,
      algorithm,
      clientDataHash: createHash('sha256').update(bytesOf(answer.clientDataJSON)).digest(),
    })
    if (verified === null) return notVerified('attestation')
    // Step 26
    if (expected.registeredCredentialIds.includes(credentialId)) return fail('refused', 'passkey.already_registered')
    return ok({
      credentialId: attested.credentialId,
      publicKey: attested.publicKey,
      algorithm,
      signCount: data.signCount,
      aaguid: attested.aaguid,
      backupEligible: data.backupEligible,
      backupState: data.backupState,
      userVerified: data.userVerified,
      transports: authenticatorTransports.filter((known) => answer.transports?.includes(known)),
      attestationFormat: attestation.format,
      attestation: verified,
    })
  })
}

/** Whose passkey answers, to be looked up before it is verified; null when the answer is malformed. */
export function readAssertion(
  response: unknown,
): { readonly credentialId: Uint8Array<ArrayBuffer>; readonly userHandle: Uint8Array<ArrayBuffer> | null } | null {
  const parsed = assertionResponseSchema.safeParse(response)
  if (!parsed.success || parsed.data.id !== parsed.data.rawId) return null
  const { userHandle } = parsed.data.response
  try {
    return { credentialId: bytesOf(parsed.data.id), userHandle: userHandle ? bytesOf(userHandle) : null }
  } catch {
    return null
  }
}

/**
 * Verifies the use of a passkey. Never throws for anything a client can send.
 *
 * Failures as in `verifyCreation`. When `isSuspectPasskey(failure)` everything was right but the sign count: the passkey may have
 * been copied; mark it, notify, audit. Without `allowedCredentialIds` (nobody was identified) a user handle must be present.
 *
 * @see WebAuthn L3 §7.2
 */
export async function verifyAssertion(
  response: unknown,
  expected: ExpectedAssertion,
  stored: StoredPasskey,
): Promise<Result<AssertionOutcome, PasskeyCode>> {
  return guarded(async () => {
    const parsed = assertionResponseSchema.safeParse(response)
    if (!parsed.success) return notVerified('malformed', 'invalid')
    const { id, rawId, response: answer } = parsed.data
    // Steps 5 to 7
    if (id !== rawId || id !== base64url(stored.credentialId)) return notVerified('credential_id')
    const isAskedFor = expected.allowedCredentialIds?.includes(id) ?? true
    if (!isAskedFor) return notVerified('credential_not_asked_for')
    const isUserHandleRight = answer.userHandle
      ? answer.userHandle === base64url(stored.userHandle)
      : expected.allowedCredentialIds !== null
    if (!isUserHandleRight) return notVerified('user_handle')
    // Steps 8 to 14
    const refusal = checkClientData(answer.clientDataJSON, 'webauthn.get', expected)
    if (refusal) return refusal
    // Steps 15 to 19
    const data = readAuthenticatorData(bytesOf(answer.authenticatorData))
    const wrong = checkAuthenticatorData(data, expected, true)
    if (wrong) return notVerified(wrong)
    if (data.attested !== null) return notVerified('malformed', 'invalid')
    if (data.backupEligible !== stored.backupEligible) return notVerified('backup_flags')
    // Steps 20, 21
    const isSigned = await verifiesSignature(parsed.data, expected, stored)
    if (!isSigned) return notVerified('signature')
    // Step 22. Last, so that only the holder of the key can make a passkey suspect.
    const storedCount = Number(stored.signCount)
    if ((data.signCount > 0 || storedCount > 0) && data.signCount <= storedCount) return notVerified('sign_count')
    return ok({ signCount: data.signCount, backupState: data.backupState, userVerified: data.userVerified })
  })
}

/** Whether a failure of `verifyAssertion` says that the passkey may have been copied (SEC-038). */
export function isSuspectPasskey(failure: Fail['failure']): boolean {
  return failure.details?.reason === ('sign_count' satisfies PasskeyReason)
}

function checkClientData(text: string, type: string, expected: Expected): Fail<PasskeyCode> | null {
  const client = readClientData(bytesOf(text))
  if (client.type !== type) return notVerified('type')
  if (client.challenge !== expected.challenge) {
    return fail('refused', 'registration.ceremony_expired', { details: { reason: 'challenge' } })
  }
  if (!expected.origins.includes(client.origin)) return notVerified('origin')
  return client.isCrossOrigin ? notVerified('cross_origin') : null
}

function checkAuthenticatorData(
  data: AuthenticatorData,
  expected: Expected,
  isPresenceRequired: boolean,
): PasskeyReason | null {
  if (!createHash('sha256').update(expected.rpId).digest().equals(data.rpIdHash)) return 'rp_id'
  if (isPresenceRequired && !data.userPresent) return 'user_not_present'
  if (expected.isUserVerificationRequired && !data.userVerified) return 'user_not_verified'
  return data.backupState && !data.backupEligible ? 'backup_flags' : null
}

async function verifiesSignature(
  { id, rawId, type, response }: ReturnType<typeof assertionResponseSchema.parse>,
  expected: ExpectedAssertion,
  stored: StoredPasskey,
): Promise<boolean> {
  const { clientDataJSON, authenticatorData, signature } = response
  return quietly(async () => {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserVerification: expected.isUserVerificationRequired,
      // The library would compare counts before it verifies the signature; zero leaves that to us.
      credential: { id, publicKey: new Uint8Array(stored.publicKey), counter: 0 },
    })
    return verified
  })
}

async function soundKey(publicKey: Uint8Array<ArrayBuffer>): Promise<KeyObject | null> {
  try {
    return await validateCoseKey(publicKey)
  } catch (error) {
    if (error instanceof MalformedData) return null
    throw error
  }
}

/** The library answers no with an exception, and its words belong to no reader. */
async function quietly(verify: () => Promise<boolean>): Promise<boolean> {
  try {
    return await verify()
  } catch {
    return false
  }
}

async function guarded<T>(work: () => Promise<Result<T, PasskeyCode>>): Promise<Result<T, PasskeyCode>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MalformedData) return notVerified('malformed', 'invalid')
    throw error
  }
}

function notVerified(reason: PasskeyReason, kind: FailureKind = 'refused'): Fail<PasskeyCode> {
  return fail(kind, 'passkey.not_verified', { details: { reason } })
}

function notAllowed(reason: PasskeyReason): Fail<PasskeyCode> {
  return fail('refused', 'passkey.not_allowed', { details: { reason } })
}

function descriptor(credential: KnownCredential): { id: string; transports: string[] } {
  return { id: base64url(credential.credentialId), transports: [...credential.transports] }
}

/** Base64url to bytes; text that is not the one spelling of its bytes is malformed, else one credential had two ids. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(text, 'base64url'))
  if (base64url(bytes) !== text) throw new MalformedData('text is not base64url')
  return bytes
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
