import 'server-only'
import type { Activity, AuditActor, AuditEvent, AuditOrigin } from '@/lib/audit/model'
import { recordAlone, recordOf } from '@/lib/audit/record'
import { defaultAfter } from '@/lib/authentication-methods/default-method'
import type { MethodKind, Proof } from '@/lib/authentication-methods/model'
import { mayRegister } from '@/lib/authentication-methods/policy'
import type { Decision } from '@/lib/conditional-access/decision'
import { type Right, refusalToActOn } from '@/lib/directory/rights'
import { type LockedUser, lockUser } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { isUniqueViolation, type Tx, transaction, type Write, writeTogether } from '@/lib/platform/db'
import { type CeremonyOf, findUnexpired } from '@/lib/registered-methods/challenge'
import type { Challenge, RegisteredMethod } from '@/lib/registered-methods/model'
import { noteOfChange } from '@/lib/registered-methods/store/change'
import { loadMethodsAndDefault } from '@/lib/registered-methods/store/rows'
import { type Fail, type Failure, fail, ok, type Result } from '@/lib/result'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { lastOwnMfaAt, type Session } from '@/lib/sign-in/model'
import { additionOfProof, lockPersonAndSession, lockWithFacts, reloadSession } from '@/lib/sign-in/session'
import { mfaMethods, modesNow } from '@/lib/sign-in/usable'
import { askGate } from './gate'
import { type Asked, logRefusal } from './gate-log'

/**
 * The one way in which method rows change.
 *
 * In one transaction: lock the person, read the session again, decide the gate with what is true now, then let the
 * caller consume its ceremony, check limits and write; then keep the default true, record and notify. Nothing of it
 * is stored unless all of it is, and a refusal is recorded on its own, or with the try that it counts.
 *
 * @see SEC-200
 */
export type Asking = {
  readonly session: Session
  readonly actor: AuditActor
  readonly origin: AuditOrigin
}

export type ChangeContext = {
  readonly tx: Tx
  readonly at: Date
  /** Read inside the transaction, under the lock. */
  readonly facts: PersonFacts
  readonly session: Session
  /** That of the plan, unless it has expired. */
  readonly ceremony: Challenge | null
}

/** What the change was, for the record; what the person gets told is the command's own (`tell`). */
export type Written<T> = {
  readonly value: T
  readonly event: Pick<AuditEvent, 'reason' | 'method' | 'before' | 'after'>
  /** Possession proven by registering; counts for freshness, never for a grant on registering. */
  readonly proof?: Proof
  /** All methods as they are now, where the command knows them; else they are read again. */
  readonly methods?: readonly RegisteredMethod[]
  /** Writes of rows that nothing else here touches. */
  readonly writes?: readonly Write[]
}

/** A refusal that is stored: a wrong code, which counts. */
export type Counted = Fail & { readonly counts: Write }

type Plan = {
  readonly activity: Activity
  /** Decides how fresh the proof must be; null where no single kind is concerned. */
  readonly kind: MethodKind | null
  /** What this ends: read with the facts, under the locks. */
  readonly ceremony?: CeremonyOf
}

