import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskEmail, parseEmailAddress } from './email'
import { codeHash, codeMatches, newCode } from './one-time-code'
import { joinExtension, maskPhoneNumber, parseExtension, parsePhoneNumber, splitExtension } from './phone'

describe('a phone number', () => {
  const countries = ['GB', 'DE', 'US']
  const parse = (text: string, defaultCountry?: string, allowed = countries) =>
    parsePhoneNumber(text, { countries: allowed, defaultCountry })

  test.each([
    ['+44 7400 123456', undefined, '+447400123456', 'GB'],
    ['07400 123456', 'GB', '+447400123456', 'GB'],
    ['+49 (0)151 23456789', undefined, '+4915123456789', 'DE'],
    ['+1 (202) 555-0123', undefined, '+12025550123', 'US'],
    ['00 49 151 23456789', 'GB', '+4915123456789', 'DE'],
  ])('%s becomes one form', (text, defaultCountry, e164, country) => {
    expect(parse(text, defaultCountry)).toEqual({ ok: true, value: { e164, country } })
  })

  test.each([
    ['', undefined, 'phone_invalid'],
    ['07400 123456', undefined, 'phone_invalid'],
    ['07400 123456', 'nowhere', 'phone_invalid'],
    ['+44 7400', undefined, 'phone_invalid'],
    ['+44 7400 123456 ext 5', undefined, 'phone_invalid'],
    ['call +44 7400 123456', undefined, 'phone_invalid'],
    ['+44 7400 123456\r\nBcc: x', undefined, 'phone_invalid'],
    [`+${'1'.repeat(1000)}`, undefined, 'phone_invalid'],
    ['+870 773 111 632', undefined, 'phone_invalid'],
    ['+800 1234 5678', undefined, 'phone_invalid'],
    ['+44 7700 900123', undefined, 'phone_unknown'],
    ['07700 900123', 'GB', 'phone_unknown'],
    ['020 7946 0958', 'GB', 'phone_not_mobile'],
    ['+44 909 879 0000', undefined, 'phone_not_mobile'],
    ['+1 900 555 0123', undefined, 'phone_not_mobile'],
    ['+33 6 12 34 56 78', undefined, 'phone_country_not_allowed'],
  ])('%j is refused', (text, defaultCountry, code) => {
    expect(parse(text, defaultCountry)).toMatchObject({ ok: false, failure: { code: `registration.${code}` } })
  })

  test.each([
    ['020 7946 0958', 'GB', '+442079460958'],
    ['07400 123456', 'GB', '+447400123456'],
  ])('%s will do in the office', (text, defaultCountry, e164) => {
    expect(parsePhoneNumber(text, { countries, defaultCountry, isOffice: true })).toMatchObject({
      ok: true,
      value: { e164 },
    })
  })

  test.each([
    ['+44 909 879 0000', 'phone_not_office'],
    ['+1 900 555 0123', 'phone_not_office'],
    ['020 7946', 'phone_unknown'],
    ['+33 1 09 75 83 51', 'phone_country_not_allowed'],
  ])('%s will not', (text, code) => {
    const parsed = parsePhoneNumber(text, { countries, defaultCountry: 'GB', isOffice: true })
    expect(parsed).toMatchObject({ ok: false, failure: { code: `registration.${code}` } })
  })

  test.each([
    ['', null],
    ['  ', null],
    ['318', '318'],
    ['03 18', '0318'],
    ['1234567890', '1234567890'],
  ])('the extension %j is %j', (text, extension) => {
    expect(parseExtension(text)).toEqual({ ok: true, value: extension })
  })

  test.each(['12345678901', 'x318', '3#', '٣', '-1\u0000'])('the extension %j is refused', (text) => {
    expect(parseExtension(text)).toMatchObject({ ok: false, failure: { code: 'registration.extension_invalid' } })
  })

  test('a number and its extension are one text, and two again', () => {
    expect(joinExtension('+442079460958', '318')).toBe('+442079460958x318')
    expect(splitExtension('+442079460958x318')).toEqual({ phoneNumber: '+442079460958', extension: '318' })
    expect(splitExtension('+442079460958')).toEqual({ phoneNumber: '+442079460958', extension: null })
    expect(maskPhoneNumber('+442079460958x318')).toBe('+••••••••••58 x•••')
  })

  test('an empty list of countries means that nobody is texted', () => {
    expect(parse('+44 7400 123456', undefined, [])).toMatchObject({ ok: false })
  })

  test('any text is an answer', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parse(text, 'GB')).toHaveProperty('ok')
      }),
    )
  })

  test('only the last two digits are shown', () => {
    expect(maskPhoneNumber('+447400123456')).toBe('+••••••••••56')
  })
})

