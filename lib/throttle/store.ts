import 'server-only'
import { record } from '@/lib/audit/record'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import type { Tx, Write } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { randomUUID } from '@/lib/platform/random'
import { plannedAtEachUse } from '@/lib/platform/statement'
import { fail, ok, type Result } from '@/lib/result'
import { Prisma } from '@/prisma/client/client'
import { addressKey, throttleKey } from './keys'
import type {
  Allowance,
  Consumed,
  LockRule,
  PasswordLock,
  PasswordLockState,
  Place,
  SendBudget,
  SendRequest,
  SendStop,
  WrongPassword,
} from './model'
import { afterWrongPassword, defaultLockRule, passwordLockAt } from './password-lock'
import { passBrakes } from './send-brakes'
import { isInstallationWarning, sendBudgets } from './send-budgets'

/**
 * Counts one try under `key` and says whether it is still within `max` a window, in one statement: of any number of
 * parallel tries exactly `max` are allowed.
 *
 * The window is fixed and begins with its first try; so at most `max` in each window, and at worst twice that across
 * the border of two. Refused tries count as well but do not lengthen the window. Inside a transaction the row stays
 * locked until its end, and a rollback takes the count back: count in the transaction that judges, and commit it.
 *
 * @see SEC-192, SEC-201
 */
export async function consume(
  tx: Tx,
  key: string,
  { max, windowSeconds }: Allowance,
  at: Date = now(),
): Promise<Consumed> {
  const [consumed] = await consumeEach(tx, [{ key, max, windowSeconds }], at)
  if (consumed === undefined) throw new Error('a throttle counter was not returned')
  return consumed
}

/** As `consume`, for a statement on its own (not inside of a transaction), which does not wait for the disk. */
export async function consumeUnhurried(tx: Tx, key: string, allowance: Allowance, at: Date = now()): Promise<Consumed> {
  const { consumed } = await consumeWith<object>(tx, { ...allowance, key }, Prisma.empty, at)
  return consumed
}

/** As `consumeUnhurried`, and in the same statement what `more` selects: columns, each after a comma. */
async function consumeWith<More extends object>(
  tx: Tx,
  { key, max, windowSeconds }: Allowance & { readonly key: string },
  more: Prisma.Sql,
  at: Date,
): Promise<{ readonly consumed: Consumed; readonly more: More }> {
  const [row] = await tx.$queryRaw<(Pick<CounterRow, 'count' | 'expires_at'> & More)[]>`
    WITH counted AS (${tryOf(Prisma.sql`SELECT ${key}::text AS key`, windowSeconds, at)})
    SELECT count, expires_at, ${unhurried}${more} FROM counted`
  if (row === undefined) throw new Error('a throttle counter was not returned')
  return { consumed: consumedOf(row, max, at), more: row }
}

/**
 * A column of a statement that counts a try and is a transaction of its own: it is over before the disk has the count. A crash
 * of the database forgets the counts of its last half second, which is few; every action and every sign-in would wait for the
 * disk once more. Never inside of another transaction: all of it would not wait.
 */
export const unhurried = Prisma.sql`set_config('synchronous_commit', 'off', TRUE)`

