import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import {
  normalisePass,
  type PassUsability,
  passUsability,
} from '@/lib/authentication-methods/kinds/temporary-access-pass'
import type { Proof } from '@/lib/authentication-methods/model'
import { mayUse } from '@/lib/authentication-methods/policy'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { isSameHome } from '@/lib/directory/password-home'
import {
  findUserAndDirectories,
  findUserForSignIn,
  loadSubject,
  lockUser,
  type SignInUser,
} from '@/lib/directory/store'
import { storedName } from '@/lib/directory/user-principal-name'
import { limits } from '@/lib/limits'
import { hashSecret, verifyNothing, verifySecret } from '@/lib/password/hashing'
import { lockRule } from '@/lib/password/store'
import { now } from '@/lib/platform/clock'
import { db, type Tx, together, transaction, type Write } from '@/lib/platform/db'
import { keyedHash } from '@/lib/platform/hash'
import { modeOfMethod, type RegisteredMethod } from '@/lib/registered-methods/model'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { blockMethod, countWrongPass, findPass, type PassToCheck, takePass } from '@/lib/registered-methods/store/use'
import { fail, type Result } from '@/lib/result'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import type { Consumed, Place } from '@/lib/throttle/model'
import {
  claimPasswordLock,
  clearingOfLock,
  clearPasswordLock,
  consumeAndCheck,
  recordWrongPassword,
} from '@/lib/throttle/password-lock-store'
import { consumeUnhurried } from '@/lib/throttle/store'
import { loadFacts, type PersonFacts } from './facts'
import { recordFailedSignIn } from './failed'
import { type GoOn, goOnAfter, type Proven } from './going-on'
import { errorCodes, failuresTold, type SignInFailureCode } from './model'
import { judgePassword } from './password'
import { placeKeys, placeWrites } from './place'
import { newSession } from './session'
import { tell } from './tell'

/**
 * The first factor: a password or a Temporary Access Pass. Until one is right, a known and an unknown name, a disabled
 * and a locked account get the same answers in the same time, at the price of exactly one hash.
 *
 * @see SEC-116, SEC-190 to SEC-194
 */
export type FirstFactorInput = {
  readonly userPrincipalName: string
  readonly secret: string
  readonly returnTo: string | null
  readonly origin: AuditOrigin
  /** What the browser keeps to be recognised as a familiar place. */
  readonly browser?: string | null
  /** Decides where it leads; without it the session is opened and that is all. */
  readonly goOn?: GoOn
}

/**
 * Failures: `sign_in.failed`, `sign_in.directory_unavailable`, `sign_in.directory_password_due` (where no new one is set
 * from here), `sign_in.locked` (throttled), `throttle.too_many_requests`, `service.busy`.
 */
export async function signInWithPassword(input: FirstFactorInput): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const name = storedName(input.userPrincipalName)
  const { limited, user, directories, places, place, lock } = await lookUp(input, name, name, at)
  if (limited) return limited
  if (lock.locked)
    return await refuse(input, user, errorCodes.accountLocked, 'sign_in.locked', at, lock.retryAfterSeconds)
  const asked = { input, name, directories, places, place, at }
  const answer = await judgeAndOpen(asked, user)
  if (answer !== 'judge again') return answer
  const again = await judgeAndOpen(asked, await findUserForSignIn(db(), name))
  return again === 'judge again' ? fail('busy', 'service.busy', { retryAfterSeconds: 1 }) : again
}

/**
 * Judges the password of `user` and opens the session. `judge again`: it was right, and what it was compared with has been
 * replaced meanwhile, for example by a renewed hash of the same password. Nothing was counted then.
 */
