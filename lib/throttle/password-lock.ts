import { limits } from '@/lib/limits'
import type { LockRule, PasswordLock, PasswordLockState } from './model'

export const noPasswordLock: PasswordLockState = { count: 0, locks: 0, lockedUntil: null, remembered: [] }

/** Whether the state refuses an attempt at `now`, and for how many seconds, rounded up. */
export function passwordLockAt({ lockedUntil }: Pick<PasswordLockState, 'lockedUntil'>, now: Date): PasswordLock {
  const left = lockedUntil === null ? 0 : lockedUntil.getTime() - now.getTime()
  return { locked: left > 0, retryAfterSeconds: left > 0 ? Math.ceil(left / 1000) : 0 }
}

/** Where the organisation has decided nothing else. */
export const defaultLockRule: LockRule = {
  threshold: limits.passwordLockout.threshold,
  firstLockSeconds: limits.passwordLockout.firstLockSeconds,
}

/**
 * The state after a wrong password at `now`; the same state when it did not count.
 *
 * By default the tenth wrong one locks for 60 seconds; once it has locked, each further wrong one after the lock's end
 * locks again for twice as long, up to a day. The same wrong password again (one of the last three, of the last day)
 * does not count: a forgotten phone that keeps trying an old password locks nobody out. While locked nothing counts,
 * because nothing was judged.
 *
 * @see SSPR specification §7.4 (smart lockout), SEC-109, NIST SP 800-63B-4 §3.2.2
 */
export function afterWrongPassword(
  state: PasswordLockState,
  wrongPassword: Uint8Array,
  now: Date,
  rule: LockRule = defaultLockRule,
): PasswordLockState {
  if (passwordLockAt(state, now).locked) return state
  const known = state.remembered.filter(({ at }) => isRemembered(at, now))
  if (known.some(({ hash }) => Buffer.compare(hash, wrongPassword) === 0)) return state
  const remembered = [{ hash: wrongPassword, at: now }, ...known].slice(0, limits.passwordLockout.rememberedWrongMax)
  const count = state.count + 1
  if (state.locks === 0 && count < rule.threshold) return { ...state, count, remembered }
  const locks = state.locks + 1
  const lockedUntil = new Date(now.getTime() + lockSeconds(locks, rule) * 1000)
  return { count, locks, lockedUntil, remembered }
}

function isRemembered(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() < limits.passwordLockout.rememberedSeconds * 1000
}

/** Seconds of the n-th lock in a row: 60, 120, 240, … at most a day. */
export function lockSeconds(locks: number, { firstLockSeconds }: LockRule = defaultLockRule): number {
  const doubled = firstLockSeconds * 2 ** Math.min(30, Math.max(0, locks - 1))
  return Math.min(limits.passwordLockout.lockSecondsMax, doubled)
}
