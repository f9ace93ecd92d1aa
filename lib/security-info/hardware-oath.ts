import 'server-only'
import type { AuditEvent } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { type AcceptedStep, judgeTokenCode } from '@/lib/authentication-methods/kinds/hardware-oath'
import { storedSerial } from '@/lib/hardware-oath/fields'
import type { TokenSecret } from '@/lib/hardware-oath/model'
import { assignToken, findToken, findTokenBySerial, lockToken, openTokenSecret } from '@/lib/hardware-oath/store/tokens'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import {
  consumeChallenge,
  findChallenge,
  isChallengeUsed,
  openChallenge,
  takeAttempt,
} from '@/lib/registered-methods/challenge'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { tell } from '@/lib/sign-in/tell'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import { refuseFinish, startCeremony } from './ceremony'
import { type Asking, type ChangeContext, changeOwn, refusalToRegister } from './change'
import { cleanName } from './method-name'
import type { PendingHardwareOath } from './model'
import { methodTitle } from './view'

/** A person adds a hardware token of the inventory: the number on its back, then the code it shows now. */

const ceremony = { kind: 'hardwareOath', purpose: 'register' } as const
const hour = 3600

/**
 * Begins with a token that is free or already this person's; one that is somebody else's is answered like one that does
 * not exist. Failures: `hardware_oath.serial_unknown`, `hardware_oath.too_many_tries`, those of the gate and the limits.
 */
export async function startHardwareOath(
  asking: Asking,
  input: { readonly serialNumber: string; readonly name: string | null },
): Promise<Result<undefined>> {
  const key = throttleKey('tokenSerial', asking.session.userId)
  const tries = await consume(db(), key, { max: limits.hardwareOath.serialTriesPerHour, windowSeconds: hour })
  if (!tries.allowed) {
    return fail('throttled', 'hardware_oath.too_many_tries', { retryAfterSeconds: tries.retryAfterSeconds })
  }
  return startCeremony(asking, 'hardwareOath', async (context) => {
    const refusal = refusalToRegister(context, 'hardwareOath')
    if (refusal) return refusal
    const serialNumber = storedSerial(input.serialNumber)
    const token = serialNumber === null ? null : await findTokenBySerial(context.tx, serialNumber)
    if (!token || !isFor(token, asking.session.userId)) {
      return fail('refused', 'hardware_oath.serial_unknown', { field: 'serialNumber' })
    }
    await openChallenge(context.tx, {
      ...ceremony,
      sessionId: asking.session.id,
      userId: asking.session.userId,
      data: { tokenId: token.id, name: input.name === null ? null : cleanName(input.name) },
      // A code of the token lives so long; the page then offers a new start. @see `10` §8
      expiresAt: secondsFrom(context.at, 2 * token.periodSeconds),
      at: context.at,
    })
    return ok()
  })
}

function isFor(token: TokenSecret, userId: string): boolean {
  return token.methodId === null && (token.assignedToId === null || token.assignedToId === userId)
}

/** What the page shows of a token that awaits its code; null when none does. */
export async function pendingHardwareOath(asking: Asking): Promise<PendingHardwareOath | null> {
  const at = now()
  const challenge = await findChallenge(db(), { ...ceremony, sessionId: asking.session.id }, at)
  const token = challenge ? await findToken(db(), String(challenge.data.tokenId)) : null
  if (!challenge || !token) return null
  const left = Math.ceil((challenge.expiresAt.getTime() - at.getTime()) / 1000)
  return { serialNumber: token.serialNumber, secondsLeft: left }
}

/**
 * Makes the pending token a method, when its code is right and the gate still says yes. Failures:
 * `registration.ceremony_expired`, `registration.ceremony_used`, `registration.code_mismatch`,
 * `hardware_oath.too_many_tries`, `hardware_oath.serial_unknown` (given to somebody else meanwhile), those of the gate.
 */