/** A person changes the own security info. The gate decides; failure codes are its own and those of `write`. */
export async function changeOwn<T>(
  asking: Asking,
  plan: Plan,
  write: (context: ChangeContext) => Promise<Result<Written<T>> | Counted>,
): Promise<Result<T>> {
  let refused: Asked | null = null
  const result = await run(asking, asking.session.userId, plan, write, async (tx, at) => {
    const [locked, ceremony] = await Promise.all([
      lockWithFacts(tx, asking.session.id, asking.session.userId, at),
      plan.ceremony ? findUnexpired(tx, { ...plan.ceremony, sessionId: asking.session.id }, at) : null,
    ])
    if (!locked?.facts.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    const { session, facts } = locked
    const { decision, refusal } = askGate({
      ...{ facts, session, at, kind: plan.kind },
      ...{ origin: asking.origin, moment: 'store' },
    })
    refused = refusal && { facts, session, decision, refusal, at }
    return refusal ? { ok: false, failure: refusal, decision } : ok({ session, facts, decision, ceremony })
  })
  // After the transaction, which a refusal undoes.
  if (refused) await logRefusal(asking, refused)
  return result
}

/**
 * An administrator changes somebody else's. The person's location does not matter; the administrator's rights over
 * this target and a fresh proof do, read at the moment of writing.
 */
export function changeAsAdministrator<T>(
  asking: Asking,
  plan: Plan & { readonly right: Right; readonly targetId: string },
  write: (context: ChangeContext) => Promise<Result<Written<T>> | Counted>,
): Promise<Result<T>> {
  return run(asking, plan.targetId, plan, write, async (tx, at) => {
    const session = await lockAndReload(tx, asking, plan.targetId, at)
    if (!session) return fail('refused', 'sign_in.session_ended')
    const actor = await loadFacts(tx, asking.session.userId, 'now')
    const facts = await loadFacts(tx, plan.targetId, 'now')
    if (!actor || !facts) return fail('refused', 'directory.not_found')
    const refusal = refusalToActOn(actor.subject, plan.right, facts.subject)
    if (refusal) return fail('refused', refusal)
    return isFreshAdministrator(session, at)
      ? ok({ session, facts, decision: null, ceremony: null })
      : fail('refused', 'directory.fresh_required')
  })
}

/** What destroys something asks the administrator for a proof of the last five minutes, with a method of their own. */
export function isFreshAdministrator(session: Pick<Session, 'stage' | 'proofs'>, at: Date): boolean {
  const mfaAt = lastOwnMfaAt(session.proofs)
  const freshSeconds = limits.freshness.destructiveAdministrationSeconds
  return session.stage === 'full' && mfaAt !== null && at.getTime() - mfaAt <= freshSeconds * 1000
}

/**
 * Locks the person that is acted on and the one who acts, always in the same order: neither loses or gains a role while
 * this runs, and two who act on each other wait instead of blocking each other. Null when the first is gone.
 */
export async function lockBoth(tx: Tx, targetId: string, actorId: string): Promise<LockedUser | null> {
  const target = targetId.toLowerCase()
  let locked: LockedUser | null = null
  for (const id of [...new Set([target, actorId])].sort()) {
    const user = await lockUser(tx, id)
    if (id === target) locked = user
  }
  return locked
}

type Allowed = Pick<ChangeContext, 'session' | 'facts' | 'ceremony'> & { readonly decision: Decision | null }
type Refused = Fail & { readonly decision?: Decision }

async function run<T>(
  asking: Asking,
  targetId: string,
  plan: Plan,
  write: (context: ChangeContext) => Promise<Result<Written<T>> | Counted>,
  /** Locks, reads and decides. */
  decide: (tx: Tx, at: Date) => Promise<{ ok: true; value: Allowed } | Refused>,
): Promise<Result<T>> {
  const at = now()
  let decision: Decision | null = null
  const refusalOf = (failure: Failure): AuditEvent => ({
    ...eventOf(asking, targetId, plan, decision, at),
    outcome: 'failure',
    reason: failure.code,
    // What exactly was wrong with a passkey: for whoever reads the trail, not for the person.
    ...(failure.details?.reason === undefined ? {} : { after: { reason: failure.details.reason } }),
    method: plan.kind ? { kind: plan.kind } : undefined,
  })
  try {
    return await transaction(async (tx) => {
      const allowed = await decide(tx, at)
      decision = allowed.ok ? allowed.value.decision : (allowed.decision ?? null)
      if (!allowed.ok) throw new Refusal(allowed.failure)
      const { session, facts, ceremony } = allowed.value
      const written = await write({ tx, at, facts, session, ceremony })
      if (!written.ok) {
        if (!('counts' in written)) throw new Refusal(written.failure)
        await writeTogether(tx, [written.counts, recordOf(refusalOf(written.failure))])
        return { ok: false, failure: written.failure }
      }
      const { value, event, proof, methods, writes = [] } = written.value
      await writeTogether(tx, [
        ...(await consequences(tx, asking, facts, methods, at)),
        ...(proof ? [additionOfProof(session, proof)] : []),
        ...writes,
        recordOf({ ...eventOf(asking, targetId, plan, decision, at), outcome: 'success', ...event }),
      ])
      return ok(value)
    })
  } catch (error) {
    const failure = failureFrom(error)
    if (!failure) throw error
    await recordAlone(refusalOf(failure))
    return { ok: false, failure }
  }
}

async function lockAndReload(tx: Tx, { session }: Asking, targetId: string, at: Date): Promise<Session | null> {
  if (targetId === session.userId) return lockPersonAndSession(tx, session.id, session.userId, at)
  const locked = await lockBoth(tx, targetId, session.userId)
  if (!locked) throw new Refusal({ kind: 'refused', code: 'directory.not_found' })
  return reloadSession(tx, session.id, session.userId, at)
}

/** Leaves the transaction, which undoes what was written, and carries the refusal out. */
class Refusal extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code)
  }
}

