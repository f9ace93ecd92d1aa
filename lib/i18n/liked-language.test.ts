import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { likedLanguage } from './locale'

describe('the language liked best', () => {
  it.each([
    ['1 a plain tag', 'de', 'de'],
    ['2 in one spelling', ' de-AT ', 'de-at'],
    ['3 the first of equals', 'fr, de', 'fr'],
    ['4 by quality', 'en;q=0.5, de-AT;q=0.8', 'de-at'],
    ['5 without a quality it is 1', 'en;q=0.9,de', 'de'],
    ['6 refused', 'de;q=0', null],
    ['7 any is none', '*', null],
    ['8 any, then one', '*, de;q=0.3', 'de'],
    ['9 the first that is a tag', 'de_DE, en', 'en'],
    ['10 script and region', 'zh-Hant-TW', 'zh-hant-tw'],
    ['11 the longest', `de-${'abcdefgh-'.repeat(4).slice(0, 32)}`, `de-${'abcdefgh-'.repeat(4).slice(0, 32)}`],
    ['12 one letter longer', `deu-${'abcdefgh-'.repeat(4).slice(0, 32)}`, null],
    ['13 a word', 'germanish-speaking', null],
    ['14 a hyphen at the end', 'de-', null],
    ['15 markup', '<b>de</b>', null],
    ['16 nothing', '', null],
    ['17 no value', null, null],
  ])('%s', (_, value, language) => {
    expect(likedLanguage(value)).toBe(language)
  })

  it('is null or a tag that the database takes, whatever is said', () => {
    const piece = fc.oneof(
      fc.constantFrom('de', 'en-GB', ';q=', '0.5', ',', '*', '-', ' '),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const language = likedLanguage(pieces.join(''))
        if (language === null) return
        // As the check of "user".directory_language says it.
        expect(language).toMatch(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)
        expect(language.length).toBeLessThanOrEqual(35)
      }),
    )
  })

  it('is none that another one is liked better than', () => {
    const liked = fc.record({
      tag: fc.constantFrom('de', 'de-at', 'en', 'fr', 'pt-br'),
      thousandths: fc.integer({ min: 1, max: 1000 }),
    })
    fc.assert(
      fc.property(fc.array(liked, { minLength: 1, maxLength: 8 }), (list) => {
        const value = list.map(({ tag, thousandths }) => `${tag};q=${(thousandths / 1000).toFixed(3)}`).join(', ')
        const best = Math.max(...list.map(({ thousandths }) => thousandths))
        expect(likedLanguage(value)).toBe(list.find(({ thousandths }) => thousandths === best)?.tag)
      }),
    )
  })
})