async function judgeAndOpen(
  asked: {
    readonly input: FirstFactorInput
    readonly name: string
    readonly directories: readonly string[]
    readonly places: readonly string[]
    readonly place: Place
    readonly at: Date
  },
  user: SignInUser | null,
): Promise<Result<Proven, SignInFailureCode> | 'judge again'> {
  const { input, name, directories, places, place, at } = asked
  const judged = await judgePassword(user, name, input.secret, directories)
  if (!judged.ok) return judged
  const { kind, home, needsRehash } = judged.value
  const rehash = needsRehash ? await hashSecret(input.secret) : null

  return transaction<Result<Proven, SignInFailureCode> | 'judge again'>(async (tx) => {
    // Asked again under the counter's lock: of many guesses at once no more are judged than the lockout allows.
    const isRight = kind === 'right' || kind === 'due'
    const [stillLocked, present, facts] = await Promise.all([
      claimPasswordLock(tx, name, place, at),
      user && isRight ? findUserForSignIn(tx, name, 'locked') : null,
      user && isRight && input.goOn ? loadFacts(tx, user.id, 'now') : null,
    ])
    if (stillLocked.locked) {
      return refuseIn(tx, input, user, errorCodes.accountLocked, 'sign_in.locked', at, stillLocked.retryAfterSeconds)
    }
    if (present === null) {
      // While a directory is away this counts for everybody, or the lock would tell who lives there (SEC-190, SEC-192).
      await recordWrongPassword(
        tx,
        name,
        place,
        keyedHash('CODE_KEY', 'wrong password', name, input.secret),
        at,
        await lockRule(tx),
      )
      const code = kind === 'unavailable' ? 'sign_in.directory_unavailable' : 'sign_in.failed'
      return refuseIn(tx, input, user, errorCodes.invalidCredentials, code, at)
    }
    if (present.passwordHash !== user?.passwordHash || !isSameHome(home, present.home)) return 'judge again'
    if (!present.accountEnabled) return refuseIn(tx, input, user, errorCodes.accountDisabled, 'sign_in.failed', at)
    if (present.temporaryPasswordEndsAt && present.temporaryPasswordEndsAt <= at) {
      return refuseIn(tx, input, user, errorCodes.invalidCredentials, 'sign_in.failed', at)
    }
    // It proves who this is and is good for one thing: a new one. Where none is set from here, another place is the way on.
    if (kind === 'due' && home.kind === 'directory' && home.isReadOnly) {
      await clearPasswordLock(tx, name, place)
      return refuseIn(tx, input, user, errorCodes.passwordChangeRequired, 'sign_in.directory_password_due', at)
    }
    if (rehash?.ok) {
      // Only in the place of the hash that was verified: a password that is changed at this moment stays changed.
      const verified = { id: present.id, passwordHash: present.passwordHash }
      await tx.user.updateMany({ where: verified, data: { passwordHash: rehash.value } })
    }
    const proof = { ...passwordProof(kind === 'due', at), ...toldOf(stillLocked) }
    const cleared = clearing(name, place, stillLocked, at)
    return open(tx, input, { user: present, proof, cleared, places, facts, at })
  })
}

/** What is asked before the hash, in one go: whether this address may try, who that is, which directories there are, and whether tries are locked. */
async function lookUp(input: FirstFactorInput, name: string, lockKey: string, at: Date) {
  const places = placeKeys(name, input)
  const [{ consumed, place, lock }, { user, directories }] = await together((tx) =>
    Promise.all([
      consumeAndCheck(tx, triesOfAddress(input.origin), lockKey, places, at),
      findUserAndDirectories(tx, name),
    ]),
  )
  return { limited: refusalOfAddress(consumed), user, directories, places, place, lock }
}

function passwordProof(isDue: boolean, at: Date): Proof {
  return { mode: 'password', methodId: null, at: at.getTime(), ...(isDue ? { due: true } : {}) }
}

