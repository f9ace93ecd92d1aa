import 'server-only'
import { judgeTokenCode } from '@/lib/authentication-methods/kinds/hardware-oath'
import { codeMatches } from '@/lib/authentication-methods/kinds/one-time-code'
import {
  type PublicKeyCredentialRequestOptionsJSON,
  readAssertion,
  requestOptions,
} from '@/lib/authentication-methods/kinds/passkey'
import { acceptedStep } from '@/lib/authentication-methods/kinds/software-oath'
import { openTokenSecret } from '@/lib/hardware-oath/store/tokens'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { randomToken } from '@/lib/platform/random'
import { consumeChallenge, findResetChallenge, openChallenge, spendAttempt } from '@/lib/registered-methods/challenge'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { findPasskey, openSecret } from '@/lib/registered-methods/store/rows'
import { recordUse, takeStep as takeTimeStep, takeTokenStep } from '@/lib/registered-methods/store/use'
import { fail, ok, type Result } from '@/lib/result'
import { acceptPasskey, checkPasskey, relyingPartyId } from '@/lib/sign-in/passkey'
import { callState } from '@/lib/sign-in/phone-call-state'
import { noteFailure, openOrTell } from '@/lib/sign-in/second-factor'
import { waitSeconds } from '@/lib/sign-in/usable'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import { confirmSends } from '@/lib/throttle/send-brakes'
import { consume } from '@/lib/throttle/store'
import { evenly } from './even-time'
import {
  type Context,
  failedProof,
  passGate,
  type Resetting,
  refusedByThrottle,
  type StepResult,
  takeStep,
} from './flow'
import type { Gate } from './gates'
import type { ProvenGate, ResetWay } from './model'
import { changeReset, findReset } from './store'

/**
 * Opening a gate: a code that was sent, a key pressed in a call, a code of an app or token, a passkey. What is wrong looks
 * the same whatever it is, and counts for the name; for an account that does not exist everything is wrong.
 */
export const gateSteps = ['firstGate', 'nextGate'] as const

/** As `takeStep`, answered in even time, and only while the name is not locked. */
export function judge(resetting: Resetting, work: (context: Context) => Promise<StepResult>): Promise<StepResult> {
  return evenly(limits.passwordReset.answerMilliseconds, () =>
    takeStep(resetting, gateSteps, async (context) => (await refusedByThrottle(context, 'check')) ?? work(context)),
  )
}

/** The code of a mail or text message. Failures: `password_reset.code_mismatch`, `password_reset.code_expired`. */
export function proveWithSentCode(resetting: Resetting, code: string): Promise<StepResult> {
  return judge(resetting, async (context) => {
    const { tx, at, reset } = context
    if (isGivenAlready(context, ['email', 'sms'])) return ok({ step: context.step, token: null })
    const challenge = await findResetChallenge(tx, reset.challengeId, at)
    const isOpen = challenge?.codeHash && challenge.codeExpiresAt && challenge.codeExpiresAt > at
    const way: ResetWay = challenge?.kind === 'sms' ? 'sms' : 'email'
    if (!challenge?.codeHash || !isOpen || challenge.kind === 'voice')
      return fail('refused', 'password_reset.code_expired', { field: 'code' })
    if (!(await spendAttempt(tx, challenge.id, limits.code.attemptsMax, at)))
      return fail('refused', 'password_reset.code_expired', { field: 'code' })
    const isRight = codeMatches(challenge.id, code, challenge.codeHash)
    // A code proves that somebody holds the address it went to, not the one that is registered since.
    const gate = gateOf(context, challenge.data.key, way)
    if (!isRight || !gate || !(await consumeChallenge(tx, challenge.id, at))) return mismatch(context, way)
    await recordUse(tx, gate.methodId, at)
    if (way === 'sms' && gate.phoneNumber) await confirmSends(tx, gate.phoneNumber, at)
    return passGate(context, gate, { way, mode: way })
  })
}

/** A call that was answered with #. Failures: `password_reset.call_waiting`, `password_reset.call_not_answered`. */
export function proveWithCall(resetting: Resetting): Promise<StepResult> {
  return evenly(limits.passwordReset.answerMilliseconds, () =>
    takeStep(resetting, gateSteps, async (context) => {
      const { tx, at, reset } = context
      if (isGivenAlready(context, ['voice'])) return ok({ step: context.step, token: null })
      const challenge = await findResetChallenge(tx, reset.challengeId, at)
      if (challenge?.kind !== 'voice') return fail('refused', 'password_reset.call_not_answered')
      const state = callState(challenge, 'sent', at)
      // A refused call looks like one that nobody has answered yet: only the owner of the number learns that it rang.
      const isOver = challenge.codeExpiresAt === null || challenge.codeExpiresAt <= at
      if (state !== 'approved')
        return isOver
          ? fail('refused', 'password_reset.call_not_answered')
          : fail('refused', 'password_reset.call_waiting')
      const way = reset.way ?? 'mobileCall'
      const gate = gateOf(context, challenge.data.key, way)
      if (!gate || !(await consumeChallenge(tx, challenge.id, at)))
        return fail('refused', 'password_reset.call_not_answered')
      await recordUse(tx, gate.methodId, at)
      if (gate.phoneNumber) await confirmSends(tx, gate.phoneNumber, at)
      return passGate(context, gate, { way, mode: 'voice' })
    }),
  )
}

/** Whether nothing is under way and this was proven: the form is one from before, and the way on is where the reset stands. */
function isGivenAlready({ reset }: Context, modes: readonly ProvenGate['mode'][]): boolean {
  return reset.challengeId === null && reset.gates.some(({ mode }) => modes.includes(mode))
}

