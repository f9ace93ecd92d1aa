import 'server-only'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import type { Tx, Write } from '@/lib/platform/db'
import { plannedAtEachUse } from '@/lib/platform/statement'
import { Prisma } from '@/prisma/client/client'
import { throttleKey } from './keys'
import type { Consumed, LockRule, PasswordLock, PasswordLockState, Place, WrongPassword } from './model'
import { afterWrongPassword, defaultLockRule, passwordLockAt } from './password-lock'
import { consumeWith, type Tried } from './store'

/** The counters of wrong passwords and the places that are familiar: what `password-lock.ts` decides about, as rows. */

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
  const keys = passwordKeys(userKey)
  const [row] = await tx.$queryRaw<LiveRow[]>`SELECT (${liveCounters(keys, placeKeys, at)}) AS live`
  return placeAndLockFrom(row?.live ?? {}, keys, placeKeys, at)
}

/** `consumeUnhurried` and `checkPasswordLock` in one statement: what is asked before a password is hashed. */
export async function consumeAndCheck(
  tx: Tx,
  tried: Tried,
  userKey: string,
  placeKeys: readonly string[],
  at: Date = now(),
): Promise<{ readonly consumed: Consumed; readonly place: Place; readonly lock: PasswordLock }> {
  const keys = passwordKeys(userKey)
  const live = Prisma.sql`, (${liveCounters(keys, placeKeys, at)}) AS live`
  const { consumed, more } = await consumeWith<LiveRow>(tx, tried, live, at)
  return { consumed, ...placeAndLockFrom(more.live ?? {}, keys, placeKeys, at) }
}

/** Of the counters that live, by their keys, until when each locks. Null when none lives. */
type LiveRow = { readonly live: Readonly<Record<string, string | null>> | null }

function liveCounters(passwordKeys: PasswordKeys, placeKeys: readonly string[], at: Date): Prisma.Sql {
  const keys = [passwordKeys.familiar, passwordKeys.unfamiliar, ...placeKeys]
  return Prisma.sql`
    SELECT json_object_agg(key, locked_until) FROM throttle_counters(${keys}::text[])
    WHERE expires_at > ${at.toISOString()}::timestamptz`
}

function placeAndLockFrom(
  live: NonNullable<LiveRow['live']>,
  passwordKeys: PasswordKeys,
  placeKeys: readonly string[],
  at: Date,
): { readonly place: Place; readonly lock: PasswordLock } {
  const place = placeKeys.some((key) => key in live) ? 'familiar' : 'unfamiliar'
  const until = live[passwordKeys[place]]
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
  const keys = place === undefined ? Object.values(passwordKeys(userKey)) : [passwordKey(userKey, place)]
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

type PasswordKeys = Readonly<Record<Place, string>>

function passwordKeys(userKey: string): PasswordKeys {
  return { familiar: passwordKey(userKey, 'familiar'), unfamiliar: passwordKey(userKey, 'unfamiliar') }
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
