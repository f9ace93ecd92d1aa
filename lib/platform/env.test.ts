import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigurationError, parseEnv } from './env'

const directory = mkdtempSync(join(tmpdir(), 'twofold-env-'))
afterAll(() => rmSync(directory, { recursive: true }))

const key = () => randomBytes(32).toString('base64')
const keys = { ENCRYPTION_KEY: key(), PASSWORD_PEPPER: key(), CODE_KEY: key(), FORM_KEY: key(), AUDIT_KEY: key() }
const production = {
  ...keys,
  DATABASE_URL: 'postgresql://app:secret@db.internal/twofold',
  PUBLIC_ORIGIN: 'https://id.harbor.example',
  SMTP_URL: 'smtps://mail.harbor.example',
  MAIL_FROM: 'no-reply@harbor.example',
}

test('a production setting is read, frozen, and the keys are all there', () => {
  const settings = parseEnv({ ...production, TRUSTED_PROXIES: '10.0.0.0/24, 2001:db8::/64', SMS_COUNTRIES: 'de,at' })
  expect(settings).toMatchObject({ ...production, PORT: 3000, TRUSTED_PROXIES: ['10.0.0.0/24', '2001:db8::/64'] })
  expect(settings.SMS_COUNTRIES).toEqual(['DE', 'AT'])
  expect(settings.CLIENT_ADDRESS_HEADER).toBe('x-forwarded-for')
  expect(Object.isFrozen(settings)).toBe(true)
})

describe('providers of text messages', () => {
  const twilio = { TWILIO_ACCOUNT_SID: 'AC0123456789', TWILIO_AUTH_TOKEN: 'token-token', TWILIO_FROM: '+4930123456' }
  const smpp = { SMPP_URL: 'ssmpp://id@smsc.example:3550', SMPP_PASSWORD: 'pass', SMPP_FROM: 'Harbor' }
  const http = { SMS_GATEWAY_URL: 'https://sms.example/send' }
  test.each<[string, Record<string, string>, readonly string[]]>([
    ['none', {}, []],
    ['those that are configured', { ...http, ...twilio }, ['twilio', 'http']],
    ['all', { ...http, ...twilio, ...smpp }, ['twilio', 'smpp', 'http']],
    [
      'those that are named, in their order',
      { ...http, ...twilio, ...smpp, SMS_PROVIDERS: 'http, SMPP' },
      ['http', 'smpp'],
    ],
    ['a tunnel on this machine needs no TLS', { ...smpp, SMPP_URL: 'smpp://id@127.0.0.1' }, ['smpp']],
  ])('%s', (_, settings, providers) => {
    expect(parseEnv({ ...production, ...settings }).SMS_PROVIDERS).toEqual(providers)
  })
})

test('related origins are whole https origins, each once', () => {
  expect(parseEnv(production).RELATED_ORIGINS).toEqual([])
  const settings = parseEnv({
    ...production,
    RELATED_ORIGINS: 'https://www.a.example, https://b.example:8443,https://www.a.example',
  })
  expect(settings.RELATED_ORIGINS).toEqual(['https://www.a.example', 'https://b.example:8443'])
})