/** Forgets what was counted under `key`, after a success that ends a row of failures. */
export async function clearThrottle(tx: Tx, key: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM throttle_counter WHERE key = ${key}`
}

/**
 * Uses up every budget that one sent code costs, or none of them, and asks the brakes on pumping before a text message.
 * Call it in the transaction that queues the message, before anything is queued; the transaction commits what a refusal
 * counted. Failures: `registration.too_many_codes` (throttled) says when the longest spent budget is full again;
 * `registration.texts_paused`: the organisation's day is spent or a brake is on, and waiting a while would not help.
 * `details.budget` names which for operators and is never shown to the person.
 *
 * The value says whether this send passed the warning mark of the installation's day.
 *
 * @see SEC-065 … SEC-067
 */
export async function consumeSendBudget(
  tx: Tx,
  request: SendRequest,
  at: Date = now(),
): Promise<
  Result<{ readonly installationWarning: boolean }, 'registration.too_many_codes' | 'registration.texts_paused'>
> {
  const perDay = env().SMS_SENDS_PER_DAY
  const budgets = sendBudgets({ ...request, address: addressKey(request.address) }, perDay).map((one) => ({
    ...one,
    key: throttleKey(one.budget, ...one.subject),
  }))
  const consumed = await consumeEach(tx, budgets, at)
  const spent = budgets
    .map(({ budget }, index) => ({ budget, ...consumed[index] }))
    .filter((one): one is { budget: SendBudget } & Consumed => one.allowed === false)
    .sort((left, right) => right.retryAfterSeconds - left.retryAfterSeconds)[0]
  const isPassed = !spent && (request.channel === 'mail' || (await passBrakes(tx, request.destination, at)))
  if (isPassed) {
    const installation = consumed[budgets.findIndex(({ budget }) => budget === 'installationDay')]
    const installationWarning = installation !== undefined && isInstallationWarning(installation.count, perDay)
    if (installationWarning) await warnOfBudget(tx, 'nearly_spent', perDay, at)
    return ok({ installationWarning })
  }
  // Nothing will be sent, so nothing was used: else refused requests of one client would use up everybody's day.
  const keys = budgets.map(({ key }) => key)
  await tx.$executeRaw`UPDATE throttle_counter SET count = count - 1 WHERE key = ANY(${keys}::text[])`
  const stop: SendStop = spent?.budget ?? 'brake'
  log.warn('throttle.send_budget_spent', { kind: stop, userId: request.userId })
  const refusals = await consume(tx, refusedKey(stop), { max: 1_000_000_000, windowSeconds: 86_400 }, at)
  if (stop === 'installationDay' && refusals.count === 1) await warnOfBudget(tx, 'spent', perDay, at)
  const details = { budget: stop }
  if (!spent || stop === 'installationDay') return fail('refused', 'registration.texts_paused', { details })
  return fail('throttled', 'registration.too_many_codes', { retryAfterSeconds: spent.retryAfterSeconds, details })
}

const sendStops: readonly SendStop[] = [
  'userHour',
  'userDay',
  'userTenMinutes',
  'destinationHour',
  'destinationDay',
  'addressHour',
  'installationDay',
  'brake',
]

/** What operators see of the day: text messages that left, how many may, and what was refused why. */
export async function sendsOfDay(
  tx: Tx,
  at: Date = now(),
): Promise<{
  readonly used: number
  readonly max: number
  readonly refused: readonly { readonly stop: SendStop; readonly count: number }[]
}> {
  const installation = throttleKey('installationDay')
  const keys = [installation, ...sendStops.map(refusedKey)]
  const rows = await tx.$queryRaw<{ key: string; count: number }[]>`
    SELECT key, count FROM throttle_counter
    WHERE key = ANY(${keys}::text[]) AND expires_at > ${at.toISOString()}::timestamptz`
  const countOf = (key: string) => rows.find((row) => row.key === key)?.count ?? 0
  const refused = sendStops.map((stop) => ({ stop, count: countOf(refusedKey(stop)) }))
  return {
    used: countOf(installation),
    max: env().SMS_SENDS_PER_DAY,
    refused: refused.filter(({ count }) => count > 0),
  }
}

function refusedKey(stop: SendStop): string {
  return `sendRefused:${stop}`
}

/** Once a day each: counts pass the mark once, and the first refusal is one. */
async function warnOfBudget(tx: Tx, reason: 'nearly_spent' | 'spent', max: number, at: Date): Promise<void> {
  log.warn('throttle.send_budget_low', { kind: 'installationDay', code: reason })
  await record(tx, {
    activity: 'sendBudgetLow',
    at,
    outcome: 'success',
    reason,
    actor: { kind: 'system' },
    origin: { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null },
    after: { max },
  })
}

type CounterRow = { key: string; count: number; expires_at: Date }

/** Rows are locked in the order given, which is the same for every caller of one kind, so two cannot wait in a ring. */
async function consumeEach(
  tx: Tx,
  requests: readonly (Allowance & { readonly key: string })[],
  at: Date,
): Promise<Consumed[]> {
  const keys = requests.map(({ key }) => key)
  const windows = requests.map(({ windowSeconds }) => windowSeconds)
  const instant = at.toISOString()
  const rows = await tx.$queryRaw<CounterRow[]>(
    counting(
      Prisma.sql`SELECT wanted.key, ${instant}::timestamptz, 1, '{}',
        ${instant}::timestamptz + make_interval(secs => wanted.window_seconds)
      FROM unnest(${keys}::text[], ${windows}::int[]) WITH ORDINALITY AS wanted (key, window_seconds, place)
      ORDER BY wanted.place`,
      instant,
    ),
  )
  const byKey = new Map(rows.map((row) => [row.key, row]))
  return requests.map(({ key, max }) => {
    const row = byKey.get(key)
    if (row === undefined) throw new Error('a throttle counter was not returned')
    return consumedOf(row, max, at)
  })
}

/**
 * One try as `consume` counts it, as part of another statement: an `INSERT … RETURNING key, count, expires_at` for the
 * key that `source` selects (`SELECT … AS key FROM …`), which may be none. `consumedOf` reads what it returns.
 */
export function tryOf(source: Prisma.Sql, windowSeconds: number, at: Date): Prisma.Sql {
  const instant = at.toISOString()
  return counting(
    Prisma.sql`SELECT wanted.key, ${instant}::timestamptz, 1, '{}'::bytea[],
      ${instant}::timestamptz + make_interval(secs => ${windowSeconds}::int) FROM (${source}) AS wanted`,
    instant,
  )
}

function counting(tries: Prisma.Sql, instant: string): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO throttle_counter AS counter (key, window_start, count, remembered, expires_at)
    ${tries}
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN counter.expires_at <= ${instant}::timestamptz THEN 1
        ELSE LEAST(counter.count + 1, 1000000000) END,
      window_start = CASE WHEN counter.expires_at <= ${instant}::timestamptz THEN excluded.window_start
        ELSE counter.window_start END,
      expires_at = CASE WHEN counter.expires_at <= ${instant}::timestamptz THEN excluded.expires_at
        ELSE counter.expires_at END
    RETURNING key, count, expires_at`
}