describe('an email address', () => {
  const upn = 'nora@harbor.example'
  const parse = (text: string) => parseEmailAddress(text, upn)

  test.each([
    [' Nora.Lind+home@Example.ORG ', 'Nora.Lind+home@example.org'],
    ["o'neil@example.org", "o'neil@example.org"],
    ['nora@bücher.example', 'nora@xn--bcher-kva.example'],
    ['nora@xn--bcher-kva.example', 'nora@xn--bcher-kva.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('%j becomes one form', (text, address) => {
    expect(parse(text)).toEqual({ ok: true, value: { address, isAtOwnDomain: false } })
  })

  test.each([
    '',
    'nora',
    '@example.org',
    'nora@',
    'nora@localhost',
    'nora@example..org',
    'nora@-example.org',
    'nora@1.2',
    'nora@127.0.0.1',
    'nora@[127.0.0.1]',
    'nora@exa%6dple.org',
    'nora@example.org/x',
    'nora@example.org:25',
    'no ra@example.org',
    '.nora@example.org',
    'nora.@example.org',
    'no..ra@example.org',
    '"nora"@example.org',
    'nöra@example.org',
    'nora@example.org,eve@example.org',
    'nora@example.org\r\nBcc: eve@example.org',
    'nora\u0000@example.org',
    'Nora <nora@example.org>',
    `${'a'.repeat(65)}@example.org`,
    `nora@${`${'a'.repeat(60)}.`.repeat(5)}org`,
    'a'.repeat(100_000),
  ])('%j is refused', (text) => {
    expect(parse(text)).toMatchObject({ ok: false, failure: { code: 'registration.email_invalid' } })
  })

  test('the account’s own name is no way back into the account', () => {
    for (const text of ['nora@harbor.example', 'NORA@Harbor.Example ']) {
      expect(parse(text)).toMatchObject({ ok: false, failure: { code: 'registration.email_not_allowed' } })
    }
    expect(parse('nora.private@harbor.example')).toMatchObject({ value: { isAtOwnDomain: true } })
    expect(parseEmailAddress('nora@xn--bcher-kva.example', 'nora@bücher.example')).toMatchObject({ ok: false })
  })

  test('what is accepted cannot add a header or a recipient', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
        const result = parse(text)
        if (!result.ok) return
        expect(result.value.address).toMatch(/^[!-~]+$/)
        expect(result.value.address).not.toMatch(/[,;:<>"()\\]/)
      }),
    )
  })

  test('only the first two characters and the domain are shown', () => {
    expect(maskEmail('nora@example.org')).toBe('no•••@example.org')
    expect(maskEmail('ab@example.org')).toBe('a•••@example.org')
  })
})

describe('a code that was sent', () => {
  test('has six digits and keeps leading zeros', () => {
    for (let count = 0; count < 200; count++) expect(newCode()).toMatch(/^[0-9]{6}$/)
  })

  test('fits its own ceremony only', () => {
    const hash = codeHash('ceremony-1', '012345')
    expect(codeMatches('ceremony-1', '012 345', hash)).toBe(true)
    expect(codeMatches('ceremony-2', '012345', hash)).toBe(false)
    expect(codeMatches('ceremony-1', '012346', hash)).toBe(false)
    expect(codeMatches('ceremony-1', '12345', hash)).toBe(false)
    expect(codeMatches('ceremony-1', '012345', hash.subarray(1))).toBe(false)
  })
})
