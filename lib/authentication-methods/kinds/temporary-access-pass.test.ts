import { describe, expect, test } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import {
  newPass,
  normalisePass,
  passAlphabet,
  passRequestSchema,
  passTerms,
  passUsability,
} from './temporary-access-pass'

const now = new Date('2026-11-22T12:00:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)
const policy = defaultMethodsPolicy.methods.temporaryAccessPass

describe('a new pass', () => {
  test('is drawn from 31 symbols without look-alikes: at least 39 bits', () => {
    expect(new Set(passAlphabet).size).toBe(31)
    expect(8 * Math.log2(passAlphabet.length)).toBeGreaterThan(39)
    for (const symbol of 'ilo01IO') expect(passAlphabet).not.toContain(symbol)
    expect(newPass(8)).toMatch(/^[a-z2-9]{8}$/)
    expect(newPass(48)).toHaveLength(48)
    expect(() => newPass(7)).toThrow()
    expect(() => newPass(49)).toThrow()
  })

  test('is read back from what people type', () => {
    expect(normalisePass(' ABCD-efgh ')).toBe('abcdefgh')
    for (const text of ['', 'abcdefg', 'äbcdefgh', 'a'.repeat(49), 'abcd_efgh']) expect(normalisePass(text)).toBeNull()
  })

  test('has the policy’s terms when nothing else is asked', () => {
    expect(passTerms({}, policy, now)).toEqual({
      ok: true,
      value: { startsAt: now, expiresAt: minutes(60), isUsableOnce: false, length: 8 },
    })
  })

  test('may start later, and never in the past', () => {
    expect(passTerms({ startsAt: minutes(600).toISOString() }, policy, now)).toMatchObject({
      value: { startsAt: minutes(600), expiresAt: minutes(660) },
    })
    expect(passTerms({ startsAt: minutes(-600).toISOString() }, policy, now)).toMatchObject({
      value: { startsAt: now },
    })
    expect(passTerms({ startsAt: minutes(60 * 24 * 31).toISOString() }, policy, now)).toMatchObject({ ok: false })
  })

  test('stays within the lifetimes of the policy, and may be stricter about one use, not laxer', () => {
    for (const lifetimeInMinutes of [59, 481]) {
      expect(passTerms({ lifetimeInMinutes }, policy, now)).toMatchObject({
        failure: { code: 'form.invalid', field: 'lifetimeInMinutes', details: { min: 60, max: 480 } },
      })
    }
    expect(passTerms({ isUsableOnce: true }, policy, now)).toMatchObject({ value: { isUsableOnce: true } })
    const strict = { ...policy, isUsableOnce: true }
    expect(passTerms({}, strict, now)).toMatchObject({ value: { isUsableOnce: true } })
    expect(passTerms({ isUsableOnce: false }, strict, now)).toMatchObject({ failure: { field: 'isUsableOnce' } })
  })

  test('is asked for with known members only', () => {
    expect(passRequestSchema.safeParse({ lifetimeInMinutes: 60.5 }).success).toBe(false)
    expect(passRequestSchema.safeParse({ startsAt: 'soon' }).success).toBe(false)
    expect(passRequestSchema.safeParse({ value: 'chosen-by-me' }).success).toBe(false)
  })
})

describe('a pass at use', () => {
  const row = {
    startsAt: now,
    expiresAt: minutes(60),
    isUsableOnce: false,
    usedAt: null,
    disabledAt: null,
    wrongTries: 0,
  }

  test.each([
    ['from its first instant', row, now, 'usable'],
    ['to its last', row, new Date(minutes(60).getTime() - 1), 'usable'],
    ['before its start', row, minutes(-1), 'notYetValid'],
    ['at its end', row, minutes(60), 'expired'],
    ['again, when it may be', { ...row, usedAt: now }, minutes(1), 'usable'],
    ['again, when it may not be', { ...row, isUsableOnce: true, usedAt: now }, minutes(1), 'oneTimeUsed'],
    ['after the hundredth wrong try', { ...row, wrongTries: 100 }, now, 'disabledByFailures'],
    ['after the ninety-ninth', { ...row, wrongTries: 99 }, now, 'usable'],
    ['once disabled', { ...row, disabledAt: now }, now, 'disabledByFailures'],
  ] as const)('%s', (_, pass, at, answer) => {
    expect(passUsability(pass, true, at)).toBe(answer)
  })

  test('is bound by the policy of now', () => {
    expect(passUsability(row, false, now)).toBe('disabledByPolicy')
    expect(passUsability(row, true, now, true)).toBe('disabledByPolicy')
    expect(passUsability({ ...row, isUsableOnce: true }, true, now, true)).toBe('usable')
  })
})
