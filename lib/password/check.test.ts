import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failureMessage, hasMessage } from '@/lib/i18n'
import { demoCast, demoPassword } from '@/prisma/cast'
import { checkPassword } from './check'
import { globalWords } from './global-words'
import { findingCodes, isHashable, type PasswordAbout, type PasswordRules } from './model'

const nist: PasswordRules = { profile: 'nist', lengthMin: 15, blockedWords: [] }
const entra: PasswordRules = { profile: 'entra', lengthMin: 8, blockedWords: [] }
const somebody: PasswordAbout = {
  userPrincipalName: 'kim@example.org',
  displayName: 'Kim',
  organisationName: 'Org',
  isCommon: false,
  isBreached: false,
  isCurrent: false,
}
const codes = (candidate: string, rules: PasswordRules, about: Partial<PasswordAbout> = {}) =>
  checkPassword(candidate, rules, { ...somebody, ...about }).map(({ code }) => code.replace('password.', ''))

describe('the rows of §7.3, whole', () => {
  const rules = { ...entra, blockedWords: ['contoso', 'blank', 'password', 'abcdef', 'welcome', 'london'] }
  it.each([
    ['C0ntos0Blank12', 'Anna', ['blocked_word']],
    ['ContoS0Bl@nkf9!', 'Anna', []],
    ['Bl@nK', 'Anna', ['too_short', 'too_easy']],
    ['p0LL23fb', 'Poll', ['contains_own_name']],
    ['p0LL23fb', 'Anna', []],
    ['Blank123!', 'Anna', []],
    ['Blank12!', 'Anna', ['too_easy']],
    ['Password1!', 'Anna', ['too_easy']],
    ['P@ssw0rd2024', 'Anna', []],
    ['Contoso!', 'Anna', ['blocked_word']],
    ['Welc0me!', 'Anna', ['too_easy']],
    ['Passwor1', 'Anna', ['too_easy']],
    ['Abcdefg1', 'Anna', ['too_easy']],
    ['Welcome2London', 'Anna', ['too_easy']],
    ['ContosoContoso1!', 'Anna', ['blocked_word']],
    ['Lond0nbl@nk#7Qz', 'Anna', []],
    ['Tr0ub4dor&3', 'Anna', []],
    ['abcdefgh', 'Anna', ['too_few_kinds', 'too_easy']],
    ['\u00c4bcdefg1!', 'Anna', ['character_not_allowed']],
  ])('%s of %s: %j', (password, displayName, expected) =>
    expect(codes(password, rules, { displayName })).toEqual(expected),
  )
})

describe('profile entra', () => {
  it.each([
    ['seven c', ['too_short', 'too_few_kinds']],
    ['Xy 7vqpl', []],
    ['xy 7vqpl', []],
    ['xyzuvqpl', ['too_few_kinds']],
    ['XYZUVQPL7', ['too_few_kinds']],
    ['@#$%^&*-_!+=[]{}|\\:\',.?/`~"();<>aB', []],
    ['Xy7vqpl\u20ac', ['character_not_allowed']],
    [`aB3${'q'.repeat(253)}`, []],
    [`aB3${'q'.repeat(254)}`, ['too_long']],
  ])('%s: %j', (password, expected) => expect(codes(password, entra)).toEqual(expected))
})

describe('profile nist', () => {
  it.each([
    ['fourteen chars', ['too_short']],
    ['fifteen letters', []],
    ['p\u00f6lsev\u00e6v i bergen \u{1f98a}', []],
    ['\u{1f98a}'.repeat(15), []],
    ['e\u0301'.repeat(14), ['too_short']],
    ['e\u0301'.repeat(256), []],
    ['e\u0301'.repeat(257), ['too_long']],
    ['tab\tin the middle of it', ['unreadable_character']],
    ['a null \u0000 in the middle', ['unreadable_character']],
    ['half a \ud83e fox in it', ['unreadable_character']],
    ['x'.repeat(100_000), ['too_long']],
  ])('%j: %j', (password, expected) => expect(codes(password, nist)).toEqual(expected))

  it('asks for eight where every sign-in has a second factor', () => {
    expect(codes('kx4-vqpz', { ...nist, lengthMin: 8 })).toEqual([])
    expect(checkPassword('kx4-vqp', { ...nist, lengthMin: 8 }, somebody)).toEqual([
      { code: 'password.too_short', details: { min: 8 } },
    ])
  })
})

