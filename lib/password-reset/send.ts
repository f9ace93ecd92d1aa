import 'server-only'
import { codeHash, newCode, resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { parsePhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import { limits } from '@/lib/limits'
import { queueCall, queueMail, queueSms, wakeOutbox } from '@/lib/notifications/outbox'
import { secondsFrom } from '@/lib/platform/clock'
import { env } from '@/lib/platform/env'
import { keyedHash } from '@/lib/platform/hash'
import { randomToken } from '@/lib/platform/random'
import { findResetChallenge, noteMessage, openChallenge } from '@/lib/registered-methods/challenge'
import type { ChallengeKind } from '@/lib/registered-methods/model'
import { type Fail, fail, ok } from '@/lib/result'
import { waitSeconds } from '@/lib/sign-in/usable'
import { throttleKey } from '@/lib/throttle/keys'
import { consume, consumeSendBudget } from '@/lib/throttle/store'
import { installationPolicies } from './account'
import { evenly } from './even-time'
import { type Context, count, note, type Resetting, refusedByThrottle, type StepResult, takeStep } from './flow'
import { type Gate, waysOfInstallation } from './gates'
import type { PasswordResetFailureCode, ResetWay } from './model'
import { changeReset } from './store'

/** Codes by mail and text message, and calls: sent to what is registered, or to nobody, and the page looks the same. */

export type SentWay = Extract<ResetWay, 'email' | 'sms' | 'mobileCall' | 'officeCall'>
/** The number as typed, and the country for one without a calling code. */
export type TypedNumber = { readonly number: string; readonly country: string | undefined }

/** Which ceremony a way opens. */
export const ceremonies: Readonly<Record<SentWay, ChallengeKind>> = {
  email: 'email',
  sms: 'sms',
  mobileCall: 'voice',
  officeCall: 'voice',
}

/**
 * Sends a code, or calls. For a phone the whole number must be typed, and only the registered one gets anything: a wrong
 * one, one of somebody else, a spent budget and a name that nobody has all look like a message on its way. After the first
 * gate, when somebody has proven something, a spent budget is told.
 *
 * Failures: `registration.phone_…` about the form of the number, `registration.resend_too_early`,
 * `password_reset.way_unavailable`, later `registration.too_many_codes` and `…texts_paused`.
 *
 * @see SEC-065 to SEC-067, SEC-123, SEC-191
 */
export async function sendToGate(resetting: Resetting, way: SentWay, typed: TypedNumber | null): Promise<StepResult> {
  const sent = await evenly(limits.passwordReset.answerMilliseconds, () =>
    takeStep(resetting, ['firstGate', 'nextGate'], async (context) => {
      const number = numberOf(way, typed)
      if (!number.ok) return number
      return send(context, way, number.value)
    }),
  )
  wakeOutbox()
  return sent
}

async function send(context: Context, way: SentWay, number: string | null): Promise<StepResult> {
  const { tx, at, reset } = context
  const isFirst = context.step === 'firstGate'
  // Asked of the installation, whoever's name it is: a form that was made up must not tell names apart.
  if (!waysOfInstallation(await installationPolicies(tx)).includes(way))
    return fail('refused', 'password_reset.way_unavailable')
  const throttled = await refusedByThrottle(context, way === 'email' ? 'email' : 'start')
  if (throttled) return throttled
  // A mail that is asked for too early counts as well: that is what somebody does who floods a mailbox.
  if (way === 'email') await count(context, 'emails')
  const before = reset.way === way ? await findResetChallenge(tx, reset.challengeId, at) : null
  const left = before ? resendWaitSeconds(before, at) : 0
  if (left > 0) return fail('throttled', 'registration.resend_too_early', { retryAfterSeconds: left })
  if (way !== 'email') await count(context, 'starts')

  const gate = gateFor(context, way, number)
  const destination = gate?.emailAddress ?? gate?.phoneNumber ?? null
  const budget = await spend(context, way, destination)
  if (budget && !isFirst) return budget
  const isSent = destination !== null && budget === null
  const ceremony = await openFor(context, way, gate, (before?.sends ?? 0) + 1)
  if (isSent) await queue(context, way, destination, ceremony)
  await changeReset(tx, reset.id, { way, challengeId: ceremony.id })
  await note(context, 'passwordResetProgress', isSent ? 'success' : 'failure', {
    reason: isSent ? 'sent' : budget ? budget.failure.code : 'no_such_gate',
    ...(gate ? { method: { kind: gate.kind, id: gate.methodId } } : {}),
    after: { way },
  })
  return ok({ step: context.step, token: null })
}

type Ceremony = {
  readonly id: string
  readonly secret: string
  readonly data: Record<string, unknown>
  readonly ends: Date
}

/** One row for everybody: with what is registered, or with nothing, and a code that nobody was told. */
async function openFor({ tx, at, reset }: Context, way: SentWay, gate: Gate | null, sends: number): Promise<Ceremony> {
  const isCall = ceremonies[way] === 'voice'
  const secret = isCall ? randomToken(32) : newCode()
  const ends = secondsFrom(at, isCall ? limits.call.lifetimeSeconds : limits.code.lifetimeSeconds)
  const data = {
    destination: gate?.emailAddress ?? gate?.phoneNumber ?? null,
    key: gate?.key ?? null,
    kind: gate?.kind ?? null,
  }
  const id = await openChallenge(tx, {
    sessionId: null,
    userId: reset.userId,
    kind: ceremonies[way],
    purpose: 'passwordReset',
    methodId: gate?.methodId ?? null,
    data,
    codeHash: (challengeId) =>
      isCall ? keyedHash('CODE_KEY', 'call', challengeId, secret) : codeHash(challengeId, secret),
    codeExpiresAt: ends,
    sends,
    // As long as the reset, so that a code that has expired is told from one that never was.
    expiresAt: reset.expiresAt,
    at,
  })
  return { id, secret, data, ends }
}

async function queue({ tx, reset }: Context, way: SentWay, to: string, ceremony: Ceremony): Promise<void> {
  const { userId } = reset
  const { id, secret, data, ends: notAfter } = ceremony
  const values = {
    code: secret,
    purpose: 'passwordReset',
    lifetimeSeconds: limits.code.lifetimeSeconds,
  } as const
  let messageId: string
  if (way === 'email')
    messageId = await queueMail(tx, { userId, to, template: 'verificationCode', values, lane: 'code', notAfter })
  else if (way === 'sms') messageId = await queueSms(tx, { userId, to, values, notAfter })
  else {
    const call = { challengeId: id, secret, purpose: 'passwordReset' } as const
    messageId = await queueCall(tx, { userId, to, values: call, notAfter })
  }
  await noteMessage(tx, { id, userId, data }, messageId)
}

/** The gate that gets something: registered, counting in this reset, not barred, and of the number that was typed. */
function gateFor({ account, at }: Context, way: SentWay, number: string | null): Gate | null {
  const { standing, gates } = account
  if (!standing.isAble && standing.isHidden) return null
  const gate = gates.find(({ ways }) => ways.includes(way))
  if (!gate || waitSeconds(gate.method, at) !== 0) return null
  return way === 'email' || gate.phoneNumber === number ? gate : null
}

/** Null when it may be sent; for nobody as much is counted, under a key of its own that spends nobody's budget. */
async function spend(
  { tx, at, reset, origin, throttle }: Context,
  way: SentWay,
  destination: string | null,
): Promise<Fail<PasswordResetFailureCode | 'registration.too_many_codes' | 'registration.texts_paused'> | null> {
  if (destination === null || reset.userId === null) {
    const subject = Buffer.from(throttle.subjectHash).toString('base64url')
    await consume(tx, throttleKey('resetNobody', subject), { max: 1, windowSeconds: 3600 }, at)
    return null
  }
  const channel = way === 'email' ? 'mail' : way === 'sms' ? 'sms' : 'voice'
  const budget = await consumeSendBudget(
    tx,
    { userId: reset.userId, destination, address: origin.clientAddress, channel, signedIn: false },
    at,
  )
  return budget.ok ? null : { ok: false, failure: { ...budget.failure, details: undefined } }
}

/** The number in its one form; what is no number is told, because that does not depend on the account. */
function numberOf(way: SentWay, typed: TypedNumber | null) {
  if (way === 'email') return ok(null)
  if (!typed || typed.number.trim() === '') return fail('invalid', 'password_reset.number_missing', { field: 'number' })
  const parsed = parsePhoneNumber(typed.number, {
    countries: env().SMS_COUNTRIES,
    defaultCountry: typed.country,
    isOffice: way === 'officeCall',
  })
  return parsed.ok ? ok(parsed.value.e164) : { ok: false as const, failure: { ...parsed.failure, field: 'number' } }
}