describe('start-up refuses, naming in one line what to set', () => {
  const sample = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')
  const demoUrl = 'postgresql://app:x@127.0.0.1:5000/twofold_demo'
  test.each<[string, Record<string, string>, RegExp]>([
    ['half an account', { TWILIO_ACCOUNT_SID: 'AC0123456789' }, /TWILIO_AUTH_TOKEN/],
    ['no database', { DATABASE_URL: '' }, /^set DATABASE_URL$/],
    ['no database address', { DATABASE_URL: 'mysql://x' }, /DATABASE_URL/],
    ['no origin', { PUBLIC_ORIGIN: '' }, /PUBLIC_ORIGIN/],
    ['an http origin', { PUBLIC_ORIGIN: 'http://id.harbor.example' }, /https/],
    ['an origin with a path', { PUBLIC_ORIGIN: 'https://id.harbor.example/x' }, /scheme, host and port/],
    ['a related origin with a path', { RELATED_ORIGINS: 'https://www.a.example/x' }, /RELATED_ORIGINS/],
    ['a related origin in clear', { RELATED_ORIGINS: 'http://www.a.example' }, /RELATED_ORIGINS/],
    ['a pattern as a related origin', { RELATED_ORIGINS: 'https://*.a.example' }, /RELATED_ORIGINS/],
    ['itself as a related origin', { RELATED_ORIGINS: 'https://id.harbor.example' }, /RELATED_ORIGINS/],
    ['a missing key', { AUDIT_KEY: '' }, /^set AUDIT_KEY/],
    ['a short key', { CODE_KEY: randomBytes(16).toString('base64') }, /CODE_KEY/],
    ['a key of zeros', { CODE_KEY: Buffer.alloc(32).toString('base64') }, /CODE_KEY/],
    ['a typed key', { CODE_KEY: sample }, /CODE_KEY/],
    [
      'an ascending key',
      { CODE_KEY: Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64') },
      /CODE_KEY/,
    ],
    ['equal keys', { CODE_KEY: keys.FORM_KEY }, /different/],
    ['no mail server', { SMTP_URL: '' }, /SMTP_URL/],
    ['text messages in clear', { SMS_GATEWAY_URL: 'http://sms.example/send' }, /https/],
    ['calls of a provider in clear', { TWILIO_API_URL: 'http://api.twilio.example' }, /TWILIO_API_URL.*https/],
    ['an address with a path', { TWILIO_API_URL: 'https://api.twilio.example/2010' }, /TWILIO_API_URL/],
    ['an account that is none', { TWILIO_ACCOUNT_SID: 'XX12345678' }, /TWILIO_ACCOUNT_SID/],
    ['a message centre in clear', { SMPP_URL: 'smpp://id@smsc.example', SMPP_FROM: 'x' }, /ssmpp/],
    ['a message centre without a name for us', { SMPP_URL: 'ssmpp://smsc.example', SMPP_FROM: 'x' }, /SMPP_URL/],
    ['a password in an address', { SMPP_URL: 'ssmpp://id:secret@smsc.example', SMPP_FROM: 'x' }, /^set SMPP_PASSWORD/],
    ['a message centre without a sender', { SMPP_URL: 'ssmpp://id@smsc.example' }, /^set SMPP_FROM/],
    ['a provider that is not configured', { SMS_PROVIDERS: 'http' }, /^set SMS_GATEWAY_URL/],
    ['a provider that nobody knows', { SMS_PROVIDERS: 'pigeon' }, /pigeon/],
    ['a template without text', { SMS_GATEWAY_URL: 'https://sms.example', SMS_GATEWAY_TEMPLATE: '{}' }, /TEMPLATE/],
    ['a proxy that is no range', { TRUSTED_PROXIES: 'proxy.internal' }, /TRUSTED_PROXIES/],
    ['the demonstration on a real database', { TWOFOLD_DEMO: '1' }, /TWOFOLD_DEMO/],
    [
      'the demonstration on a local real database',
      { TWOFOLD_DEMO: '1', DATABASE_URL: 'postgresql://a@localhost/twofold' },
      /TWOFOLD_DEMO/,
    ],
    ['a demo inbox', { DEMO_INBOX_URL: 'http://localhost:3001/' }, /DEMO_INBOX_URL/],
    ['a turned clock', { CLOCK_FILE: '/tmp/clock' }, /CLOCK_FILE/],
    [
      'a turned clock in the demonstration',
      { CLOCK_FILE: '/tmp/clock', TWOFOLD_DEMO: '1', DATABASE_URL: demoUrl },
      /CLOCK_FILE/,
    ],
    ['test mode on a public origin', { TWOFOLD_TEST: '1' }, /TWOFOLD_TEST/],
  ])('%s', (_title, change, message) => {
    expect(() => parseEnv({ ...production, ...change })).toThrow(ConfigurationError)
    expect(() => parseEnv({ ...production, ...change })).toThrow(message)
    try {
      parseEnv({ ...production, ...change })
    } catch (error) {
      expect(String(error)).not.toMatch(/\n/)
      for (const secret of Object.values(keys)) expect(String(error)).not.toContain(secret)
    }
  })
})

describe('keys from a file', () => {
  const { ENCRYPTION_KEY, PASSWORD_PEPPER, CODE_KEY, FORM_KEY, AUDIT_KEY, ...rest } = production
  const file = join(directory, 'keys.json')
  writeFileSync(file, JSON.stringify({ ENCRYPTION_KEY, PASSWORD_PEPPER, CODE_KEY, FORM_KEY, AUDIT_KEY }))

  test('are read when only the owner may read it', () => {
    chmodSync(file, 0o600)
    expect(parseEnv({ ...rest, KEYS_FILE: file }).AUDIT_KEY).toBe(AUDIT_KEY)
  })

  test('are refused when everybody may read it, or it is missing', () => {
    chmodSync(file, 0o644)
    expect(() => parseEnv({ ...rest, KEYS_FILE: file })).toThrow(/chmod 600/)
    expect(() => parseEnv({ ...rest, KEYS_FILE: join(directory, 'none') })).toThrow(/cannot be read/)
  })
})

test('.env.example names every setting, so an operator finds it', () => {
  const example = readFileSync('.env.example', 'utf8')
  for (const name of Object.keys(parseEnv(production)).filter((name) => name !== 'NEXTAUTH_SECRET'))
    expect(example, name).toMatch(new RegExp(`\\b${name}\\b`))
})
