import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { codeHash, codeMatches, newCode, resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { maskPhoneNumber, parsePhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import { maySignInByText } from '@/lib/authentication-methods/policy'
import { lockUser } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { queueSms, wakeOutbox } from '@/lib/notifications/outbox'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { keyedHash } from '@/lib/platform/hash'
import {
  consumeChallenge,
  findAnonymousChallenge,
  openChallenge,
  replaceCode,
  spendAttempt,
} from '@/lib/registered-methods/challenge'
import type { Challenge } from '@/lib/registered-methods/model'
import { findTextSignIn, recordUse } from '@/lib/registered-methods/store/use'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import {
  checkPasswordLock,
  claimPasswordLock,
  clearPasswordLock,
  recordWrongPassword,
} from '@/lib/throttle/password-lock-store'
import { confirmSends } from '@/lib/throttle/send-brakes'
import { consume, consumeSendBudget } from '@/lib/throttle/store'
import { loadFacts, type PersonFacts } from './facts'
import { recordFailedSignIn } from './failed'
import { limitAddress, toldOf } from './first-factor'
import { type GoOn, goOnAfter, type Proven } from './going-on'
import { errorCodes, type SignInFailureCode } from './model'
import { newSession } from './session'
import { waitSeconds } from './usable'

/**
 * Signing in with a phone number and a text message instead of a password: one factor, never multifactor.
 *
 * Nobody may learn by it whose number is known here. A number that may sign in and one that may not get the same page, the
 * same waits and the same answers; the one difference is whether a message leaves, and that is the queue's.
 *
 * @see `10` §9, SEC-066, SEC-190 to SEC-192
 */
const ceremonySeconds = 600

type Browser = { readonly browserHash: Uint8Array; readonly origin: AuditOrigin }

/**
 * Begins for whoever names a number, and answers the id of the ceremony, which is bound to this browser. Failures: those of a
 * number's format, and `registration.too_many_codes` by the client's address alone.
 */
export async function startTextSignIn(
  input: Browser & { readonly number: string; readonly country?: string },
): Promise<Result<{ readonly challengeId: string }>> {
  const at = now()
  const parsed = parsePhoneNumber(input.number, { countries: env().SMS_COUNTRIES, defaultCountry: input.country })
  if (!parsed.ok) return { ok: false, failure: { ...parsed.failure, field: 'number' } }
  const limited = await limitSends(input.origin, at)
  if (limited) return limited
  const destination = parsed.value.e164
  const challengeId = await transaction(async (tx) => {
    const { code, owner } = await codeFor(tx, destination, input.origin, at)
    return openChallenge(tx, {
      sessionId: null,
      // Whose it is, is sealed: the rows of known and unknown numbers look alike.
      userId: null,
      browserHash: input.browserHash,
      kind: 'sms',
      purpose: 'signIn',
      data: { destination, ...owner },
      codeHash: (id) => codeHash(id, code),
      codeExpiresAt: secondsFrom(at, limits.code.lifetimeSeconds),
      sends: 1,
      expiresAt: secondsFrom(at, ceremonySeconds),
      at,
    })
  })
  wakeOutbox()
  return ok({ challengeId })
}

/** Sends a newer code, or seems to. Failures: `sign_in.code_expired`, `registration.resend_too_early`, `…too_many_codes`. */
export async function resendTextSignIn(
  input: Browser & { readonly challengeId: string },
): Promise<Result<{ readonly challengeId: string }>> {
  const at = now()
  const challenge = await find(input, at)
  if (!challenge) return fail('refused', 'sign_in.code_expired')
  const wait = resendWaitSeconds(challenge, at)
  if (wait > 0) return fail('throttled', 'registration.resend_too_early', { retryAfterSeconds: wait })
  const limited = await limitSends(input.origin, at)
  if (limited) return limited
  await transaction(async (tx) => {
    const { code } = await codeFor(tx, String(challenge.data.destination), input.origin, at)
    const hash = codeHash(challenge.id, code)
    await replaceCode(tx, challenge, { hash, expiresAt: secondsFrom(at, limits.code.lifetimeSeconds) }, at)
  })
  wakeOutbox()
  return ok({ challengeId: challenge.id })
}

/** What the page shows of a ceremony of this browser; null when there is none. */
export async function pendingTextSignIn(input: {
  readonly challengeId: string
  readonly browserHash: Uint8Array
}): Promise<{ readonly masked: string; readonly resendInSeconds: number } | null> {
  const at = now()
  const challenge = await find(input, at)
  if (!challenge) return null
  return {
    masked: maskPhoneNumber(String(challenge.data.destination)),
    resendInSeconds: resendWaitSeconds(challenge, at),
  }
}

/**
 * Opens a session when the code is the one that was sent. Failures: `sign_in.code_mismatch`, `sign_in.code_expired`,
 * `sign_in.locked` (throttled), `throttle.too_many_requests`.
 */
export async function signInByText(
  input: Browser & {
    readonly challengeId: string
    readonly code: string
    readonly returnTo: string | null
    readonly goOn?: GoOn
  },
): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const limited = await limitAddress(input.origin, at)
  if (limited) return limited
  const challenge = await find(input, at)
  const isOpen = challenge?.codeHash && challenge.codeExpiresAt && challenge.codeExpiresAt > at
  if (!challenge?.codeHash || !isOpen || !(await spendAttempt(db(), challenge.id, limits.code.attemptsMax, at))) {
    return refuse(input.origin, null, fail('refused', 'sign_in.code_expired', { field: 'code' }), at)
  }
  const destination = String(challenge.data.destination)
  const lockKey = `${destination} text`
  const { place } = await checkPasswordLock(db(), lockKey, [], at)
  const isRight = codeMatches(challenge.id, input.code, challenge.codeHash)
  return transaction<Result<Proven, SignInFailureCode>>(async (tx) => {
    const lock = await claimPasswordLock(tx, lockKey, place, at)
    if (lock.locked) {
      const refusal = fail('throttled', 'sign_in.locked' as const, { retryAfterSeconds: lock.retryAfterSeconds })
      return refuseIn(tx, input.origin, null, refusal, at)
    }
    const ready = isRight ? await readyFor(tx, destination, at) : null
    const isSame = ready !== null && ready.methodId === challenge.data.methodId
    if (!isSame || !(await lockUser(tx, ready.facts.subject.id))?.accountEnabled) {
      await recordWrongPassword(tx, lockKey, place, keyedHash('CODE_KEY', 'wrong text', destination, input.code), at)
      const userId = typeof challenge.data.userId === 'string' ? challenge.data.userId : null
      return refuseIn(tx, input.origin, userId, fail('refused', 'sign_in.code_mismatch', { field: 'code' }), at)
    }
    if (!(await consumeChallenge(tx, challenge.id, at))) {
      return refuseIn(tx, input.origin, null, fail('refused', 'sign_in.code_expired', { field: 'code' }), at)
    }
    await clearPasswordLock(tx, lockKey, place)
    await recordUse(tx, ready.methodId, at)
    await confirmSends(tx, destination, at)
    const issued = newSession({
      userId: ready.facts.subject.id,
      proof: { mode: 'sms', methodId: ready.methodId, at: at.getTime(), firstFactor: true, ...toldOf(lock) },
      returnTo: input.returnTo,
      at,
    })
    return goOnAfter(tx, input, issued, at, { opening: [] })
  })
}

function find(
  { challengeId, browserHash }: { readonly challengeId: string; readonly browserHash: Uint8Array },
  at: Date,
): Promise<Challenge | null> {
  return findAnonymousChallenge(db(), challengeId, browserHash, 'sms', at)
}

/** Counted for the client before anything is looked up, and for known and unknown numbers alike. */
async function limitSends(origin: AuditOrigin, at: Date): Promise<Fail | null> {
  const rate = await consume(
    db(),
    throttleKey('textSignIn', addressKey(origin.clientAddress)),
    { max: limits.code.sendsPerAddressPerHourAnonymous, windowSeconds: 3600 },
    at,
  )
  return rate.allowed
    ? null
    : fail('throttled', 'registration.too_many_codes', { retryAfterSeconds: rate.retryAfterSeconds })
}

/**
 * A new code for the number, and for one that is ready the message with it. Where the budgets of the person or of the number
 * are spent nothing is sent and nothing is said: that would tell that there is such a person.
 */
async function codeFor(tx: Tx, destination: string, origin: AuditOrigin, at: Date) {
  const code = newCode()
  const ready = await readyFor(tx, destination, at)
  if (!ready) {
    // As much work as counting budgets, and none of them used up: else strangers' numbers would spend everybody's day.
    await consume(tx, throttleKey('textSignInNobody', destination), { max: 1, windowSeconds: 3600 }, at)
    return { code, owner: {} }
  }
  const { methodId, facts } = ready
  const userId = facts.subject.id
  const budget = await consumeSendBudget(
    tx,
    { userId, destination, address: origin.clientAddress, channel: 'sms', signedIn: false },
    at,
  )
  if (budget.ok) {
    const values = { code, purpose: 'signIn', lifetimeSeconds: limits.code.lifetimeSeconds } as const
    const notAfter = secondsFrom(at, limits.code.lifetimeSeconds)
    await queueSms(tx, { userId, to: destination, values, notAfter })
  }
  return { code, owner: { userId, methodId } }
}

/** The person whom this number signs in now, by their row, their account and the policies; null for every other number. */
async function readyFor(
  tx: Tx,
  destination: string,
  at: Date,
): Promise<{ readonly methodId: string; readonly facts: PersonFacts } | null> {
  const found = await findTextSignIn(tx, destination)
  // One question more for an unknown number too.
  const facts = await loadFacts(tx, found?.userId ?? nobody, 'cached')
  const method = facts?.methods.find(({ id }) => id === found?.methodId)
  if (!facts?.subject.accountEnabled || !method || waitSeconds(method, at) !== 0) return null
  return maySignInByText(facts.methodsPolicy, facts.subject) ? { methodId: method.id, facts } : null
}
const nobody = '00000000-0000-0000-0000-000000000000'

function refuse<Refusal extends Fail<SignInFailureCode>>(
  origin: AuditOrigin,
  userId: string | null,
  refusal: Refusal,
  at: Date,
): Promise<Refusal> {
  return transaction((tx) => refuseIn(tx, origin, userId, refusal, at))
}

async function refuseIn<Refusal extends Fail<SignInFailureCode>>(
  tx: Tx,
  origin: AuditOrigin,
  userId: string | null,
  refusal: Refusal,
  at: Date,
): Promise<Refusal> {
  const { code } = refusal.failure
  await recordFailedSignIn(tx, {
    ...{ code, origin, at },
    user: userId === null ? null : { id: userId },
    errorCode: code === 'sign_in.locked' ? errorCodes.accountLocked : errorCodes.invalidCredentials,
    steps: [{ mode: 'sms', result: 'incorrect code' }],
  })
  return refusal
}