export function consumedOf(row: Pick<CounterRow, 'count' | 'expires_at'>, max: number, at: Date): Consumed {
  const allowed = row.count <= max
  const left = Math.ceil((row.expires_at.getTime() - at.getTime()) / 1000)
  return { allowed, retryAfterSeconds: allowed ? 0 : Math.max(1, left), count: row.count }
}

/**
 * From what place somebody tries, and whether passwords of this account are refused from there at present. A place is
 * familiar while the counter of one of `placeKeys` lives (`rememberingOf`); where nothing is known of the place there
 * are none. `userKey` is the login name in its one form, known or not: unknown names are counted alike.
 *
 * Ask before hashing, to save the work; the answer that counts is `claimPasswordLock`'s.
 *
 * @see SEC-190, SEC-192, SEC-193
 */
export async function checkPasswordLock(
  tx: Tx,
  userKey: string,
  placeKeys: readonly string[],
  at: Date = now(),
): Promise<{ readonly place: Place; readonly lock: PasswordLock }> {
  const [row] = await tx.$queryRaw<LiveRow[]>`SELECT (${liveCounters(userKey, placeKeys, at)}) AS live`
  return placeAndLockFrom(row?.live ?? {}, userKey, placeKeys, at)
}

/** `consumeUnhurried` and `checkPasswordLock` in one statement: what is asked before a password is hashed. */
export async function consumeAndCheck(
  tx: Tx,
  tried: Allowance & { readonly key: string },
  userKey: string,
  placeKeys: readonly string[],
  at: Date = now(),
): Promise<{ readonly consumed: Consumed; readonly place: Place; readonly lock: PasswordLock }> {
  const live = Prisma.sql`, (${liveCounters(userKey, placeKeys, at)}) AS live`
  const { consumed, more } = await consumeWith<LiveRow>(tx, tried, live, at)
  return { consumed, ...placeAndLockFrom(more.live ?? {}, userKey, placeKeys, at) }
}

