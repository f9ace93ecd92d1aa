import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultPasswordProtection, passwordProtectionSchema, rulesFor } from './policy-model'
import { readBlockedWords } from './read-blocked-words'

describe('a pasted list of blocked words', () => {
  it('gives the words as written, whatever ends the lines', () => {
    expect(readBlockedWords('Harbor\r\n  Gantry \n\nM\u00f6wenpier\rpier 39')).toEqual({
      ok: true,
      words: ['Harbor', 'Gantry', 'M\u00f6wenpier', 'pier 39'],
    })
    expect(readBlockedWords('')).toEqual({ ok: true, words: [] })
  })

  it.each([
    ['abc', [{ line: 1, reason: 'tooShort' }]],
    ['ok it is\nseventeen letters', [{ line: 2, reason: 'tooLong' }]],
    ['harbor\n\nH@rb0r', [{ line: 3, reason: 'twice', first: 1 }]],
    ['tab\there', [{ line: 1, reason: 'unreadable' }]],
    [
      'abc\nharbor\nab',
      [
        { line: 1, reason: 'tooShort' },
        { line: 3, reason: 'tooShort' },
      ],
    ],
  ])('%j is refused by its lines', (text, refusals) => expect(readBlockedWords(text)).toEqual({ ok: false, refusals }))

  it('of a thousand and one words the last line is refused', () => {
    const lines = Array.from({ length: 1001 }, (_, number) => `word${number}x`)
    expect(readBlockedWords(lines.join('\n'))).toEqual({ ok: false, refusals: [{ line: 1001, reason: 'tooMany' }] })
    expect(readBlockedWords(lines.slice(0, 1000).join('\n'))).toMatchObject({ ok: true })
  })

  it('what it gives is what the policy accepts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20, unit: 'grapheme' }), { maxLength: 30 }), (lines) => {
        const read = readBlockedWords(lines.join('\n'))
        if (!read.ok) return
        const policy = { ...defaultPasswordProtection, blockedWords: read.words }
        expect(passwordProtectionSchema.safeParse(policy).success).toBe(true)
      }),
    )
  })
})

describe('the rules that follow', () => {
  it.each([
    ['nist', 8, false, 15],
    ['nist', 8, true, 8],
    ['nist', 12, true, 12],
    ['nist', 20, false, 20],
    ['entra', 8, false, 8],
    ['entra', 14, false, 14],
  ] as const)(
    '%s with at least %d, every sign-in with a second factor %s: %d',
    (profile, lengthMin, always, expected) =>
      expect(rulesFor({ ...defaultPasswordProtection, profile, lengthMin }, always).lengthMin).toBe(expected),
  )

  it('a list that is off blocks nothing', () => {
    const policy = { ...defaultPasswordProtection, blockedWords: ['harbor'] }
    expect(rulesFor(policy, false).blockedWords).toEqual([])
    expect(rulesFor({ ...policy, isBlockedWordsOn: true }, false).blockedWords).toEqual(['harbor'])
  })
})