/** Failures as for a password; whatever is wrong with the pass, the answer is `sign_in.pass_failed`. */
export async function signInWithPass(input: FirstFactorInput): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const name = storedName(input.userPrincipalName)
  const { limited, user, places, place, lock } = await lookUp(input, name, passKey(name), at)
  if (limited) return limited
  if (lock.locked)
    return await refuse(input, user, errorCodes.accountLocked, 'sign_in.locked', at, lock.retryAfterSeconds)
  const pass = await findPass(db(), user?.id ?? null)
  const secret = normalisePass(input.secret) ?? input.secret
  const checked = pass ? await verifySecret(secret, pass.passHash) : await verifyNothing(secret)
  if (!checked.ok) return checked

  return transaction(async (tx) => {
    const stillLocked = await claimPasswordLock(tx, passKey(name), place, at)
    if (stillLocked.locked) {
      return refuseIn(tx, input, user, errorCodes.accountLocked, 'sign_in.locked', at, stillLocked.retryAfterSeconds)
    }
    const { temporaryAccessPassFailed } = errorCodes
    const refuseThis = (why: PassRefusal) =>
      refuseIn(tx, input, user, temporaryAccessPassFailed, 'sign_in.pass_failed', at, undefined, why)
    if (!user || !pass || !checked.value?.matches) {
      await recordWrongPassword(
        tx,
        passKey(name),
        place,
        keyedHash('CODE_KEY', 'wrong pass', name, secret),
        at,
        await lockRule(tx),
      )
      await countWrong(tx, pass, at)
      return refuseThis('wrong')
    }
    if (!(await lockUser(tx, user.id))?.accountEnabled) return refuseThis('accountDisabled')
    const used = await spendPass(tx, user, pass.methodId, at)
    if (typeof used === 'string') return refuseThis(used)
    await tell(tx, user.id, 'passUsed', { at: at.toISOString(), clientAddress: input.origin.clientAddress })
    const proof: Proof = {
      mode: modeOfMethod(used.method),
      methodId: used.method.id,
      at: at.getTime(),
      endsAt: used.endsAt.getTime(),
      ...toldOf(stillLocked),
    }
    const facts = input.goOn ? await loadFacts(tx, user.id, 'now') : null
    const cleared = clearing(passKey(name), place, stillLocked, at)
    return open(tx, input, { user, proof, cleared, places, facts, endsAt: used.endsAt, at })
  })
}

/** Wrong passes are counted apart from wrong passwords: guessing one must not lock the other. */
function passKey(name: string): string {
  return `${name} pass`
}

/** Why a pass was refused. The person is told nothing of it, administrators read it in the logs. @see `10` §7, `20` §13 E16 */
type PassRefusal = 'wrong' | 'accountDisabled' | Exclude<PassUsability, 'usable'>

/** As the sign-in log tells it, beside its steps. */
const passResults: Readonly<Record<PassRefusal, string>> = {
  wrong: 'wrong pass',
  accountDisabled: 'account disabled',
  notYetValid: 'not yet valid',
  expired: 'expired',
  oneTimeUsed: 'one-time pass already used',
  disabledByPolicy: 'blocked by user credential policy',
  disabledByFailures: 'stopped after too many wrong tries',
}

/** Uses the pass if it is usable now, by its row as it stands inside the transaction and by the policy; else says why not. */
async function spendPass(
  tx: Tx,
  user: SignInUser,
  methodId: string,
  at: Date,
): Promise<{ method: RegisteredMethod; endsAt: Date } | PassRefusal> {
  const method = (await loadMethods(tx, user.id)).find(({ id }) => id === methodId)
  // Replaced or deleted since it was compared.
  if (method?.detail.kind !== 'temporaryAccessPass') return 'wrong'
  const subject = await loadSubject(tx, user.id)
  if (!subject) return 'wrong'
  const policy = await loadMethodsPolicy(tx)
  const permission = mayUse(policy, subject, 'temporaryAccessPass', 'signIn')
  const row = { ...method.detail, disabledAt: method.disabledAt }
  const onlyOneTime = policy.methods.temporaryAccessPass.isUsableOnce
  const usability = passUsability(row, permission.allowed, at, onlyOneTime)
  if (usability !== 'usable') return usability
  if (!(await takePass(tx, methodId, method.detail.isUsableOnce, at))) return 'oneTimeUsed'
  return { method, endsAt: method.detail.expiresAt }
}

