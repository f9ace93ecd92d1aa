import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newRecoveryCodes, readRecoveryCode, recoveryAlphabet, recoveryCodeText, shouldRenew } from './recovery-codes'

describe('a set of recovery codes', () => {
  test('has ten codes of 80 secret bits, each with a selector of its own', () => {
    const codes = newRecoveryCodes()
    expect(codes).toHaveLength(10)
    expect(new Set(codes.map(({ selector }) => selector)).size).toBe(10)
    expect(new Set(codes.map(({ secret }) => secret)).size).toBe(10)
    expect(recoveryAlphabet).toHaveLength(32)
    expect(new Set(recoveryAlphabet).size).toBe(32)
    for (const { selector, secret } of codes) {
      expect(selector).toHaveLength(4)
      // Five bits a symbol.
      expect(secret.length * Math.log2(recoveryAlphabet.length)).toBe(80)
    }
  })

  test('is shown in groups of four, and has no two symbols that look alike', () => {
    for (const code of newRecoveryCodes()) {
      expect(recoveryCodeText(code)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/)
    }
  })

  test('is renewed when three are left', () => {
    expect([10, 4, 3, 1, 0].map(shouldRenew)).toEqual([false, false, true, true, true])
  })
})

describe('reading a code', () => {
  const code = { selector: '0A1B', secret: 'CDEF0123456789GH' }

  test.each([
    ['as shown', '0A1B-CDEF-0123-4567-89GH'],
    ['in small letters', '0a1b-cdef-0123-4567-89gh'],
    ['with spaces, or with nothing between', ' 0A1B CDEF 0123 4567 89GH '],
    ['in one piece', '0a1bcdef0123456789gh'],
    ['with look-alikes as they are read from paper', 'OAlB-CDEF-OI23-4567-89gh'],
  ])('%s', (_, typed) => expect(readRecoveryCode(typed)).toEqual(code))

  test.each([
    '',
    '0A1B',
    '0A1B-CDEF-0123-4567-89G',
    '0A1B-CDEF-0123-4567-89GHJ',
    '0A1B-CDEF-0123-4567-89GU',
    '０A1BCDEF0123456789GH',
    'x'.repeat(4096),
  ])('%j is none', (typed) => expect(readRecoveryCode(typed)).toBeNull())

  test('every code that is made can be read, and any text is answered', () => {
    for (const made of newRecoveryCodes()) expect(readRecoveryCode(recoveryCodeText(made))).toEqual(made)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readRecoveryCode(text)))
  })
})
