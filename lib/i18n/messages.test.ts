import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { duration, failureMessage, formatDate, t } from './format'
import { chooseLocale } from './locale'
import { messages, sections } from './messages/en/index'

describe('messages', () => {
  it('every message can be read by the formatter', () => {
    for (const [key, text] of Object.entries(messages)) {
      expect(() => new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }), key).not.toThrow()
    }
  })

  it('no key stands in two files', () => {
    const keys = Object.values(sections).flatMap((section) => Object.keys(section))
    expect(keys.length).toBe(new Set(keys).size)
  })

  it('plurals and placeholders are filled', () => {
    expect(t('ui.duration.minutes', { count: 1 })).toBe('1 minute')
    expect(t('ui.stepper.position', { current: 1, total: 3 })).toBe('Step 1 of 3')
  })
})

describe('failureMessage', () => {
  it('says the time left in words', () => {
    const failure = { kind: 'throttled', code: 'throttle.locked_out', retryAfterSeconds: 30 } as const
    expect(failureMessage(failure)).toContain('wait 30 seconds')
  })

  it('a code without a sentence, or with a value missing, still gives a sentence', () => {
    expect(failureMessage({ kind: 'refused', code: 'nobody.knows' })).toBe(t('failure.service.unexpected'))
    expect(failureMessage({ kind: 'throttled', code: 'throttle.locked_out' })).toContain('a little while')
  })

  it('every failure has a way on: its sentence names a next step', () => {
    for (const [key, text] of Object.entries(sections.failures)) {
      expect(text.split(/[.:;,] /).length, key).toBeGreaterThanOrEqual(key.endsWith('name_invalid') ? 1 : 2)
    }
  })
})

describe('duration and dates', () => {
  it.each([
    [0, '1 second'],
    [30, '30 seconds'],
    [300, '5 minutes'],
    [7200, '2 hours'],
    [604_800, '7 days'],
  ])('%d seconds read %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words)
  })

  it('an instant names its zone', () => {
    expect(formatDate(new Date('2026-11-22T18:04:00Z'))).toBe('22 Nov 2026, 18:04 UTC')
  })
})

describe('chooseLocale', () => {
  it.each([
    ['en-GB,en;q=0.9', 'en'],
    ['de-DE, en;q=0.3', 'de'],
    ['fr, de;q=0.2, en;q=0.8', 'en'],
    ['de;q=0', 'en'],
    ['', 'en'],
    [';;,,q=', 'en'],
    [null, 'en'],
  ])('%s gives %s', (header, locale) => {
    expect(chooseLocale(header, ['en', 'de'])).toBe(locale)
  })
})
