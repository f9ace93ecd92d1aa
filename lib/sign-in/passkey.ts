import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import {
  isSuspectPasskey,
  type PublicKeyCredentialRequestOptionsJSON,
  readAssertion,
  requestOptions,
  verifyAssertion,
} from '@/lib/authentication-methods/kinds/passkey'
import type { AssertionOutcome } from '@/lib/authentication-methods/kinds/passkey-model'
import type { Proof } from '@/lib/authentication-methods/model'
import { refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { mayUse } from '@/lib/authentication-methods/policy'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { loadSubject, lockUser } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { randomToken } from '@/lib/platform/random'
import { consumeChallenge, findAnonymousChallenge, openChallenge } from '@/lib/registered-methods/challenge'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { findPasskey } from '@/lib/registered-methods/store/rows'
import { blockMethod, moveSignCount, recordUse } from '@/lib/registered-methods/store/use'
import { fail, ok, type Result } from '@/lib/result'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import { recordFailedSignIn } from './failed'
import { limitAddress } from './first-factor'
import { type GoOn, goOnAfter, type Proven } from './going-on'
import { errorCodes, type SignInFailureCode } from './model'
import { placeKeys, placeWrites } from './place'
import { newSession } from './session'
import { tell } from './tell'

/** Signing in with a passkey alone: nobody says who they are, the passkey does. */

export type PasskeyRequest = {
  readonly challengeId: string
  readonly options: PublicKeyCredentialRequestOptionsJSON
}

/** Begins for whoever asks: one small row, bound to this browser, limited per address. */
export async function startPasskeySignIn(input: {
  readonly browserHash: Uint8Array
  readonly origin: AuditOrigin
}): Promise<Result<PasskeyRequest, SignInFailureCode>> {
  const at = now()
  const rate = await consume(
    db(),
    throttleKey('anonymousCeremony', addressKey(input.origin.clientAddress)),
    { max: limits.rate.anonymousCeremoniesPerAddressPerMinute, windowSeconds: 60 },
    at,
  )
  if (!rate.allowed) {
    return fail('throttled', 'throttle.too_many_requests', { retryAfterSeconds: rate.retryAfterSeconds })
  }
  const challenge = randomToken(limits.webauthn.challengeBytes)
  const challengeId = await openChallenge(db(), {
    sessionId: null,
    userId: null,
    browserHash: input.browserHash,
    kind: 'webauthnGet',
    purpose: 'signIn',
    data: { challenge },
    expiresAt: secondsFrom(at, limits.webauthn.challengeLifetimeSeconds),
    at,
  })
  return ok({ challengeId, options: await requestOptions({ challenge, rpId: relyingPartyId() }) })
}

export function relyingPartyId(): string {
  return new URL(env().PUBLIC_ORIGIN).hostname
}

/** Whose answers are taken: this site, and those of the operator that share its passkeys. No patterns (SEC-023). */
export function relyingPartyOrigins(): readonly string[] {
  return [env().PUBLIC_ORIGIN, ...env().RELATED_ORIGINS]
}

/**
 * Whatever is wrong, the answer is `sign_in.passkey_failed`; the log knows more. Only a passkey that is nobody's (any more) is
 * told apart, as `sign_in.passkey_unknown`, so that the browser can stop offering it. Its id is random and names no
 * account.
 */
export async function finishPasskeySignIn(input: {
  readonly challengeId: string
  readonly response: unknown
  readonly browserHash: Uint8Array
  readonly returnTo: string | null
  readonly origin: AuditOrigin
  readonly browser?: string | null
  readonly goOn?: GoOn
}): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const limited = await limitAddress(input.origin, at)
  if (limited) return limited
  const challenge = await findAnonymousChallenge(db(), input.challengeId, input.browserHash, 'webauthnGet', at)
  if (!challenge || !(await consumeChallenge(db(), challenge.id, at))) {
    await transaction((tx) => refuse(tx, input.origin, null, at))
    return fail('refused', 'sign_in.passkey_failed')
  }
  const asserted = readAssertion(input.response)
  const method = asserted ? await findPasskey(db(), asserted.credentialId) : null
  const checked = method
    ? await checkPasskey(method, input.response, String(challenge.data.challenge), null)
    : fail('refused', 'passkey.not_verified')
  return transaction(async (tx) => {
    const locked = method ? await lockUser(tx, method.userId) : null
    const proof =
      method && locked?.accountEnabled ? await acceptPasskey(tx, method, checked, 'signIn', input.origin, at) : null
    if (!method || !proof) {
      const code = asserted && !method ? 'sign_in.passkey_unknown' : 'sign_in.passkey_failed'
      await refuse(tx, input.origin, method?.userId ?? null, at, code)
      return fail('refused', code)
    }
    const issued = newSession({
      userId: method.userId,
      proof,
      returnTo: input.returnTo,
      at,
    })
    const places = placeKeys(locked?.userPrincipalName ?? '', input)
    return goOnAfter(tx, input, issued, at, { opening: placeWrites(places, at) })
  })
}

