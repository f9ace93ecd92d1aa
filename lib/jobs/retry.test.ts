import { describe, expect, it } from 'vitest'
import { afterHandOver, retrySeconds } from './retry'

const now = new Date('2026-11-22T09:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const code = { lane: 'code', attempts: 1, notAfter: later(300) } as const
const notice = { lane: 'notification', attempts: 1, notAfter: later(86_400) } as const

describe('what follows a hand-over', () => {
  it('a code is tried again after 2, 5, 15 and 45 seconds, then no more', () => {
    expect([1, 2, 3, 4, 5].map((attempts) => retrySeconds('code', attempts, 1))).toEqual([2, 5, 15, 45, null])
  })

  it('a notice is tried again after 10 seconds, doubling up to an hour, spread by a fifth', () => {
    expect([1, 2, 3, 9, 10, 30].map((attempts) => retrySeconds('notification', attempts, 0))).toEqual([
      10, 20, 40, 2560, 3600, 3600,
    ])
    expect(retrySeconds('notification', 1, 1)).toBe(12)
  })

  it('a code whose fate is unknown is never sent again on its own', () => {
    expect(afterHandOver(code, { outcome: 'unknown', reason: 'timeout' }, now, 0)).toEqual({
      next: 'dead',
      reason: 'outcome_unknown',
    })
  })

  it('a notice whose fate is unknown is sent again', () => {
    expect(afterHandOver(notice, { outcome: 'unknown', reason: 'timeout' }, now, 0).next).toBe('again')
  })

  it('a refusal for good ends either', () => {
    for (const message of [code, notice]) {
      expect(afterHandOver(message, { outcome: 'permanent', reason: 'smtp_550' }, now, 0)).toEqual({
        next: 'dead',
        reason: 'smtp_550',
      })
    }
  })

  it('nothing is planned beyond the end of the message', () => {
    const late = { ...code, attempts: 4, notAfter: later(45) }
    expect(afterHandOver(late, { outcome: 'transient', reason: 'smtp_450' }, now, 0).next).toBe('dead')
    expect(afterHandOver({ ...late, notAfter: later(46) }, { outcome: 'transient', reason: 'x' }, now, 0).next).toBe(
      'again',
    )
  })
})
