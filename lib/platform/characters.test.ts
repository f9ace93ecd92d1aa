import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstCharacters, shownText } from './characters'

describe('a text that is cut', () => {
  it('keeps whole characters', () => {
    expect(firstCharacters('ab🔑c', 3)).toBe('ab🔑')
    expect(firstCharacters('ab🔑c', 2)).toBe('ab')
    expect(firstCharacters('🔑🔑', 3)).toBe('🔑🔑')
    expect(firstCharacters('a', 0)).toBe('')
  })

  it('is the beginning of what it was, and no longer than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, count) => {
        expect(firstCharacters(text, count)).toBe([...text].slice(0, count).join(''))
      }),
    )
  })

  it('has nothing in it that JSON, SQL or a page could not carry, whoever wrote it', () => {
    expect(shownText(`${'a'.repeat(255)}🔑`)).toBe(`${'a'.repeat(255)}🔑`)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const shown = shownText(text)
        expect(shown.isWellFormed()).toBe(true)
        expect(shown).not.toMatch(/\p{C}/u)
        expect([...shown].length).toBeLessThanOrEqual(256)
      }),
    )
  })
})
