import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { joinExtension, parsePhoneNumber, splitExtension } from '@/lib/authentication-methods/kinds/phone'
import type { PhoneKind } from '@/lib/authentication-methods/model'
import { limits } from '@/lib/limits'
import type { DeliveryState } from '@/lib/notifications/model'
import { deliveryState, queueCall, wakeOutbox } from '@/lib/notifications/outbox'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { equalBytes, keyedHash } from '@/lib/platform/hash'
import { randomToken } from '@/lib/platform/random'
import {
  answerCall,
  consumeChallenge,
  findCall,
  findChallenge,
  noteMessage,
  openChallenge,
} from '@/lib/registered-methods/challenge'
import type { CallAnswer, Challenge, RegisteredMethod } from '@/lib/registered-methods/model'
import { recordUse } from '@/lib/registered-methods/store/use'
import { fail, ok, type Result } from '@/lib/result'
import { confirmSends } from '@/lib/throttle/send-brakes'
import { consumeSendBudget } from '@/lib/throttle/store'
import type { PersonFacts } from './facts'
import type { Proven } from './going-on'
import type { Session, SignInFailureCode } from './model'
import { type CallState, callState } from './phone-call-state'
import { prove, refused, stillVerifying, usableOfKind, type Verifying } from './second-factor'
import { modesNow } from './usable'

/**
 * The second factor by telephone: we call, and whoever answers presses #.
 *
 * The call is bound to one challenge of one session, to the number that was called and to a secret that only its address
 * carries; it counts for two minutes, once. The key proves nothing by itself: the session that asked for the call goes on
 * with it, and only while the number is still the person's.
 *
 * @see `10` §9, `20` §13 E15, SEC-061, SEC-065
 */
const ceremony = { kind: 'voice', purpose: 'signIn' } as const

/**
 * Calls the person's phone of this kind. Failures: `registration.too_many_codes`, `registration.resend_too_early`,
 * `sign_in.method_unavailable`, `sign_in.number_unreachable`, `sign_in.session_ended`.
 */
export async function callPhone(verifying: Verifying, kind: PhoneKind): Promise<Result<undefined>> {
  const at = now()
  const { session, origin } = verifying
  const called = await transaction<Result<undefined>>(async (tx) => {
    // Under the person's lock: of two requests at once the second finds that a call was just asked for.
    const facts = await stillVerifying(tx, verifying, at)
    if (!facts) return fail('refused', 'sign_in.session_ended')
    const phone = callable(facts, kind, at)
    if (!phone) return fail('refused', 'sign_in.method_unavailable')
    const pending = await findChallenge(tx, { sessionId: session.id, ...ceremony }, at)
    const wait = pending ? resendWaitSeconds(pending, at) : 0
    if (wait > 0) return fail('throttled', 'registration.resend_too_early', { retryAfterSeconds: wait })
    const destination = splitExtension(phone.destination).phoneNumber
    // The number may be older than the operator's list of countries (SEC-064), and no day makes it reachable.
    const isCallable = parsePhoneNumber(destination, {
      countries: env().SMS_COUNTRIES,
      isOffice: kind === 'officePhone',
    })
    if (!isCallable.ok) return fail('refused', 'sign_in.number_unreachable')
    const budget = await consumeSendBudget(
      tx,
      {
        userId: session.userId,
        destination,
        address: origin.clientAddress,
        channel: 'voice',
        signedIn: true,
      },
      at,
    )
    if (!budget.ok) return { ok: false, failure: { ...budget.failure, details: undefined } }
    const secret = randomToken(32)
    const answerableUntil = secondsFrom(at, limits.call.lifetimeSeconds)
    const data = { destination: phone.destination, kind }
    const challengeId = await openChallenge(tx, {
      sessionId: session.id,
      userId: session.userId,
      ...ceremony,
      methodId: phone.method.id,
      data,
      codeHash: (id) => keyedHash('CODE_KEY', 'call', id, secret),
      codeExpiresAt: answerableUntil,
      sends: (pending?.sends ?? 0) + 1,
      // Longer than its answer counts, so that the page can say that nobody answered, and waits go on growing.
      expiresAt: secondsFrom(at, limits.code.lifetimeSeconds),
      at,
    })
    const messageId = await queueCall(tx, {
      userId: session.userId,
      to: phone.destination,
      values: { challengeId, secret },
      notAfter: answerableUntil,
    })
    await noteMessage(tx, { id: challengeId, userId: session.userId, data }, messageId)
    return ok()
  })
  if (called.ok) wakeOutbox()
  return called
}

