import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Attempt,
  afterEvent,
  afterReset,
  lockedSeconds,
  mayTry,
  nothingTried,
  type ThrottleState,
  type TriedEvent,
} from './throttle'

const start = new Date('2026-11-29T08:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const happened = (event: TriedEvent, times: readonly number[], state: ThrottleState = nothingTried) =>
  times.reduce((before, seconds) => afterEvent(before, event, later(seconds)), state)
const day = 86_400

describe('the rows of the table', () => {
  it.each<[number, string, TriedEvent, Attempt, readonly number[], number, boolean]>([
    [1, 'four failures in an hour', 'failures', 'check', [0, 1, 2, 3], 10, true],
    [2, 'five failures in an hour', 'failures', 'check', [0, 1, 2, 3, 4], 10, false],
    [3, 'five failures, the first a day ago', 'failures', 'check', [0, day - 9, day - 8, day - 7, day - 6], day, true],
    [4, 'five failures within a day', 'failures', 'check', [0, 20_000, 40_000, 60_000, 80_000], day - 1, false],
    [5, 'five messages in an hour', 'starts', 'start', [0, 600, 1200, 1800, 2400], 3599, false],
    [6, 'five messages, the first an hour ago', 'starts', 'start', [0, 600, 1200, 1800, 2400], 3600, true],
    [7, 'ten mails in ten minutes', 'emails', 'email', [0, 10, 20, 30, 40, 50, 60, 70, 80, 90], 599, false],
    [8, 'nine mails in ten minutes', 'emails', 'email', [0, 10, 20, 30, 40, 50, 60, 70, 80], 599, true],
    [9, 'ten mails, the first ten minutes ago', 'emails', 'email', [0, 10, 20, 30, 40, 50, 60, 70, 80, 90], 600, true],
    [10, 'five resets in an hour', 'resets', 'identify', [0, 1, 2, 3, 4], 3599, false],
    [11, 'five resets, the first an hour ago', 'resets', 'identify', [0, 1, 2, 3, 4], 3600, true],
    [12, 'messages do not stop mails', 'starts', 'email', [0, 1, 2, 3, 4], 10, true],
  ])('%i %s', (_number, _title, event, attempt, times, at, may) => {
    const verdict = mayTry(happened(event, times), attempt, later(at))
    expect(verdict.may).toBe(may)
    if (!verdict.may) expect(verdict).toMatchObject({ isNew: true, retryAfterSeconds: day })
  })

  it('a lock stops everything for a day from the try that was too many, and not a second longer', () => {
    const verdict = mayTry(happened('failures', [0, 1, 2, 3, 4]), 'check', later(100))
    if (verdict.may) throw new Error('it was not locked')
    for (const attempt of ['identify', 'check', 'start', 'email'] as const) {
      expect(mayTry(verdict.state, attempt, later(100 + day - 1))).toMatchObject({
        may: false,
        isNew: false,
        retryAfterSeconds: 1,
      })
    }
    expect(mayTry(verdict.state, 'start', later(100 + day)).may).toBe(true)
    expect(lockedSeconds(verdict.state, later(100 + day))).toBe(0)
  })

  it('a reset clears what failed and was sent, and stays counted itself', () => {
    const tried = happened('emails', [0, 1], happened('failures', [0, 1, 2, 3]))
    const cleared = afterReset(tried, later(10))
    expect(cleared).toMatchObject({ failures: [], starts: [], emails: [], lockedUntil: null, resets: [later(10)] })
  })
})

describe('laws', () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 2 * day }), { maxLength: 40 })
    .map((list) => list.sort((a, b) => a - b))
  it('of any number of failures in a day at most five are judged', () => {
    fc.assert(
      fc.property(times, (list) => {
        let state = nothingTried
        const judged: number[] = []
        for (const seconds of list) {
          const verdict = mayTry(state, 'check', later(seconds))
          if (!verdict.may) {
            state = verdict.state
            continue
          }
          judged.push(seconds)
          state = afterEvent(state, 'failures', later(seconds))
        }
        for (const first of judged)
          expect(judged.filter((one) => one >= first && one < first + day).length).toBeLessThanOrEqual(5)
      }),
    )
  })
  it('what is kept is bounded', () => {
    fc.assert(fc.property(times, (list) => happened('emails', list).emails.length <= 24))
  })
})
