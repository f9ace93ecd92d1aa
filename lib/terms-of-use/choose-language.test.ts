import { expect, it } from 'vitest'
import { chooseText } from './choose-language'
import { languageTextsSchema } from './model'

const languages = ['de', 'en', 'pt-BR'].map((language) => ({ language, text: language }))

it.each([
  ['fr', undefined, 'de'],
  [null, undefined, 'de'],
  ['en-GB, fr;q=0.5', undefined, 'en'],
  ['pt-BR', undefined, 'pt-BR'],
  ['en', 'de', 'de'],
  ['en', 'klingon', 'en'],
])('a browser that wants %s, after choosing %s, gets %s', (acceptLanguage, chosen, expected) => {
  expect(chooseText(languages, chosen, acceptLanguage).language).toBe(expected)
})

it.each([
  [[{ language: 'EN-gb', text: ' a\r\nb ' }], [{ language: 'en-GB', text: 'a\nb' }]],
  [[{ language: 'zh-hant-tw', text: 'a' }], [{ language: 'zh-Hant-TW', text: 'a' }]],
  [[], 'terms.text_missing'],
  [[{ language: 'en', text: '  ' }], 'terms.text_missing'],
  [[{ language: 'English', text: 'a' }], 'terms.invalid_language'],
  [
    [
      { language: 'en', text: 'a' },
      { language: 'EN', text: 'b' },
    ],
    'terms.language_twice',
  ],
  [[{ language: 'en', text: 'a'.repeat(60_001) }], 'terms.too_long'],
])('%j is read as %j', (given, expected) => {
  const read = languageTextsSchema.safeParse(given)
  expect(read.success ? read.data : read.error.issues[0]?.message).toEqual(expected)
})