/** The phone of this kind that may be called now, and its number with the extension as one text. */
function callable(
  facts: PersonFacts,
  kind: PhoneKind,
  at: Date,
): { readonly method: RegisteredMethod; readonly destination: string } | null {
  const method = usableOfKind(facts, kind, at)[0]
  if (!method || !('phoneNumber' in method.detail) || !modesNow(facts, method).includes('voice')) return null
  return { method, destination: joinExtension(method.detail.phoneNumber, method.detail.extension) }
}

/** The call that this session waits for, as its page shows it; null when there is none. */
export async function pendingCall(session: Session): Promise<{
  readonly methodId: string | null
  readonly state: CallState
  readonly resendInSeconds: number
} | null> {
  const at = now()
  const challenge = await findChallenge(db(), { sessionId: session.id, ...ceremony }, at)
  if (!challenge) return null
  const delivery: DeliveryState =
    typeof challenge.data.messageId === 'string' ? await deliveryState(db(), challenge.data.messageId, at) : 'underway'
  return {
    methodId: challenge.methodId,
    state: callState(challenge, delivery, at),
    resendInSeconds: resendWaitSeconds(challenge, at),
  }
}

/**
 * Goes on with a call that was answered with #. Failures: `sign_in.call_waiting` (nothing was pressed yet),
 * `sign_in.call_denied`, `sign_in.call_not_answered`, `sign_in.session_ended`.
 */
export async function verifyWithCall(verifying: Verifying): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const { session } = verifying
  const challenge = await findChallenge(db(), { sessionId: session.id, ...ceremony }, at)
  const state = challenge ? callState(challenge, 'sent', at) : 'notAnswered'
  if (state === 'waiting') return fail('refused', 'sign_in.call_waiting')
  if (challenge === null || state !== 'approved') {
    return refused(
      verifying,
      fail('refused', state === 'denied' ? 'sign_in.call_denied' : 'sign_in.call_not_answered'),
      at,
    )
  }
  const proven = await prove(verifying, 'sign_in.call_not_answered', async (tx, facts) => {
    const phone = callable(facts, challenge.data.kind as PhoneKind, at)
    // A key proves that somebody answered the number that was called, not the one that is registered since.
    if (phone?.method.id !== challenge.methodId || phone.destination !== challenge.data.destination) return null
    if (!(await consumeChallenge(tx, challenge.id, at))) return null
    await recordUse(tx, phone.method.id, at)
    await confirmSends(tx, splitExtension(phone.destination).phoneNumber, at)
    return { mode: 'voice', methodId: phone.method.id, at: at.getTime() }
  })
  if (proven.ok) return proven
  const { field: _, ...failure } = proven.failure
  return { ok: false, failure }
}

/**
 * What the provider tells of a call: the key that was pressed, or (null) that it ended. The first answer stands, and a
 * denied one says what was asked for; `tooLate` for every later one, for a call that does not exist, and for one whose
 * address, number or secret does not fit. Whoever calls this has checked the provider's signature.
 */
export async function takeCallAnswer(
  input: { readonly challengeId: string; readonly secret: string; readonly to: string; readonly key: string | null },
  origin: AuditOrigin,
): Promise<'approved' | 'denied' | 'resetDenied' | 'tooLate'> {
  const at = now()
  return transaction(async (tx) => {
    const challenge = await findCall(tx, input.challengeId, at)
    if (!challenge || !isThisCall(challenge, input) || !isAnswerable(challenge, at)) return 'tooLate'
    const answer: CallAnswer = input.key === null ? 'notAnswered' : input.key === '#' ? 'approved' : 'denied'
    if (!(await answerCall(tx, challenge.id, answer, at))) return 'tooLate'
    if (answer === 'approved') return 'approved'
    const isReset = challenge.purpose === 'passwordReset'
    await record(tx, {
      activity: isReset ? 'passwordResetProgress' : 'signInFailed',
      at,
      outcome: 'failure',
      reason: answer === 'denied' ? 'sign_in.call_denied' : 'sign_in.call_not_answered',
      actor: { kind: 'system' },
      origin,
      ...(challenge.userId ? { target: { kind: 'user', id: challenge.userId } } : {}),
      method: { kind: challenge.data.kind as PhoneKind, id: challenge.methodId ?? undefined },
    })
    if (answer === 'notAnswered') return 'tooLate'
    return isReset ? 'resetDenied' : 'denied'
  })
}

function isThisCall(challenge: Challenge, { secret, to }: { readonly secret: string; readonly to: string }): boolean {
  if (challenge.codeHash === null) return false
  const isSecret = equalBytes(keyedHash('CODE_KEY', 'call', challenge.id, secret), challenge.codeHash)
  return isSecret && to === splitExtension(String(challenge.data.destination)).phoneNumber
}

function isAnswerable({ codeExpiresAt }: Challenge, at: Date): boolean {
  return codeExpiresAt !== null && codeExpiresAt > at
}
