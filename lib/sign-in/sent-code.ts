import 'server-only'
import { codeHash, codeMatches, newCode, resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { parsePhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import { limits } from '@/lib/limits'
import type { DeliveryState } from '@/lib/notifications/model'
import { deliveryState, queueSms, wakeOutbox } from '@/lib/notifications/outbox'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { consumeChallenge, findChallenge, openChallenge, spendAttempt } from '@/lib/registered-methods/challenge'
import { recordUse } from '@/lib/registered-methods/store/use'
import { fail, ok, type Result } from '@/lib/result'
import { confirmSends } from '@/lib/throttle/send-brakes'
import { consumeSendBudget } from '@/lib/throttle/store'
import { loadFacts } from './facts'
import type { Proven } from './going-on'
import type { Session, SignInFailureCode } from './model'
import { noteFailure, prove, refused, stillVerifying, usableOfKind, type Verifying, waitOf } from './second-factor'
import { modesNow } from './usable'

/** A code by text message, as a second factor. */

/**
 * Sends a code to the registered phone. Failures: `registration.too_many_codes`, `registration.texts_paused`,
 * `registration.resend_too_early`, `sign_in.method_unavailable`, `sign_in.number_unreachable`, `sign_in.session_ended`.
 */
export async function sendCode(verifying: Verifying): Promise<Result<undefined>> {
  const at = now()
  const { session, origin } = verifying
  const sent = await transaction<Result<undefined>>(async (tx) => {
    // Under the person's lock: of two requests at once the second finds that a code was just sent.
    const facts = await stillVerifying(tx, verifying, at)
    if (!facts) return fail('refused', 'sign_in.session_ended')
    const phone = usableOfKind(facts, 'mobilePhone', at).find((one) => modesNow(facts, one).includes('sms'))
    if (phone?.detail.kind !== 'mobilePhone') return fail('refused', 'sign_in.method_unavailable')
    const pending = await findChallenge(tx, { sessionId: session.id, kind: 'sms', purpose: 'signIn' }, at)
    const sends = pending?.sends ?? 0
    const left = pending ? resendWaitSeconds(pending, at) : 0
    if (left > 0) return fail('throttled', 'registration.resend_too_early', { retryAfterSeconds: left })
    const destination = phone.detail.phoneNumber
    // The number may be older than the operator's list of countries (SEC-064), and no day makes it reachable.
    if (!parsePhoneNumber(destination, { countries: env().SMS_COUNTRIES }).ok)
      return fail('refused', 'sign_in.number_unreachable')
    const budget = await consumeSendBudget(
      tx,
      { userId: session.userId, destination, address: origin.clientAddress, channel: 'sms', signedIn: true },
      at,
    )
    if (!budget.ok) return { ok: false, failure: { ...budget.failure, details: undefined } }
    const code = newCode()
    const codeExpiresAt = secondsFrom(at, limits.code.lifetimeSeconds)
    const values = { code, purpose: 'signIn', lifetimeSeconds: limits.code.lifetimeSeconds } as const
    const messageId = await queueSms(tx, { userId: session.userId, to: destination, values, notAfter: codeExpiresAt })
    await openChallenge(tx, {
      sessionId: session.id,
      userId: session.userId,
      kind: 'sms',
      purpose: 'signIn',
      methodId: phone.id,
      data: { messageId, destination },
      codeHash: (challengeId) => codeHash(challengeId, code),
      codeExpiresAt,
      sends: sends + 1,
      expiresAt: codeExpiresAt,
      at,
    })
    return ok()
  })
  if (sent.ok) wakeOutbox()
  return sent
}

/** Failures: `sign_in.code_mismatch`, `sign_in.code_expired`, `sign_in.session_ended`, `sign_in.method_unavailable`. */
export async function verifyWithSentCode(
  verifying: Verifying,
  code: string,
): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const { session } = verifying
  const facts = await loadFacts(db(), session.userId, 'cached')
  if (!facts) return fail('refused', 'sign_in.session_ended')
  const waiting = waitOf(facts, 'mobilePhone', at)
  if (waiting) return refused(verifying, waiting, at)
  const challenge = await findChallenge(db(), { sessionId: session.id, kind: 'sms', purpose: 'signIn' }, at)
  if (!challenge?.codeHash || !(await spendAttempt(db(), challenge.id, limits.code.attemptsMax, at))) {
    return refused(verifying, fail('refused', 'sign_in.code_expired', { field: 'code' }), at)
  }
  const isRight = codeMatches(challenge.id, code, challenge.codeHash)
  return prove(verifying, 'sign_in.code_mismatch', async (tx, facts) => {
    const phone = usableOfKind(facts, 'mobilePhone', at).find(({ id }) => id === challenge.methodId)
    // A code proves that somebody holds the number it went to, not the one that is registered since.
    if (phone?.detail.kind !== 'mobilePhone' || phone.detail.phoneNumber !== challenge.data.destination) return null
    if (!modesNow(facts, phone).includes('sms')) return null
    if (!isRight || !(await consumeChallenge(tx, challenge.id, at))) {
      await noteFailure(tx, phone, at)
      return null
    }
    await recordUse(tx, phone.id, at)
    await confirmSends(tx, phone.detail.phoneNumber, at)
    return { mode: 'sms', methodId: phone.id, at: at.getTime() }
  })
}

/** Whether a text message with a code is pending in this session, how far it came, and until when another must wait. */
export async function pendingSms(
  session: Session,
): Promise<{ readonly resendInSeconds: number; readonly delivery: DeliveryState } | null> {
  const at = now()
  const pending = await findChallenge(db(), { sessionId: session.id, kind: 'sms', purpose: 'signIn' }, at)
  if (!pending?.lastSentAt) return null
  return {
    resendInSeconds: resendWaitSeconds(pending, at),
    delivery: await deliveryState(db(), String(pending.data.messageId), at),
  }
}
