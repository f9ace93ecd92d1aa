import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messages } from '@/lib/i18n/messages/en/index'
import { foreignLink, unlinked } from './links'
import { mailTemplates, noticeTemplates } from './model'
import {
  defaultMailTexts,
  fillOwnText,
  isSwitchable,
  mailTextsSchema,
  ownTextFrom,
  type Placeholder,
  placeholders,
  placeholdersOf,
  withOwnText,
  withSwitch,
} from './own-texts'

const origin = 'https://id.harbor.example'
const judge = (subject: string, introduction = '', template: (typeof mailTemplates)[number] = 'methodAdded') => {
  const result = ownTextFrom(template, { subject, introduction }, origin)
  if (result.ok) return result.value === null ? 'the product’s' : 'taken'
  return `${result.failure.code} at ${result.failure.field}: ${result.failure.details?.placeholder ?? result.failure.details?.link ?? ''}`
}

describe('texts of one’s own', () => {
  it.each([
    ['', '', 'the product’s'],
    ['  ', '\r\n', 'the product’s'],
    ['{organisation}: {method} was added', '', 'taken'],
    ['Hello', 'Two lines\r\nof {organisation}', 'taken'],
    ['{code}', '', 'mail.placeholder_unknown at subject: {code}'],
    ['{account} was changed', '', 'mail.placeholder_unknown at subject: {account}'],
    ['a { alone', '', 'mail.placeholder_unknown at subject: {'],
    ['a } alone', '', 'mail.placeholder_unknown at subject: }'],
    ['{left, plural, other {x}}', '', 'mail.placeholder_unknown at subject: {'],
    ['', 'Go to https://evil.example/now', 'mail.foreign_link at introduction: https://evil.example/now'],
    ['', 'Go to www.evil.example', 'mail.foreign_link at introduction: www.evil.example'],
    ['', 'Go to evil.example', 'mail.foreign_link at introduction: evil.example'],
    ['', 'javascript:alert(1)', 'mail.foreign_link at introduction: javascript:alert(1)'],
    ['', 'Go to https://id.harbor.example/security-info.', 'taken'],
    ['', 'Write to help.desk@harbor.example, or call.', 'taken'],
    ['', 'z.B. or e.g. or 3.5 or the end.', 'taken'],
    ['Hello\r\nBcc: eve@evil.example', '', 'mail.text_malformed at subject: '],
    ['a'.repeat(121), '', 'mail.text_too_long at subject: '],
    ['', 'a'.repeat(801), 'mail.text_too_long at introduction: '],
  ])('%j and %j: %s', (subject, introduction, expected) => {
    expect(judge(subject, introduction)).toBe(expected)
  })

  it('a code’s mail knows no placeholder that could carry the code', () => {
    expect(judge('{code}', '', 'verificationCode')).toBe('mail.placeholder_unknown at subject: {code}')
    expect(placeholdersOf('verificationCode')).toEqual(['organisation', 'lifetime'])
  })

  it('each mail knows what the product’s own sentence about it says', () => {
    // Where the product’s sentence says `method` for something that is no method, the placeholder has the better word.
    const renamed: Record<string, string> = {
      'textMessagesStopped method': 'numbers',
      'breakGlassSignedIn method': 'account',
    }
    for (const template of noticeTemplates) {
      const said = [...messages[`notifications.${template}.what`].matchAll(/\{([a-z]+)[},]/g)]
        .map(([, name = '']) => renamed[`${template} ${name}`] ?? name)
        .map((name) => (name === 'service' ? 'organisation' : name))
      for (const name of said) expect(placeholdersOf(template), template).toContain(name)
    }
  })
})

describe('laws', () => {
  const nothing = Object.fromEntries(placeholders.map((name) => [name, ''])) as Record<Placeholder, string>

  it('what a value says is never read as a placeholder', () => {
    fc.assert(
      fc.property(fc.string(), (method) => {
        expect(fillOwnText('{method}|', { ...nothing, method })).toBe(`${method}|`)
      }),
    )
    expect(fillOwnText('{method}', { ...nothing, method: '{account}', account: 'leak' })).toBe('{account}')
  })

  it('whatever is taken leads nowhere else', () => {
    const part = fc.constantFrom(
      ...['https://', 'evil.example', 'id.harbor.example', '/', '@', '.', ' ', 'www.', 'HTTP://', '?', ':', 'a', '\n'],
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        const taken = ownTextFrom('methodAdded', { subject: '', introduction: text }, origin)
        // A mailbox, and a path of our own, are the ways in which the other host may be named.
        const elsewhere = text.replaceAll(/(https:\/\/)?id\.harbor\.example\/[^\s?#@:]*|[\w.]+@[\w.]+/gi, '')
        if (taken.ok) expect(elsewhere).not.toMatch(/(?<![\w.@])evil\.example(?![\w.@])/i)
      }),
      { numRuns: 20_000 },
    )
  })

  it('a name that looked like a link no longer does, and one that did not stays', () => {
    for (const name of [
      'https://evil.example/x',
      'evil.example',
      'www.evil.example',
      'a evil.example?b=c',
      'javascript:x',
    ])
      expect(foreignLink(unlinked(name), origin), name).toBeNull()
    for (const name of ['Ada Lovelace', 'My phone', 'Dr. No', 'ada@harbor.example']) expect(unlinked(name)).toBe(name)
  })

  it('changing one mail in one language changes nothing else, and taking it back leaves nothing', () => {
    const text = { subject: 'A', introduction: null }
    const one = withOwnText(defaultMailTexts, 'methodAdded', 'de', text)
    const two = withOwnText(one, 'methodAdded', 'en', text)
    const both = withSwitch(two, 'passUsed', false)
    expect(mailTextsSchema.parse(both)).toEqual({ off: ['passUsed'], own: { methodAdded: { de: text, en: text } } })
    expect(withSwitch(withSwitch(both, 'passUsed', false), 'passUsed', true)).toEqual(two)
    expect(withOwnText(withOwnText(two, 'methodAdded', 'en', null), 'methodAdded', 'de', null)).toEqual(
      defaultMailTexts,
    )
  })

  it('codes, and what password reset decides, are not switched off here', () => {
    expect(mailTemplates.filter((template) => !isSwitchable(template))).toEqual([
      ...['verificationCode', 'passwordReset', 'accountUnlocked', 'administratorPasswordReset'],
    ])
  })
})