describe('whose it is', () => {
  it.each([
    ['lindqvist-over-the-pier', { displayName: 'Cia Lindqvist' }, ['contains_own_name']],
    ['the quay of C.Lindqvist', { userPrincipalName: 'lindqvist@example.org' }, ['contains_own_name']],
    ['kim@example.org', {}, ['contains_own_name']],
    ['fog in the h@rbor today', { organisationName: 'Harbor' }, ['contains_organisation']],
    ['something-nobody-has', { isCommon: true, isBreached: true }, ['too_common']],
    ['something-nobody-has', { isBreached: true }, ['breached']],
    ['something-nobody-has', { isCurrent: true }, ['same_as_current']],
  ] as const)('%s about %j: %j', (password, about, expected) => expect(codes(password, nist, about)).toEqual(expected))

  it('everything is said at once', () => {
    const about = { displayName: 'Ana Silva', organisationName: 'Harbor', isCurrent: true, isBreached: true }
    expect(codes('silvaharbor', { ...nist, blockedWords: ['pier'] }, about)).toEqual([
      ...['too_short', 'contains_own_name', 'contains_organisation', 'breached', 'same_as_current'],
    ])
  })
})

describe('laws', () => {
  const text = fc.string({ maxLength: 60, unit: 'binary' })
  const rules = fc.record({
    profile: fc.constantFrom('nist' as const, 'entra' as const),
    lengthMin: fc.integer({ min: 8, max: 64 }),
    blockedWords: fc.array(fc.string({ minLength: 4, maxLength: 16, unit: 'grapheme-ascii' }), { maxLength: 5 }),
  })

  it('one text in two forms gets the same findings', () => {
    fc.assert(
      fc.property(text, rules, (candidate, by) => {
        const [one, other] = [candidate.normalize('NFD'), candidate.normalize('NFC')]
        expect(checkPassword(one, by, somebody)).toEqual(checkPassword(other, by, somebody))
      }),
    )
  })

  it('what passes can be hashed', () => {
    fc.assert(
      fc.property(text, rules, (candidate, by) => {
        if (checkPassword(candidate, by, somebody).length === 0)
          expect(isHashable(candidate.normalize('NFC'))).toBe(true)
      }),
    )
  })

  it('a longer minimum, a further word or a further fact never lets a password through', () => {
    fc.assert(
      fc.property(
        text,
        rules,
        fc.string({ minLength: 4, maxLength: 16, unit: 'grapheme-ascii' }),
        (candidate, by, word) => {
          if (checkPassword(candidate, by, somebody).length === 0) return
          const stricter = { ...by, lengthMin: by.lengthMin + 1, blockedWords: [...by.blockedWords, word] }
          expect(checkPassword(candidate, stricter, { ...somebody, isBreached: true }).length).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('findings never repeat what was typed', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 12, unit: fc.constantFrom('Q', 'Z', '\u00df', '\u20ac') }),
        rules,
        (candidate, by) => {
          expect(JSON.stringify(checkPassword(candidate, by, somebody))).not.toContain(candidate)
        },
      ),
    )
  })
})

it('every finding has its sentence', () => {
  for (const code of findingCodes) {
    expect(hasMessage(`failure.${code}`), code).toBe(true)
    expect(failureMessage({ kind: 'invalid', code, details: { min: 15, max: 256 } })).toMatch(/^[A-Z].*\.$/)
  }
})

it('the global list holds each word once, none too short to count', () => {
  expect(new Set(globalWords).size).toBe(globalWords.length)
  expect(globalWords.filter((word) => word.length < 4)).toEqual([])
})

it('the password of the demonstration could be set by its people', () => {
  for (const { userPrincipalName, displayName } of demoCast)
    expect(
      checkPassword(demoPassword, nist, { ...somebody, userPrincipalName, displayName, organisationName: 'Harbor' }),
    ).toEqual([])
})
