import { describe, expect, test } from 'vitest'
import { afterFailure, type FailureState, mayTry, waitSecondsAfter } from './failures'

const now = new Date('2026-11-22T12:00:00Z')
const fresh: FailureState = { consecutiveFailures: 0, blockedUntil: null, disabledAt: null }

describe('failures of one method in a row', () => {
  test('four cost nothing, the fifth waits half a minute, then it doubles up to an hour', () => {
    expect([0, 1, 4, 5, 6, 7, 11, 12, 99, 1000].map(waitSecondsAfter)).toEqual([
      0, 0, 0, 30, 60, 120, 1920, 3600, 3600, 3600,
    ])
  })

  test('a blocked method tells how long, to the second', () => {
    const blocked = afterFailure({ ...fresh, consecutiveFailures: 4 }, now)
    expect(blocked).toEqual({
      consecutiveFailures: 5,
      blockedUntil: new Date(now.getTime() + 30_000),
      disabledAt: null,
    })
    expect(mayTry(blocked, now)).toEqual({ may: false, reason: 'blocked', retryAfterSeconds: 30 })
    expect(mayTry(blocked, new Date(now.getTime() + 29_001))).toMatchObject({ retryAfterSeconds: 1 })
    expect(mayTry(blocked, new Date(now.getTime() + 30_000))).toEqual({ may: true })
  })

  test('the hundredth disables it, and it stays so', () => {
    let state = fresh
    for (let count = 0; count < 99; count++) state = afterFailure(state, now)
    expect(state.disabledAt).toBeNull()
    state = afterFailure(state, now)
    expect(state.disabledAt).toEqual(now)
    expect(mayTry(state, new Date(now.getTime() + 1e9))).toEqual({ may: false, reason: 'disabled' })
    expect(afterFailure(state, new Date(now.getTime() + 1000)).disabledAt).toEqual(now)
  })
})
