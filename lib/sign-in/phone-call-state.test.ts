import { describe, expect, test } from 'vitest'
import { resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { callState } from './phone-call-state'

const at = new Date('2026-11-25T09:00:00Z')
const seconds = (count: number) => new Date(at.getTime() + count * 1000)

describe('how a call stands', () => {
  test.each([
    // answer, delivery, time left for it, state
    [null, 'underway', 60, 'waiting'],
    [null, 'sent', 60, 'waiting'],
    [null, 'slow', 60, 'waiting'],
    [null, 'failed', 60, 'failed'],
    [null, 'sent', 0, 'notAnswered'],
    ['approved', 'sent', 60, 'approved'],
    ['approved', 'sent', 0, 'notAnswered'],
    ['denied', 'sent', 60, 'denied'],
    ['denied', 'sent', 0, 'denied'],
    ['notAnswered', 'sent', 60, 'notAnswered'],
  ] as const)('answer %s, %s, %i s left: %s', (answer, delivery, left, state) => {
    expect(callState({ answer, codeExpiresAt: seconds(left) }, delivery, at)).toBe(state)
  })
})

test('the wait for another call grows with each of them', () => {
  const waits = [1, 2, 3, 4, 5].map((sends) => resendWaitSeconds({ sends, lastSentAt: at }, at))
  expect(waits).toEqual([30, 60, 120, 300, 300])
  expect(resendWaitSeconds({ sends: 1, lastSentAt: at }, seconds(30))).toBe(0)
  expect(resendWaitSeconds({ sends: 0, lastSentAt: null }, at)).toBe(0)
})
