import 'server-only'
import type { AuditActor, AuditEvent, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { resetPassword } from '@/lib/conditional-access/model'
import { lockUser } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { randomToken } from '@/lib/platform/random'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { circumstancesOf } from '@/lib/sign-in/circumstances'
import { logSignIn } from '@/lib/sign-in/log'
import { errorCodes } from '@/lib/sign-in/model'
import { type AccountState, type Directory, directories, loadAccount, placeOf } from './account'
import { couldMeet } from './decision'
import { type Gate, nextGates } from './gates'
import { historyChange } from './history'
import { keepHistory } from './history-store'
import { hasIndependent } from './independent'
import type { PasswordReset, PasswordResetFailureCode, ProvenGate, ResetRefusal, ResetWay } from './model'
import { nextStep, type ResetStep } from './next-step'
import { changeReset, findReset, lockReset, lockThrottle, readThrottle, type Throttle, writeThrottle } from './store'
import { type Attempt, afterEvent, lockedSeconds, mayTry, type TriedEvent } from './throttle'

/**
 * How every step of a reset is taken: the person, the reset and what is counted for the name are locked in this order,
 * everything is decided with what is true now, and only then does the step itself happen, in the same transaction.
 */

/** Who goes on with a reset. */
export type Resetting = {
  /** The cookie's value; only its hash is kept. */
  readonly token: string
  /** Which reset the form was drawn for: another tab may have begun a new one. Null asks for none. */
  readonly resetId: string | null
  readonly origin: AuditOrigin
  readonly directory?: Directory
}

/** Where the reset is after a step; `token`: the cookie's new value, where it has one. */
export type Moved = {
  readonly step: ResetStep
  readonly token: string | null
  /** This very step noted a question to a directory, which is now to be asked. */
  readonly isAsked?: boolean
}
export type StepResult = Result<Moved, PasswordResetFailureCode | string>

export type Context = {
  readonly tx: Tx
  readonly at: Date
  readonly origin: AuditOrigin
  readonly directory: Directory
  readonly reset: PasswordReset
  readonly throttle: Throttle
  readonly account: AccountState
  readonly step: ResetStep
}

/**
 * Takes one step, if it is one of `expected`; else answers where the reset stands, and ends it where it is refused.
 * `password_reset.other_form`: the form was drawn for a reset that this browser has left.
 */
export async function takeStep(
  resetting: Resetting,
  expected: readonly ResetStep[],
  work: (context: Context) => Promise<StepResult>,
): Promise<StepResult> {
  const at = now()
  const found = await findReset(db(), resetting.token)
  if (!found) return ok({ step: 'identify', token: null })
  if (resetting.resetId !== null && resetting.resetId !== found.id) return fail('refused', 'password_reset.other_form')
  return transaction<StepResult>(async (tx) => {
    const context = await lockContext(tx, found, resetting, at)
    if (context === null) return ok({ step: 'identify', token: null })
    if (expected.includes(context.step)) return work(context)
    const { reset, step, account } = context
    // What changed since the last proof stands in the way now: it ends the reset, and the trail says why.
    if (reset.state === 'open' && step === 'refused' && !account.standing.isAble)
      await refuse(context, account.standing.refusal)
    return ok({ step, token: null })
  })
}

/** The reset as it stands, locked; null when it is gone. Also for what happens without a browser. */
export async function lockContext(
  tx: Tx,
  found: Pick<PasswordReset, 'id' | 'userId'>,
  { origin, directory = directories }: Pick<Resetting, 'origin' | 'directory'>,
  at: Date,
): Promise<Context | null> {
  if (found.userId !== null) await lockUser(tx, found.userId)
  const reset = await lockReset(tx, found.id)
  if (!reset) return null
  const throttle = await lockThrottle(tx, reset.subjectHash, at)
  const account = await loadAccount(tx, { ...reset, begun: reset }, { origin, directory, at }, 'now')
  const step = await stepOf(tx, reset, throttle, account, at)
  return { tx, at, origin, directory, reset, throttle, account, step }
}

/** Where a locked reset is, as it would stand after a change. */
export async function stepOf(
  tx: Tx,
  reset: PasswordReset,
  throttle: Pick<Throttle, 'lockedUntil'>,
  account: AccountState,
  at: Date,
): Promise<ResetStep> {
  const policy = account.facts?.passwordResetPolicy ?? (await loadPasswordResetPolicy(tx))
  return nextStep(
    {
      reset,
      lockedSeconds: lockedSeconds(throttle, at),
      isUnlockOffered: policy.selfService.isUnlockAllowed,
      account: reset.gates.length === 0 ? null : account,
    },
    at,
  )
}

type Looked = {
  readonly reset: PasswordReset
  readonly step: ResetStep
  readonly lockedSeconds: number
  /** Null while nothing is proven: the page of a name that nobody has is the same. */
  readonly account: AccountState | null
  readonly questionRound: number
}

/**
 * What a step whose work is slow asks before it: null where the form is of another reset, or another step is next, so that
 * nothing is hashed in vain. `takeStep` asks again under the lock, and what counts is that one.
 */
export async function lookBefore(resetting: Resetting, expected: readonly ResetStep[]): Promise<Looked | null> {
  const found = await lookAt(resetting, 'now')
  const isThis = found !== null && (resetting.resetId === null || resetting.resetId === found.reset.id)
  return isThis && expected.includes(found.step) ? found : null
}

/** Where the reset of this browser stands, for a page; null without one. What a page shows decides nothing. */
export async function lookAt(
  { token, origin, directory = directories }: Omit<Resetting, 'resetId'>,
  policies: 'now' | 'cached' = 'cached',
): Promise<Looked | null> {
  const at = now()
  const reset = await findReset(db(), token)
  if (!reset) return null
  const throttle = await readThrottle(db(), reset.subjectHash)
  const isProven = reset.gates.length > 0
  const account = isProven
    ? await loadAccount(db(), { ...reset, begun: reset }, { origin, directory, at }, policies)
    : null
  const policy = account?.facts?.passwordResetPolicy ?? (await loadPasswordResetPolicy(db()))
  const left = throttle ? lockedSeconds(throttle, at) : 0
  const isUnlockOffered = policy.selfService.isUnlockAllowed
  const step = nextStep({ reset, lockedSeconds: left, isUnlockOffered, account }, at)
  return { reset, step, lockedSeconds: left, account, questionRound: throttle?.questionRound ?? 0 }
}

/**
 * Null when the attempt may go on; else where it leads. The try that is one too many locks the name for a day, and is
 * recorded as that.
 */
export async function refusedByThrottle(context: Context, attempt: Attempt): Promise<StepResult | null> {
  const { tx, at, reset, throttle } = context
  const verdict = mayTry(throttle, attempt, at)
  if (verdict.may) return null
  if (verdict.isNew) {
    await writeThrottle(tx, reset.subjectHash, verdict.state, {}, at)
    await note(context, 'passwordResetBlocked', 'failure', { reason: 'too_many_attempts', after: { attempt } })
  }
  return ok({ step: 'throttled', token: null })
}

export async function count(context: Context, event: TriedEvent): Promise<void> {
  const { tx, at, reset, throttle } = context
  await writeThrottle(tx, reset.subjectHash, afterEvent(throttle, event, at), {}, at)
}

/** A proof that failed: counted for the name, recorded, and told without a word about why. */
export async function failedProof(
  context: Context,
  way: ResetWay,
  refusal: Fail<PasswordResetFailureCode>,
  more: { readonly questionRound?: number } = {},
): Promise<Fail<PasswordResetFailureCode>> {
  const { tx, at, reset, throttle } = context
  await writeThrottle(tx, reset.subjectHash, afterEvent(throttle, 'failures', at), more, at)
  await note(context, 'passwordResetProgress', 'failure', { reason: refusal.failure.code, after: { way } })
  return refusal
}

/** Adds a proven gate, gives the browser a new value to hold, and says what comes next. */
export async function passGate(
  context: Context,
  gate: Gate,
  proof: Pick<ProvenGate, 'way' | 'mode' | 'userVerified'>,
): Promise<StepResult> {
  const { tx, at, reset } = context
  const token = randomToken(limits.session.idBytes)
  const proven: ProvenGate = { ...proof, methodId: gate.methodId, key: gate.key, at: at.getTime() }
  const gates = [...reset.gates.filter(({ key }) => key !== gate.key), proven]
  await changeReset(tx, reset.id, { token, gates, way: null, challengeId: null })
  const after = { ...reset, gates, way: null, challengeId: null }
  const account = await loadAccount(tx, { ...after, begun: after }, context, 'now')
  const next: Context = { ...context, reset: after, account }
  await note(next, 'passwordResetProgress', 'success', {
    reason: `gate_${gates.length}`,
    method: { kind: gate.kind, id: gate.methodId },
    after: { way: proof.way },
  })
  const step = await stepOf(tx, after, context.throttle, account, at)
  const refusal = refusalAfter(account, step)
  if (refusal) {
    await refuse(next, refusal)
    return ok({ step: 'refused', token })
  }
  return ok({ step, token })
}

/** Why there is no way on after a gate was proven; null where there is one. */
export function refusalAfter(
  { standing, decision, gates, proven, isPolicyMet }: AccountState,
  step: ResetStep,
): ResetRefusal | null {
  if (!standing.isAble) return standing.refusal
  if (step !== 'nextGate' || !hasIndependent(proven, standing.gatesNeeded) || isPolicyMet) return null
  const left = nextGates(gates, proven).map(({ gate }) => gate)
  return decision !== null && couldMeet(decision, left) ? null : 'policy_needs_more'
}

/** Ends the reset without a new password. */
export async function refuse(context: Context, refusal: ResetRefusal): Promise<void> {
  const { tx, reset } = context
  await changeReset(tx, reset.id, { state: 'refused', refusal })
  await note(context, 'passwordResetProgress', 'failure', { reason: refusal })
  if (refusal.startsWith('policy_')) await logDecision(context, refusal)
}

/** The decision of the policies in the sign-in log, where administrators look for which one it was. */
export async function logDecision(
  { tx, at, origin, reset, account }: Context,
  refusal: ResetRefusal | null,
): Promise<void> {
  const { facts, decision } = account
  if (!facts || !decision || decision.trace.length === 0) return
  await logSignIn(tx, {
    at,
    userId: facts.subject.id,
    userPrincipalName: facts.subject.userPrincipalName,
    target: resetPassword,
    origin,
    errorCode: refusal === null ? errorCodes.success : errorCodes.blockedByConditionalAccess,
    failureReason: refusal,
    steps: reset.gates.map(({ way, mode, methodId, at: provenAt }) => ({
      mode: mode ?? way,
      methodId,
      succeeded: true,
      result: 'completed',
      at: provenAt,
    })),
    decision,
    circumstances: circumstancesOf(facts.policySet, facts.subject, origin),
    correlationId: reset.id,
  })
}

/**
 * One event of the reset, in the trail and in the line that reports read. Until something is proven nobody known is acting,
 * whoever's account it is.
 */
export async function note(
  { tx, at, origin, reset, account }: Pick<Context, 'tx' | 'at' | 'origin' | 'reset' | 'account'>,
  activity: AuditEvent['activity'],
  outcome: AuditEvent['outcome'],
  more: Pick<AuditEvent, 'reason' | 'method'> & { readonly after?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  const { after, ...rest } = more
  await record(tx, {
    ...{ activity, at, outcome, origin, actor: actorOf(reset, account), correlationId: reset.id },
    ...(reset.userId === null ? {} : { target: { kind: 'user' as const, id: reset.userId } }),
    ...rest,
    after: { reference: reset.reference, ...after },
  })
  const { facts, home } = account
  await keepHistory(
    tx,
    reset,
    {
      at,
      userPrincipalName: facts?.subject.userPrincipalName ?? null,
      clientAddress: origin.clientAddress,
      home: facts && { kind: placeOf(home), directoryName: home.kind === 'directory' ? home.connectorName : null },
    },
    historyChange({ activity, outcome, reason: rest.reason, way: after?.way }),
  )
}

function actorOf(reset: PasswordReset, { facts }: Pick<AccountState, 'facts'>): AuditActor {
  if (reset.gates.length === 0 || !facts) return { kind: 'anonymous' }
  return { kind: 'user', id: facts.subject.id, userPrincipalName: facts.subject.userPrincipalName }
}