export async function confirmHardwareOath(
  asking: Asking,
  input: { readonly code: string },
): Promise<Result<{ readonly methodId: string }>> {
  const at = now()
  const place = { ...ceremony, sessionId: asking.session.id }
  const challenge = await takeAttempt(db(), place, limits.hardwareOath.activationTriesPerHour, at)
  const refuse = (refused: Fail) => refuseFinish(asking, { activity: 'registered', kind: 'hardwareOath' }, refused, at)
  if (!challenge) {
    const isUsed = await isChallengeUsed(db(), place, at)
    return refuse(fail('refused', isUsed ? 'registration.ceremony_used' : 'registration.ceremony_expired'))
  }
  const tokenId = String(challenge.data.tokenId)
  const spent = await spendActivationTry(tokenId)
  if (spent) return refuse(spent)
  const name = typeof challenge.data.name === 'string' ? challenge.data.name : null
  return changeOwn(asking, { activity: 'registered', kind: 'hardwareOath' }, async (context) => {
    const { tx } = context
    const { userId } = asking.session
    const refusal = refusalToRegister(context, 'hardwareOath')
    if (refusal) return refusal
    const token = await lockToken(tx, tokenId)
    if (!token || !isFor(token, userId)) return fail('refused', 'hardware_oath.serial_unknown')
    const accepted = acceptedAtActivation(token, input.code, context.at)
    if (!accepted) return fail('refused', 'registration.code_mismatch', { field: 'code' })
    if (!(await consumeChallenge(tx, challenge.id, context.at))) return fail('refused', 'registration.ceremony_used')
    if (token.assignedToId === null) {
      await assignToken(tx, token.id, userId, context.at)
      await noteToken(context, asking, token, 'hardwareOathAssigned', 'self')
    }
    const methodId = await activate(context, asking, token, accepted, name, 'user')
    return ok({
      value: { methodId },
      event: { method: { kind: 'hardwareOath', id: methodId } },
      proof: { mode: 'hardwareOath', methodId, at: context.at.getTime(), registered: true },
    })
  })
}

/**
 * Counts one try at a token, whoever makes it: a day of steps is thousands of right codes, so few guesses are given.
 * Null while there is one left.
 */
export async function spendActivationTry(tokenId: string): Promise<Fail | null> {
  const allowance = { max: limits.hardwareOath.activationTriesPerHour, windowSeconds: hour }
  const tries = await consume(db(), throttleKey('tokenActivation', tokenId), allowance)
  if (tries.allowed) return null
  return fail('throttled', 'hardware_oath.too_many_tries', { retryAfterSeconds: tries.retryAfterSeconds })
}

/** The step of a right code that nobody has used, with the drift it teaches; null otherwise. */
export function acceptedAtActivation(token: TokenSecret, code: string, at: Date): AcceptedStep | null {
  const secret = openTokenSecret({ tokenId: token.id, secretSealed: token.secretSealed })
  const verdict = judgeTokenCode({ ...token, secret }, code, at, 'activation')
  return verdict?.isUsed === false ? verdict : null
}

/** Stores the method beside the token, tells its owner, and notes it in the trail. The token is locked, and this person's. */
export async function activate(
  context: ChangeContext,
  asking: Asking,
  token: TokenSecret,
  accepted: AcceptedStep,
  name: string | null,
  origin: 'user' | 'admin',
): Promise<string> {
  const { tx, at, facts } = context
  const { step, driftSteps } = accepted
  const method = { kind: 'hardwareOath', name, tokenId: token.id, driftSteps, lastStep: BigInt(step) } as const
  const { id: methodId } = await insertMethod(tx, facts.subject.id, method, origin, at)
  await tell(tx, facts.subject.id, 'methodAdded', {
    at: at.toISOString(),
    method: methodTitle({ kind: 'hardwareOath', name }),
    clientAddress: origin === 'user' ? asking.origin.clientAddress : null,
    by: origin === 'user' ? 'you' : 'administrator',
  })
  await noteToken(context, asking, token, 'hardwareOathUpdated', 'activated')
  return methodId
}

/** The inventory's side of a change, beside the event of the person's. */
export function noteToken(
  { tx, at, facts }: ChangeContext,
  { actor, origin, session }: Asking,
  token: Pick<TokenSecret, 'id' | 'serialNumber'>,
  activity: 'hardwareOathAssigned' | 'hardwareOathUpdated',
  reason: string,
): Promise<void> {
  const event: AuditEvent = {
    activity,
    at,
    outcome: 'success',
    reason,
    actor,
    origin,
    target: { kind: 'hardwareOathToken', id: token.id, name: token.serialNumber },
    correlationId: session.correlationId,
    after: { person: facts.subject.id },
  }
  return record(tx, event)
}