/** The code that an app or a token shows; it is tried against each of them. Failure: `password_reset.code_mismatch`. */
export function proveWithOath(resetting: Resetting, code: string): Promise<StepResult> {
  return judge(resetting, async (context) => {
    const { at } = context
    const gates = gatesFor(context, 'oath').filter(({ method }) => waitSeconds(method, at) === 0)
    for (const gate of gates) {
      if (!(await takeCode(context, gate.method, code))) continue
      const mode = gate.kind === 'hardwareOath' ? 'hardwareOath' : 'softwareOath'
      return passGate(context, gate, { way: 'oath', mode })
    }
    for (const { method } of gates) await noteFailure(context.tx, method, at)
    return mismatch(context, 'oath')
  })
}

/** Whether the code is right and was used now, for the first time in its step. */
async function takeCode({ tx, at, origin }: Context, method: RegisteredMethod, code: string): Promise<boolean> {
  const { detail } = method
  if (detail.kind === 'softwareOath') {
    const secret = await openOrTell(tx, { origin }, method, at, () => openSecret(method.id, method.userId, detail))
    const accepted = secret === null ? null : acceptedStep(secret, code, at, detail.lastStep, detail)
    return accepted !== null && (await takeTimeStep(tx, method.id, BigInt(accepted.step), at))
  }
  if (detail.kind !== 'hardwareOath') return false
  const secret = await openOrTell(tx, { origin }, method, at, () => openTokenSecret(detail))
  const verdict = secret && judgeTokenCode({ ...detail, secret }, code, at, 'signIn')
  if (!verdict || verdict.isUsed || !(await takeTokenStep(tx, method.id, verdict))) return false
  await recordUse(tx, method.id, at)
  return true
}

/** What the browser needs to ask for any passkey of this site; whose it must be is not said. */
export async function startPasskeyGate(
  resetting: Resetting,
): Promise<Result<{ readonly moved: StepResult } | { readonly options: PublicKeyCredentialRequestOptionsJSON }>> {
  const rate = await consume(db(), throttleKey('anonymousCeremony', addressKey(resetting.origin.clientAddress)), {
    max: limits.rate.anonymousCeremoniesPerAddressPerMinute,
    windowSeconds: 60,
  })
  if (!rate.allowed)
    return fail('throttled', 'throttle.too_many_requests', { retryAfterSeconds: rate.retryAfterSeconds })
  const challenge = randomToken(limits.webauthn.challengeBytes)
  let isOpen = false
  const moved = await evenly(limits.passwordReset.answerMilliseconds, () =>
    takeStep(resetting, gateSteps, async (context) => {
      const { tx, at, reset } = context
      const challengeId = await openChallenge(tx, {
        sessionId: null,
        userId: reset.userId,
        kind: 'webauthnGet',
        purpose: 'passwordReset',
        data: { challenge },
        expiresAt: secondsFrom(at, limits.webauthn.challengeLifetimeSeconds),
        at,
      })
      await changeReset(tx, reset.id, { way: 'passkey', challengeId })
      isOpen = true
      return ok({ step: context.step, token: null })
    }),
  )
  if (!isOpen) return ok({ moved })
  return ok({ options: await requestOptions({ challenge, rpId: relyingPartyId() }) })
}

/** Failure: `password_reset.passkey_failed`. */
export async function proveWithPasskey(
  resetting: Resetting,
  response: { readonly id: string } & Readonly<Record<string, unknown>>,
): Promise<StepResult> {
  const at = now()
  return evenly(limits.passwordReset.answerMilliseconds, async () => {
    const found = await findReset(db(), resetting.token)
    const challenge = found ? await findResetChallenge(db(), found.challengeId, at) : null
    const isOpen = challenge?.kind === 'webauthnGet' && (await consumeChallenge(db(), challenge.id, at))
    const asserted = readAssertion(response)
    const method = isOpen && asserted ? await findPasskey(db(), asserted.credentialId) : null
    // A passkey of somebody else is not verified at all, so that nothing about it can be learned or counted here.
    const own = method && method.userId === found?.userId ? method : null
    const checked = own
      ? await checkPasskey(own, response, String(challenge?.data.challenge), null)
      : fail('refused', 'passkey.not_verified')
    return takeStep(resetting, gateSteps, async (context) => {
      const throttled = await refusedByThrottle(context, 'check')
      if (throttled) return throttled
      const gate = own ? gatesFor(context, 'passkey').find(({ methodId }) => methodId === own.id) : undefined
      // With the row that the answer was checked against: by it a counter is seen that another answer moved on since (SEC-038).
      const proof =
        own && gate && waitSeconds(gate.method, context.at) === 0
          ? await acceptPasskey(context.tx, own, checked, 'mfa', context.origin, context.at)
          : null
      if (!gate || !proof) return failedProof(context, 'passkey', fail('refused', 'password_reset.passkey_failed'))
      return passGate(context, gate, { way: 'passkey', mode: 'fido2', userVerified: proof.userVerified })
    })
  })
}

/** The counting gates of this way; none where the account must look like nobody's. */
export function gatesFor({ account }: Context, way: ResetWay): Gate[] {
  const { standing, gates } = account
  if (!standing.isAble && standing.isHidden) return []
  return gates.filter(({ ways }) => ways.includes(way))
}

/** The gate that a message or call went to, while it may still be opened in that way. */
function gateOf(context: Context, key: unknown, way: ResetWay): Gate | null {
  return gatesFor(context, way).find((gate) => gate.key === key) ?? null
}

function mismatch(context: Context, way: ResetWay): Promise<StepResult> {
  return failedProof(context, way, fail('refused', 'password_reset.code_mismatch', { field: 'code' }))
}