/** Of the counters that live, by their keys, until when each locks. Null when none lives. */
type LiveRow = { readonly live: Readonly<Record<string, string | null>> | null }

function liveCounters(userKey: string, placeKeys: readonly string[], at: Date): Prisma.Sql {
  const keys = [passwordKey(userKey, 'familiar'), passwordKey(userKey, 'unfamiliar'), ...placeKeys]
  return Prisma.sql`
    SELECT json_object_agg(key, locked_until) FROM throttle_counters(${keys}::text[])
    WHERE expires_at > ${at.toISOString()}::timestamptz`
}

function placeAndLockFrom(
  live: NonNullable<LiveRow['live']>,
  userKey: string,
  placeKeys: readonly string[],
  at: Date,
): { readonly place: Place; readonly lock: PasswordLock } {
  const place = placeKeys.some((key) => key in live) ? 'familiar' : 'unfamiliar'
  const until = live[passwordKey(userKey, place)]
  return { place, lock: passwordLockAt({ lockedUntil: until ? new Date(until) : null }, at) }
}

/** The write that makes places familiar from now on, for so long; each further time lengthens it. */
export function rememberingOf(placeKeys: readonly string[], seconds: number, at: Date): Write {
  const instant = at.toISOString()
  return Prisma.sql`
    INSERT INTO throttle_counter AS counter (key, window_start, count, remembered, expires_at)
    SELECT key, ${instant}::timestamptz, 1, '{}', ${instant}::timestamptz + make_interval(secs => ${seconds}::int)
    FROM unnest(${[...placeKeys].sort()}::text[]) AS place (key)
    ON CONFLICT (key) DO UPDATE SET expires_at = greatest(counter.expires_at, excluded.expires_at)`
}

/**
 * As `checkPasswordLock`, inside the transaction that answers: the counter is locked to its end, and made first where
 * there is none, so of any number of guesses at once each is judged after the one before was counted. Once the lock is
 * on no guess is accepted, also when it is right. `wrongBefore`: wrong ones that counted, since the last right one.
 * `isClear`: there is nothing that a right one would end.
 *
 * @see SEC-192, SEC-194, SEC-201
 */
export async function claimPasswordLock(
  tx: Tx,
  userKey: string,
  place: Place,
  at: Date = now(),
): Promise<PasswordLock & { readonly wrongBefore: number; readonly isClear: boolean }> {
  const row = await lockPasswordCounter(tx, userKey, place, at)
  const state = toState(row, at)
  const isClear = row.count === 0 && row.locks === 0 && row.locked_until === null && row.remembered.length === 0
  return { ...passwordLockAt(state, at), wrongBefore: state.count, isClear }
}

/** Making the row is part of locking it: a row that is not there cannot be locked, and the first guesses would all pass. */
async function lockPasswordCounter(tx: Tx, userKey: string, place: Place, at: Date): Promise<LockRow> {
  const instant = at.toISOString()
  const [row] = await tx.$queryRaw<LockRow[]>`
    INSERT INTO throttle_counter AS counter (key, window_start, count, remembered, expires_at)
    VALUES (${passwordKey(userKey, place)}, ${instant}::timestamptz, 0, '{}', ${instant}::timestamptz + interval '1 day')
    ON CONFLICT (key) DO UPDATE SET key = excluded.key
    RETURNING count, locks, locked_until, remembered, expires_at`
  if (row === undefined) throw new Error('a throttle counter was not returned')
  return row
}

/**
 * Counts a wrong password and answers the lock that stands afterwards. Needs a transaction: the row is locked, judged
 * by `afterWrongPassword` and written. `wrongPassword` is a keyed hash over account and password, never a password. One
 * that does not count leaves the row as it is, so a device that repeats itself does not keep the row alive.
 */