function failureFrom(error: unknown): Failure | null {
  if (error instanceof Refusal) return error.failure
  // A taken slot or credential id; whose it is, is not said.
  if (isUniqueViolation(error)) return { kind: 'refused', code: 'registration.already_registered' }
  return null
}

/**
 * What a change brings with it. The default is always one of the methods that count now; the first one registered becomes
 * it. A new second factor ends a demand to register anew, and makes per-user MFA that was enabled enforced (`50` §4.1).
 */
async function consequences(
  tx: Tx,
  { origin, session }: Asking,
  before: PersonFacts,
  known: readonly RegisteredMethod[] | undefined,
  at: Date,
): Promise<Write[]> {
  const { methods, defaultMethodId } = known
    ? { methods: known, defaultMethodId: before.defaultMethodId }
    : await loadMethodsAndDefault(tx, before.subject.id)
  const now = { ...before, methods }
  const usable = mfaMethods(now).map((method) => ({ ...method, modes: modesNow(now, method) }))
  const had = new Set(before.methods.map(({ id }) => id))
  const hasNew = usable.some(({ id }) => !had.has(id))
  const isEnforced = before.registration.perUserMfaState === 'enabled' && hasNew
  const note = noteOfChange(before.subject.id, {
    defaultMethodId: defaultAfter(defaultMethodId, usable),
    isReregistered: before.mustReregisterSince !== null && hasNew,
    isEnforced,
    at,
  })
  if (!isEnforced) return [note]
  const enforced = recordOf({
    activity: 'perUserMfaUpdated',
    at,
    outcome: 'success',
    reason: 'registered',
    actor: { kind: 'system' },
    origin,
    target: { kind: 'user', id: before.subject.id },
    correlationId: session.correlationId,
    before: { perUserMfaState: 'enabled' },
    after: { perUserMfaState: 'enforced' },
  })
  return [note, enforced]
}

function eventOf(asking: Asking, targetId: string, plan: Plan, decision: Decision | null, at: Date) {
  return {
    activity: plan.activity,
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user' as const, id: targetId },
    correlationId: asking.session.correlationId,
    ...(decision
      ? { policies: decision.trace.map(({ policyId, policyVersion }) => ({ id: policyId, version: policyVersion })) }
      : {}),
  }
}

/** Whether one more method of this kind may be stored, asked under the lock. */
export function refusalToRegister(context: ChangeContext, kind: MethodKind): Fail | null {
  const have = context.facts.methods.map((method) => method.kind)
  const permission = mayRegister(context.facts.methodsPolicy, context.facts.subject, kind, have)
  if (permission.allowed) return null
  if (permission.reason === 'mobile_phone_first') return fail('refused', 'registration.mobile_phone_first')
  return permission.reason === 'limit_reached'
    ? fail('refused', 'registration.limit_reached', { details: { max: limitOf(kind) } })
    : fail('refused', 'registration.method_not_allowed')
}

function limitOf(kind: MethodKind): number {
  const { methodsPerUser } = limits
  return kind === 'softwareOath' || kind === 'hardwareOath'
    ? methodsPerUser.authenticatorApps
    : kind === 'passkey'
      ? methodsPerUser.passkeys
      : 1
}
