import { describe, expect, it } from 'vitest'
import type { PasswordLockState } from './model'
import { afterWrongPassword, lockSeconds, noPasswordLock, passwordLockAt } from './password-lock'

const start = new Date('2026-11-22T09:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const wrong = (number: number) => Buffer.from([number])

function stateAfter(count: number, state: PasswordLockState = noPasswordLock): PasswordLockState {
  let next = state
  for (let number = 1; number <= count; number++) next = afterWrongPassword(next, wrong(number), start)
  return next
}

describe('smart lockout of the password', () => {
  it('nine wrong passwords lock nothing, the tenth locks for 60 seconds', () => {
    expect(passwordLockAt(stateAfter(9), start).locked).toBe(false)
    expect(passwordLockAt(stateAfter(10), start)).toEqual({ locked: true, retryAfterSeconds: 60 })
    expect(passwordLockAt(stateAfter(10), later(59.5))).toEqual({ locked: true, retryAfterSeconds: 1 })
    expect(passwordLockAt(stateAfter(10), later(60)).locked).toBe(false)
  })

  it('the first wrong password after a lock locks again, for twice as long', () => {
    const second = afterWrongPassword(stateAfter(10), wrong(99), later(60))
    expect(passwordLockAt(second, later(60)).retryAfterSeconds).toBe(120)
    const third = afterWrongPassword(second, wrong(98), later(180))
    expect(passwordLockAt(third, later(180)).retryAfterSeconds).toBe(240)
  })

  it.each([
    [1, 60],
    [2, 120],
    [3, 240],
    [11, 61_440],
    [12, 86_400],
    [5000, 86_400],
  ])('lock number %d lasts %d seconds', (locks, seconds) => {
    expect(lockSeconds(locks)).toBe(seconds)
  })

  it('repeating one of the last three wrong passwords does not count', () => {
    const state = stateAfter(9)
    for (const number of [7, 8, 9]) expect(afterWrongPassword(state, wrong(number), start)).toBe(state)
    expect(passwordLockAt(afterWrongPassword(state, wrong(6), start), start).locked).toBe(true)
  })

  it('while locked nothing counts, so guessing on does not lengthen the lock', () => {
    const locked = stateAfter(10)
    expect(afterWrongPassword(locked, wrong(50), later(30))).toBe(locked)
  })

  it('no more than three wrong passwords are remembered', () => {
    expect(stateAfter(9).remembered).toHaveLength(3)
  })

  it('a wrong password is forgotten after a day: then it counts once more', () => {
    const state = afterWrongPassword(noPasswordLock, wrong(1), start)
    expect(afterWrongPassword(state, wrong(1), later(86_399))).toBe(state)
    expect(afterWrongPassword(state, wrong(1), later(86_400))).toMatchObject({ count: 2, remembered: [{}] })
  })

  it.each([
    [3, 60, 2, 3, 60],
    [3, 600, 2, 3, 600],
    [100, 60, 99, 100, 60],
    [5, 86_400, 4, 5, 86_400],
  ])('a threshold of %d and a first pause of %d s: %d lock nothing, %d lock for %d s', (...figures) => {
    const [threshold, firstLockSeconds, free, locking, seconds] = figures
    const rule = { threshold, firstLockSeconds }
    let state = noPasswordLock
    for (let number = 1; number <= free; number++) state = afterWrongPassword(state, wrong(number), start, rule)
    expect(passwordLockAt(state, start).locked).toBe(false)
    const locked = afterWrongPassword(state, wrong(locking), start, rule)
    expect(passwordLockAt(locked, start)).toEqual({ locked: true, retryAfterSeconds: seconds })
    const again = afterWrongPassword(locked, wrong(200), later(seconds), rule)
    expect(passwordLockAt(again, later(seconds)).retryAfterSeconds).toBe(Math.min(86_400, seconds * 2))
  })
})