export async function recordWrongPassword(
  tx: Tx,
  userKey: string,
  place: Place,
  wrongPassword: Uint8Array,
  at: Date = now(),
  rule: LockRule = defaultLockRule,
): Promise<PasswordLock> {
  const key = passwordKey(userKey, place)
  const instant = at.toISOString()
  const row = await lockPasswordCounter(tx, userKey, place, at)
  const before = toState(row, at)
  const state = afterWrongPassword(before, wrongPassword, at, rule)
  if (state === before) return passwordLockAt(state, at)
  const lockedUntil = state.lockedUntil?.toISOString() ?? null
  const remembered = state.remembered.map((one) => encodeWrong(one).toString('hex'))
  await tx.$executeRaw`
    UPDATE throttle_counter SET count = ${state.count}, locks = ${state.locks},
      locked_until = ${lockedUntil}::timestamptz,
      remembered = ARRAY(SELECT decode(hash, 'hex') FROM unnest(${remembered}::text[]) AS hash),
      expires_at = greatest(${instant}::timestamptz, coalesce(${lockedUntil}::timestamptz, ${instant}::timestamptz))
        + make_interval(secs => ${limits.passwordLockout.rememberedSeconds}::int)
    WHERE key = ${key}`
  return passwordLockAt(state, at)
}

/** The hash, and eight bytes with the time in milliseconds, so that rows can be told to forget what is too old. */
function encodeWrong({ hash, at }: WrongPassword): Buffer {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(at.getTime()))
  return Buffer.concat([hash, time])
}

function decodeWrong(bytes: Uint8Array): WrongPassword[] {
  // Without a time it was written by an older version: forgotten, which at worst counts one repetition.
  if (bytes.length !== 40) return []
  const buffer = Buffer.from(bytes)
  return [{ hash: buffer.subarray(0, 32), at: new Date(Number(buffer.readBigUInt64BE(32))) }]
}

/** Forgets wrong passwords of more than a day ago, in rows that live longer because of a long pause. SEC-109 */
export function forgetWrongPasswords(tx: Tx, at: string, limit: number): Promise<number> {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(new Date(at).getTime() - limits.passwordLockout.rememberedSeconds * 1000))
  const limitTime = Uint8Array.from(time)
  return tx.$executeRaw`
    UPDATE throttle_counter SET remembered = ARRAY(
      SELECT one FROM unnest(remembered) AS one WHERE substring(one FROM 33) > ${limitTime}::bytea)
    WHERE key IN (
      SELECT key FROM throttle_counter
      WHERE EXISTS (SELECT 1 FROM unnest(remembered) AS one WHERE substring(one FROM 33) <= ${limitTime}::bytea)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
}

/** Ends the lockout after a right password (of that place), or, without a place, after a reset (of all). */
export async function clearPasswordLock(tx: Tx, userKey: string, place?: Place): Promise<void> {
  const keys = (place === undefined ? (['familiar', 'unfamiliar'] as const) : [place]).map((one) =>
    passwordKey(userKey, one),
  )
  await tx.$executeRaw`DELETE FROM throttle_counter WHERE key = ANY(${keys}::text[]) ${plannedAtEachUse}`
}

/**
 * The write that ends the lockout of a place whose counter this transaction holds (`claimPasswordLock`): the row is set back
 * and not removed, because the same person will sign in again tomorrow.
 */
export function clearingOfLock(userKey: string, place: Place, at: Date): Write {
  const instant = at.toISOString()
  return Prisma.sql`
    INSERT INTO throttle_counter AS counter (key, window_start, count, remembered, expires_at)
    VALUES (${passwordKey(userKey, place)}, ${instant}::timestamptz, 0, '{}', ${instant}::timestamptz + interval '1 day')
    ON CONFLICT (key) DO UPDATE SET count = 0, locks = 0, locked_until = NULL, remembered = '{}'`
}

function passwordKey(userKey: string, place: Place): string {
  return throttleKey('password', userKey, place)
}

type LockRow = {
  count: number
  locks: number
  locked_until: Date | null
  remembered: Uint8Array[]
  expires_at: Date
}

/** A row whose time is over counts as none, whether or not it was purged. */
function toState(row: LockRow, at: Date): PasswordLockState {
  if (row.expires_at <= at) return { count: 0, locks: 0, lockedUntil: null, remembered: [] }
  const remembered = row.remembered.flatMap(decodeWrong)
  return { count: row.count, locks: row.locks, lockedUntil: row.locked_until, remembered }
}
