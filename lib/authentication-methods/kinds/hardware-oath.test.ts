import { describe, expect, it } from 'vitest'
import { limits } from '@/lib/limits'
import { type HardwareOathParameters, hotp, judgeTokenCode } from './hardware-oath'

const secret = Buffer.from('12345678901234567890')
const at = new Date('2026-11-25T12:00:07Z')

function aToken(given: Partial<HardwareOathParameters> = {}): HardwareOathParameters {
  return { secret, algorithm: 'SHA1', periodSeconds: 30, driftSteps: 0, lastStep: -1, ...given }
}

const stepNow = (period: number) => Math.floor(at.getTime() / 1000 / period)

describe('published vectors', () => {
  it('RFC 4226 appendix D', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
    expect(codes.map((_, counter) => hotp(aToken(), counter))).toEqual(codes)
  })

  it.each([
    // RFC 6238 appendix B, the last six of its eight digits.
    [59, 'SHA1', '287082'],
    [1111111109, 'SHA1', '081804'],
    [1234567890, 'SHA1', '005924'],
    [20000000000, 'SHA1', '353130'],
    [59, 'SHA256', '119246'],
    [1111111109, 'SHA256', '084774'],
    [2000000000, 'SHA256', '698825'],
  ] as const)('RFC 6238 appendix B at %i with %s', (seconds, algorithm, code) => {
    const token = aToken({
      algorithm,
      secret: algorithm === 'SHA1' ? secret : Buffer.from('12345678901234567890123456789012'),
    })
    expect(judgeTokenCode(token, code, new Date(seconds * 1000), 'signIn')).toMatchObject({ driftSteps: 0 })
  })
})

describe('a code at sign-in', () => {
  it.each([30, 60] as const)('counts within two steps of the learned drift, for %i s', (periodSeconds) => {
    for (const driftSteps of [0, -1000, 1000]) {
      const token = aToken({ periodSeconds, driftSteps })
      for (let off = -4; off <= 4; off++) {
        const step = stepNow(periodSeconds) + driftSteps + off
        const verdict = judgeTokenCode(token, hotp(token, step), at, 'signIn')
        expect(verdict).toEqual(Math.abs(off) <= 2 ? { step, driftSteps: driftSteps + off, isUsed: false } : null)
      }
    }
  })

  it('counts once, and neither does one before it', () => {
    const step = stepNow(30)
    const token = aToken({ lastStep: BigInt(step) })
    expect(judgeTokenCode(token, hotp(token, step), at, 'signIn')).toMatchObject({ isUsed: true })
    expect(judgeTokenCode(token, hotp(token, step - 1), at, 'signIn')).toMatchObject({ isUsed: true })
    expect(judgeTokenCode(token, hotp(token, step + 1), at, 'signIn')).toMatchObject({ isUsed: false })
  })

  it.each(['', '12345', '1234567', 'abcdef', '१२३४५६'])('that is none is refused: %s', (code) => {
    expect(judgeTokenCode(aToken(), code, at, 'activation')).toBeNull()
  })
})

describe('a code at activation', () => {
  it.each([
    [30, 86_400],
    [60, 172_800],
  ] as const)('of a %i s token may be %i s off, and teaches the drift', (periodSeconds, seconds) => {
    const token = aToken({ periodSeconds })
    const edge = seconds / periodSeconds
    expect(edge).toBe(limits.hardwareOath.activationWindowSteps)
    for (const driftSteps of [-edge, -1, 0, edge]) {
      const code = hotp(token, stepNow(periodSeconds) + driftSteps)
      const verdict = judgeTokenCode(token, code, at, 'activation')
      // Among thousands of steps another may have the same six digits; the nearest one counts.
      expect(Math.abs(verdict?.driftSteps ?? Number.NaN)).toBeLessThanOrEqual(Math.abs(driftSteps))
    }
    for (const driftSteps of [-edge - 1, edge + 1]) {
      const code = hotp(token, stepNow(periodSeconds) + driftSteps)
      const verdict = judgeTokenCode(token, code, at, 'activation')
      expect(verdict?.driftSteps).not.toBe(driftSteps)
    }
  })
})
