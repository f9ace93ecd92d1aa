import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { duration, formatDate, mailTranslator } from './format'
import { mailLocaleOf, mailLocales } from './locale'
import { mailMessages } from './messages/de/mail'
import { messages } from './messages/en/index'

type Part = { readonly type: number; readonly value?: unknown; readonly options?: Record<string, { value: Part[] }> }

/** The names in the braces of a message, in all its branches, each once. */
function placeholders(text: string, locale: string): readonly string[] {
  const names = new Set<string>()
  const visit = (parts: readonly Part[]) => {
    for (const { type, value, options } of parts) {
      // 0 is text, 7 the number sign of a plural.
      if (type !== 0 && type !== 7) names.add(String(value))
      for (const branch of Object.values(options ?? {})) visit(branch.value)
    }
  }
  visit(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).getAst() as Part[])
  return [...names].sort()
}

const english: Readonly<Record<string, string>> = messages
const wanted = Object.keys(messages).filter(
  (key) => /^(notifications|ui\.duration)\./.test(key) && !/^notifications\.(call|verificationCode\.sms)\./.test(key),
)

describe('mails in German', () => {
  const german: Readonly<Record<string, string>> = mailMessages

  it('have every text that mails may say, and no other', () => {
    expect(wanted.length).toBeGreaterThan(60)
    const names = Object.keys(german).filter((key) => key.startsWith('securityInfo.'))
    expect(Object.keys(german).sort()).toEqual([...wanted, ...names].sort())
    expect(names.every((key) => key in english)).toBe(true)
  })

  it.each(Object.keys(mailMessages))('%s takes the same values as in English', (key) => {
    expect(placeholders(german[key] ?? '', 'de')).toEqual(placeholders(english[key] ?? '', 'en'))
  })

  it('are written, not copied: no sentence is the English one', () => {
    const same = wanted.filter((key) => german[key] === english[key])
    expect(same).toEqual([])
  })

  it('say times and dates as German does', () => {
    expect(duration(300, 'de')).toBe('5 Minuten')
    expect(formatDate(new Date('2026-11-22T18:04:00Z'), 'dateTime', { locale: 'de' })).toMatch(
      /^22\. Nov\.? 2026, 18:04 UTC$/,
    )
    expect(mailTranslator('de')('notifications.recoveryCodeUsed.what', { service: 'Harbor', left: 1 })).toContain(
      'Ein Code ist übrig',
    )
  })
})

describe('the language of a mail for a tag', () => {
  it.each([
    ['de', 'de'],
    ['DE-at', 'de'],
    ['en-GB', 'en'],
    ['fr', null],
    ['', null],
    [null, null],
    ['-', null],
  ])('%s gives %s', (tag, locale) => {
    expect(mailLocaleOf(tag)).toBe(locale)
  })

  it('is always one that has texts', () => {
    for (const locale of mailLocales) expect(mailTranslator(locale)('notifications.methodAdded.subject')).not.toBe('')
  })
})
