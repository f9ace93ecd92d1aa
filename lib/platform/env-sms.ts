import { ConfigurationError } from './configuration-error'

/**
 * How text messages leave, read from the operator's settings: which providers, in which order, and what each needs.
 * Part of `env.ts`, which reads the variables.
 */
export const smsProviderNames = ['twilio', 'smpp', 'http'] as const
export type SmsProviderName = (typeof smsProviderNames)[number]

export type SmsSettings = {
  /** In the order in which they are tried; empty: no text messages can be sent. */
  readonly SMS_PROVIDERS: readonly SmsProviderName[]
  /** Address of a Twilio-compatible interface, without a path. */
  readonly TWILIO_API_URL: string
  readonly TWILIO_ACCOUNT_SID: string | null
  readonly TWILIO_AUTH_TOKEN: string | null
  /** E.164, a sender's name, or the SID of a messaging service (`MG…`). */
  readonly TWILIO_FROM: string | null
  /** `ssmpp://system-id@host:port`, or `smpp://` without TLS. */
  readonly SMPP_URL: string | null
  readonly SMPP_PASSWORD: string | null
  /** E.164, a short code or a sender's name of at most 11 characters. */
  readonly SMPP_FROM: string | null
  /** One connection both ways, or one for sending and one for receipts, as the centre wants it. */
  readonly SMPP_BIND: 'transceiver' | 'separate'
  /** How text travels where its characters allow; anything else travels as UCS-2. */
  readonly SMPP_ENCODING: 'gsm' | 'latin1' | 'ucs2'
  readonly SMPP_SYSTEM_TYPE: string
  /** Null: the gateway is no provider. */
  readonly SMS_GATEWAY_URL: string | null
  /** Body of the request with `{{to}}`, `{{text}}`, `{{id}}`, `{{receiptUrl}}`: JSON, XML or a form, by how it begins. */
  readonly SMS_GATEWAY_TEMPLATE: string
  /** Sent as `Authorization: Bearer …` when set. */
  readonly SMS_GATEWAY_TOKEN: string | null
  /** ISO 3166-1 alpha-2 codes that may be texted; empty means none (SEC-064). */
  readonly SMS_COUNTRIES: readonly string[]
  /** Text messages that may leave in a day in all (SEC-065). */
  readonly SMS_SENDS_PER_DAY: number
  /** Beginnings of numbers, digits after the `+`, that the brakes on pumping leave alone (SEC-066). */
  readonly SMS_BRAKE_EXEMPT: readonly string[]
}

export type RawSmsSettings = {
  readonly [Name in Exclude<keyof SmsSettings, keyof Parsed>]?: string | undefined
} & Parsed
type Parsed = Pick<SmsSettings, 'SMPP_BIND' | 'SMPP_ENCODING' | 'SMS_SENDS_PER_DAY'>

const defaultTemplate = '{"to":"{{to}}","text":"{{text}}","id":"{{id}}"}'

/**
 * Reads the settings; throws `ConfigurationError` naming the variable to set. `isStrict`: an installation that serves
 * people, where nothing leaves this machine without TLS (SEC-292).
 */
export function parseSmsSettings(raw: RawSmsSettings, isStrict: boolean): SmsSettings {
  const settings: Omit<SmsSettings, 'SMS_PROVIDERS'> = {
    TWILIO_API_URL: parseTwilioUrl(raw.TWILIO_API_URL ?? 'https://api.twilio.com', isStrict),
    TWILIO_ACCOUNT_SID: raw.TWILIO_ACCOUNT_SID ?? null,
    TWILIO_AUTH_TOKEN: raw.TWILIO_AUTH_TOKEN ?? null,
    TWILIO_FROM: raw.TWILIO_FROM ?? null,
    SMPP_URL: raw.SMPP_URL === undefined ? null : parseSmppUrl(raw.SMPP_URL, isStrict),
    SMPP_PASSWORD: raw.SMPP_PASSWORD ?? null,
    SMPP_FROM: raw.SMPP_FROM ?? null,
    SMPP_BIND: raw.SMPP_BIND,
    SMPP_ENCODING: raw.SMPP_ENCODING,
    SMPP_SYSTEM_TYPE: raw.SMPP_SYSTEM_TYPE ?? '',
    SMS_GATEWAY_URL: raw.SMS_GATEWAY_URL ?? null,
    SMS_GATEWAY_TEMPLATE: parseTemplate(raw.SMS_GATEWAY_TEMPLATE ?? defaultTemplate),
    SMS_GATEWAY_TOKEN: raw.SMS_GATEWAY_TOKEN ?? null,
    SMS_COUNTRIES: Object.freeze(parseCountries(raw.SMS_COUNTRIES ?? '')),
    SMS_SENDS_PER_DAY: raw.SMS_SENDS_PER_DAY,
    SMS_BRAKE_EXEMPT: Object.freeze(parseRanges(raw.SMS_BRAKE_EXEMPT ?? '')),
  }
  if (isStrict && settings.SMS_GATEWAY_URL !== null && !isSafe(settings.SMS_GATEWAY_URL, 'https:'))
    throw new ConfigurationError('set SMS_GATEWAY_URL to an https address; plain http is for this machine only')
  return { ...settings, SMS_PROVIDERS: Object.freeze(parseProviders(raw.SMS_PROVIDERS, settings)) }
}

