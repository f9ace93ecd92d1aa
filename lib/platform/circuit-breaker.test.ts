import { describe, expect, it } from 'vitest'
import { type Breaker, beginCall, callsAllowed, closedBreaker, endCall } from './circuit-breaker'

const start = new Date('2026-11-22T09:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)

function run(results: string, breaker: Breaker = closedBreaker): Breaker {
  return [...results].reduce((state, result) => endCall(beginCall(state), result === '+', start), breaker)
}

describe('the circuit breaker', () => {
  it('four failures in a row leave it closed, the fifth opens it', () => {
    expect(callsAllowed(run('----'), start)).toBe('any')
    expect(callsAllowed(run('-----'), start)).toBe('none')
    expect(callsAllowed(run('----+----'), start)).toBe('any')
  })

  it('more than half of the last twenty failing opens it', () => {
    expect(run('-+'.repeat(10)).mode).toBe('closed')
    expect(run(`${'+--'.repeat(6)}+-`).mode).toBe('open')
    expect(run('--+--+').mode).toBe('closed')
  })

  it('after thirty seconds one probe may go, and no second beside it', () => {
    const opened = run('-----')
    expect(callsAllowed(opened, later(29.9))).toBe('none')
    expect(callsAllowed(opened, later(30))).toBe('one')
    expect(callsAllowed(beginCall(opened), later(31))).toBe('none')
  })

  it('a probe decides: success closes it, failure opens it for another thirty seconds', () => {
    const probing = beginCall(run('-----'))
    expect(endCall(probing, true, later(30))).toEqual(closedBreaker)
    expect(callsAllowed(endCall(probing, false, later(30)), later(59))).toBe('none')
    expect(callsAllowed(endCall(probing, false, later(30)), later(60))).toBe('one')
  })

  it('a call that began before it opened changes nothing', () => {
    const opened = run('-----')
    expect(endCall(opened, true, later(5))).toBe(opened)
  })
})