/** Verifies an assertion against the row as it is; signatures are checked before any transaction. */
export async function checkPasskey(
  method: RegisteredMethod,
  response: unknown,
  challenge: string,
  allowedCredentialIds: readonly string[] | null,
): Promise<Result<AssertionOutcome>> {
  if (method.detail.kind !== 'passkey') return fail('refused', 'passkey.not_verified')
  const { userHandle } = await db().user.findUniqueOrThrow({
    where: { id: method.userId },
    select: { userHandle: true },
  })
  return verifyAssertion(
    response,
    {
      challenge,
      rpId: relyingPartyId(),
      origins: relyingPartyOrigins(),
      isUserVerificationRequired: true,
      allowedCredentialIds,
    },
    { ...method.detail, userHandle },
  )
}

/**
 * Makes a checked assertion a proof, if the policy lets this passkey be used and its count moves on from where it was
 * when it was checked. A count that went back marks the passkey: it may have been copied.
 */
export async function acceptPasskey(
  tx: Tx,
  method: RegisteredMethod,
  checked: Result<AssertionOutcome>,
  purpose: 'signIn' | 'mfa',
  origin: AuditOrigin,
  at: Date,
): Promise<Proof | null> {
  if (method.detail.kind !== 'passkey' || method.disabledAt) return null
  if (!checked.ok) {
    if (isSuspectPasskey(checked.failure)) await markSuspect(tx, method, origin, at)
    return null
  }
  const subject = await loadSubject(tx, method.userId)
  const policy = await loadMethodsPolicy(tx)
  if (!subject || !mayUse(policy, subject, 'passkey', purpose).allowed) return null
  if (refusalOfPasskey(policy, subject, method.detail, 'signIn') !== null) return null
  const { signCount, backupState, userVerified } = checked.value
  if (!(await moveSignCount(tx, method.id, method.detail.signCount, { signCount: BigInt(signCount), backupState }))) {
    return null
  }
  await recordUse(tx, method.id, at)
  return { mode: 'fido2', methodId: method.id, at: at.getTime(), aaguid: method.detail.aaguid, userVerified }
}

async function markSuspect(tx: Tx, method: RegisteredMethod, origin: AuditOrigin, at: Date): Promise<void> {
  await blockMethod(tx, method.id, { disabledAt: at })
  await record(tx, {
    activity: 'methodSuspect',
    at,
    outcome: 'failure',
    reason: 'sign count went back',
    actor: { kind: 'system' },
    origin,
    target: { kind: 'user', id: method.userId },
    method: { kind: 'passkey', id: method.id },
  })
  await tell(tx, method.userId, 'passkeySuspect', {
    at: at.toISOString(),
    method: method.name ?? 'Passkey',
    clientAddress: origin.clientAddress,
  })
}

function refuse(
  tx: Tx,
  origin: AuditOrigin,
  userId: string | null,
  at: Date,
  code: SignInFailureCode = 'sign_in.passkey_failed',
): Promise<void> {
  return recordFailedSignIn(tx, {
    ...{ code, origin, at, errorCode: errorCodes.mfaFailed },
    user: userId === null ? null : { id: userId },
    steps: [{ mode: 'fido2', result: 'not verified' }],
  })
}
