/**
 * Texts for people: a key and its values become a sentence in the reader's language.
 *
 * Messages are ICU: `{name}` placeholders and plurals, whole sentences only. Keys are typed, so a misspelt key or a
 * forgotten value does not compile. Client leaves never import this room; they receive finished sentences as props,
 * which keeps the message parser out of the browser.
 */
import { IntlMessageFormat } from 'intl-messageformat'
import type { MethodKind } from '../authentication-methods/model'
import type { Failure } from '../result'
import { defaultLocale, type Locale, type MailLocale } from './locale'
import { mailMessages as deMail } from './messages/de/mail'
import { messages as en } from './messages/en/index'

export type Messages = typeof en
export type MessageKey = keyof Messages
export type MessageValue = string | number | Date
export type MessageValues = Readonly<Record<string, MessageValue>>

/** The names in the braces of a message; a message with plurals or choices has branches, so its names stay unchecked. */
type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare},${string}` ? Bare : Name) | Placeholders<Rest>
  : never

type Arguments<Text extends string> = Text extends `${string}, plural,${string}` | `${string}, select,${string}`
  ? [values: MessageValues]
  : [Placeholders<Text>] extends [never]
    ? [values?: MessageValues]
    : [values: MessageValues & { readonly [Name in Placeholders<Text>]: MessageValue }]

export type Translate = <Key extends MessageKey>(key: Key, ...values: Arguments<Messages[Key]>) => string

const catalogues: Readonly<Record<Locale, Readonly<Record<MessageKey, string>>>> = { en }
const translators = new Map<Locale, Translate>()

/** The `t` of one language. Messages are parsed once per process and kept. */
export function translator(locale: Locale): Translate {
  const known = translators.get(locale)
  if (known) return known
  const translate = translatorOf(catalogues[locale], locale)
  translators.set(locale, translate)
  return translate
}

/** Methods by the names that the product gives them; a name that a person gave is said as it is. */
type MethodNameKey =
  | `securityInfo.method.${MethodKind}`
  | 'securityInfo.recoveryCodes.set'
  | 'securityInfo.questions.set'
type SpokenKey = `notifications.call.${string}` | `notifications.verificationCode.sms.${string}`

/** Everything that a mail may say; text messages and calls are not mails. */
export type MailKey =
  | Exclude<Extract<MessageKey, `notifications.${string}`>, SpokenKey>
  | Extract<MessageKey, `ui.duration.${string}`>
  | MethodNameKey
export type MailMessages = Readonly<Record<MailKey, string>>
export type MailTranslate = <Key extends MailKey>(key: Key, ...values: Arguments<Messages[Key]>) => string

const mailCatalogues: Readonly<Record<MailLocale, MailMessages>> = { en, de: deMail }
const mailTranslators = new Map<MailLocale, MailTranslate>()

/** The `t` of mails in one language: it knows the texts of mails and no others. */
export function mailTranslator(locale: MailLocale): MailTranslate {
  const known = mailTranslators.get(locale)
  if (known) return known
  const translate = translatorOf(mailCatalogues[locale], locale)
  mailTranslators.set(locale, translate)
  return translate
}

function translatorOf(catalogue: Readonly<Record<string, string>>, locale: string): Translate {
  const parsed = new Map<string, IntlMessageFormat>()
  const translate: Translate = (key, ...[values]) => {
    const text = catalogue[key]
    if (text === undefined) throw new Error(`no text for ${key} in ${locale}`)
    // Most messages are plain: the parser is asked only where it has something to do.
    if (!/[{'<]/.test(text)) return text
    let message = parsed.get(key)
    if (!message) {
      message = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true })
      parsed.set(key, message)
    }
    return String(message.format(values))
  }
  return translate
}

/** The sentence for a key, in the default language. Throws when a placeholder got no value. */
export const t: Translate = translator(defaultLocale)

/** Whether a sentence exists; for keys made at run time from stable words such as a failure's code. */
export function hasMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key)
}

/**
 * The sentence for a refusal: what happened and what to do next. The failure's details are its values, and `{wait}` is
 * the time left in words (SEC-323). A code without a sentence gives a general one: a refusal never becomes a crash.
 */
export function failureMessage(failure: Failure, locale: Locale = defaultLocale): string {
  const translate = translator(locale) as (key: MessageKey, values?: MessageValues) => string
  const wait = failure.retryAfterSeconds === undefined ? undefined : duration(failure.retryAfterSeconds, locale)
  const values: Record<string, MessageValue> = { wait: wait ?? translate('ui.wait.unknown') }
  for (const [name, value] of Object.entries(failure.details ?? {})) {
    if (value !== null) values[name] = typeof value === 'boolean' ? String(value) : value
  }
  const key = `failure.${failure.code}`
  try {
    return translate(hasMessage(key) ? key : 'failure.service.unexpected', values)
  } catch {
    return translate('failure.service.unexpected')
  }
}

/** A length of time in words, rounded up to the unit a person would wait by: `45 seconds`, `2 minutes`, `1 hour`. */
export function duration(seconds: number, locale: MailLocale = defaultLocale): string {
  const translate = mailTranslator(locale)
  const whole = Math.max(1, Math.ceil(seconds))
  if (whole < 90) return translate('ui.duration.seconds', { count: whole })
  if (whole < 90 * 60) return translate('ui.duration.minutes', { count: Math.ceil(whole / 60) })
  if (whole < 36 * 3600) return translate('ui.duration.hours', { count: Math.ceil(whole / 3600) })
  return translate('ui.duration.days', { count: Math.ceil(whole / 86_400) })
}

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** A day or an instant as people write it, with its zone when the time is shown (`22 Nov 2026, 18:04 UTC`). */
export function formatDate(
  at: Date,
  style: 'date' | 'dateTime' = 'dateTime',
  { timeZone = 'UTC', locale = defaultLocale }: { timeZone?: string; locale?: MailLocale } = {},
): string {
  const key = `${locale} ${style} ${timeZone}`
  let format = dateFormats.get(key)
  if (!format) {
    const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone } as const
    const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short', hourCycle: 'h23' } as const
    // British English: day before month reads the same everywhere, 11/12 does not.
    format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, style === 'date' ? day : { ...day, ...time })
    dateFormats.set(key, format)
  }
  return format.format(at)
}