/** What each provider cannot do without; the first is what says that it is wanted at all. */
const needs: Record<SmsProviderName, readonly (keyof SmsSettings)[]> = {
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  smpp: ['SMPP_URL', 'SMPP_FROM'],
  http: ['SMS_GATEWAY_URL'],
}

function parseProviders(text: string | undefined, settings: Omit<SmsSettings, 'SMS_PROVIDERS'>): SmsProviderName[] {
  const read = (setting: keyof SmsSettings) => (setting === 'SMS_PROVIDERS' ? null : settings[setting])
  const configured = smsProviderNames.filter((name) => needs[name].every((one) => read(one) !== null))
  if (text === undefined) {
    const half = smsProviderNames.find((name) => isHalf(name, read))
    if (half !== undefined) throw missing(half, read)
    return configured
  }
  const wanted = list(text).map((name) => {
    const known = smsProviderNames.find((one) => one === name.toLowerCase())
    if (known === undefined)
      throw new ConfigurationError(`set SMS_PROVIDERS right: ${name.slice(0, 32)} is none of twilio, smpp, http`)
    return known
  })
  if (new Set(wanted).size !== wanted.length) throw new ConfigurationError('set SMS_PROVIDERS to each provider once')
  const absent = wanted.find((name) => !configured.includes(name))
  if (absent !== undefined) throw missing(absent, read)
  return wanted
}

/** Half a setting is a mistake: it would look like a provider that answers nothing. */
function isHalf(name: SmsProviderName, read: (setting: keyof SmsSettings) => unknown): boolean {
  const [first, ...others] = needs[name]
  return first !== undefined && read(first) !== null && others.some((one) => read(one) === null)
}

function missing(name: SmsProviderName, read: (setting: keyof SmsSettings) => unknown): ConfigurationError {
  const which = needs[name].find((one) => read(one) === null)
  return new ConfigurationError(`set ${which}: text messages are to leave by ${name}`)
}

function parseTwilioUrl(text: string, isStrict: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.href !== `${url.origin}/` || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new ConfigurationError('set TWILIO_API_URL to scheme, host and port only, for example https://api.twilio.com')
  if (isStrict && !isSafe(text, 'https:')) throw new ConfigurationError('set TWILIO_API_URL to an https address')
  return url.origin
}

function parseSmppUrl(text: string, isStrict: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isSmpp = url !== null && (url.protocol === 'smpp:' || url.protocol === 'ssmpp:')
  if (!isSmpp || url.hostname === '' || url.username === '' || (url.pathname !== '' && url.pathname !== '/'))
    throw new ConfigurationError('set SMPP_URL to ssmpp://system-id@host:port')
  if (url.password !== '') throw new ConfigurationError('set SMPP_PASSWORD; SMPP_URL is without the password')
  if (isStrict && !isSafe(text, 'ssmpp:'))
    throw new ConfigurationError('set SMPP_URL to an ssmpp address; smpp is for a tunnel on this machine only')
  return text
}

/** TLS, or no further than this machine, where a tunnel may begin. */
function isSafe(text: string, protocol: 'https:' | 'ssmpp:'): boolean {
  const url = new URL(text)
  return url.protocol === protocol || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
}

function parseTemplate(template: string): string {
  if (!template.includes('{{to}}') || !template.includes('{{text}}'))
    throw new ConfigurationError('set SMS_GATEWAY_TEMPLATE to a body with {{to}} and {{text}}')
  return template
}

function parseCountries(text: string): string[] {
  const countries = list(text).map((country) => country.toUpperCase())
  if (countries.some((country) => !/^[A-Z]{2}$/.test(country)))
    throw new ConfigurationError('set SMS_COUNTRIES to two-letter country codes with commas between')
  return countries
}

/** A beginning of less than five digits would be half a country, and no range of one's own. */
function parseRanges(text: string): string[] {
  const ranges = list(text)
  if (ranges.some((range) => !/^\+[1-9]\d{4,14}$/.test(range)))
    throw new ConfigurationError(
      'set SMS_BRAKE_EXEMPT to beginnings of numbers such as +493012345, at least five digits',
    )
  return ranges.map((range) => range.slice(1))
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '')
}