async function countWrong(tx: Tx, pass: PassToCheck | null, at: Date): Promise<void> {
  const wrongTries = await countWrongPass(tx, pass?.methodId ?? null)
  // So many wrong tries are an attack: the pass ends, and whoever made it can make another.
  if (pass && wrongTries >= limits.temporaryAccessPass.wrongTriesKill) {
    await blockMethod(tx, pass.methodId, { disabledAt: at })
    if (pass.createdById) await tell(tx, pass.createdById, 'passStopped', { at: at.toISOString() })
  }
}

/** Opens the session of a right secret. `facts`: read under the person's lock, after whatever the secret changed. */
async function open(
  tx: Tx,
  input: FirstFactorInput,
  opened: {
    readonly user: SignInUser
    readonly proof: Proof
    readonly cleared: readonly Write[]
    /** Under which the place of the sign-in is remembered (`placeKeys`). */
    readonly places: readonly string[]
    readonly facts: PersonFacts | null
    readonly endsAt?: Date
    readonly at: Date
  },
): Promise<Result<Proven, SignInFailureCode>> {
  const { user, proof, cleared, places, facts, endsAt, at } = opened
  const issued = newSession({ userId: user.id, proof, returnTo: input.returnTo, endsAt, at })
  return goOnAfter(tx, input, issued, at, { facts, opening: [...cleared, ...placeWrites(places, at)] })
}

/** What a right one ends of the wrong ones before it. */
function clearing(
  lockKey: string,
  place: Place,
  { isClear }: { readonly isClear: boolean },
  at: Date,
): readonly Write[] {
  return isClear ? [] : [clearingOfLock(lockKey, place, at)]
}

/** What the proof keeps of the wrong ones before it. */
export function toldOf({ wrongBefore }: { readonly wrongBefore: number }): Pick<Proof, 'afterFailures'> {
  return wrongBefore >= failuresTold ? { afterFailures: true } : {}
}

/** One more try from this address; a refusal when there were too many in this minute, whatever was tried. */
export async function limitAddress(origin: AuditOrigin, at: Date): Promise<Result<never, SignInFailureCode> | null> {
  return refusalOfAddress(await consumeUnhurried(db(), triesOfAddress(origin), at))
}

function triesOfAddress({ clientAddress }: AuditOrigin) {
  const key = throttleKey('signIn', addressKey(clientAddress))
  return { key, max: limits.rate.signInsPerAddressPerMinute, windowSeconds: 60 }
}

function refusalOfAddress({ allowed, retryAfterSeconds }: Consumed): Result<never, SignInFailureCode> | null {
  return allowed ? null : fail('throttled', 'throttle.too_many_requests', { retryAfterSeconds })
}

type Refusal = Result<never, SignInFailureCode>

function refuse(
  input: FirstFactorInput,
  user: SignInUser | null,
  errorCode: number,
  code: SignInFailureCode,
  at: Date,
  retryAfterSeconds?: number,
): Promise<Refusal> {
  return transaction((tx) => refuseIn(tx, input, user, errorCode, code, at, retryAfterSeconds))
}

async function refuseIn(
  tx: Tx,
  input: FirstFactorInput,
  user: SignInUser | null,
  errorCode: number,
  code: SignInFailureCode,
  at: Date,
  retryAfterSeconds?: number,
  why?: PassRefusal,
): Promise<Refusal> {
  await recordFailedSignIn(tx, {
    ...{ user, code, errorCode, origin: input.origin, why, at },
    steps: why ? [{ mode: 'temporaryAccessPassMultiUse', result: passResults[why] }] : [],
  })
  if (code === 'sign_in.directory_unavailable')
    return fail('busy', code, { retryAfterSeconds: limits.circuitBreaker.openSeconds })
  return code === 'sign_in.locked'
    ? fail('throttled', code, { retryAfterSeconds })
    : fail('refused', code, { field: code === 'sign_in.pass_failed' ? 'pass' : undefined })
}
