import 'server-only'
import { duration, formatDate, type MailLocale, mailTranslator, t } from '@/lib/i18n'
import { firstCharacters } from '@/lib/platform/characters'
import { env } from '@/lib/platform/env'
import { defaultMailBranding, type MailBranding } from './branding'
import { unlinked } from './links'
import { layOut, type Paragraph } from './mail-layout'
import { roughPlace } from './mask'
import { productName } from './method-names'
import type {
  CodeValues,
  Mail,
  MailLogo,
  MailTemplate,
  NoticeTemplate,
  NoticeValues,
  Template,
  TemplateValues,
} from './model'
import { defaultMailTexts, fillOwnText, type MailTexts, type Placeholder } from './own-texts'

/** For whom and in which dress a mail is written. */
export type MailSettings = {
  readonly language: MailLocale
  /** The reader's name, when it is somebody we know. */
  readonly name: string | null
  readonly branding: MailBranding
  readonly texts: MailTexts
  readonly logo: MailLogo | null
  /** Sent by an administrator to see how it looks. It says so, so that nobody can be frightened with it. */
  readonly isTest?: boolean
}

/** As it is before anybody decided anything. */
export const plainMailSettings: MailSettings = {
  language: defaultMailBranding.language,
  name: null,
  branding: defaultMailBranding,
  texts: defaultMailTexts,
  logo: null,
}

/**
 * The mail of a template, in the reader's language. The code never stands in the subject nor within the first lines, which
 * lock screens show; links lead to a page of ours and carry nothing. The HTML part loads nothing and says what the text says.
 *
 * @see SEC-063, SEC-072, SEC-221
 */
export function renderMail<Name extends MailTemplate>(
  template: Name,
  values: TemplateValues[Name],
  settings: MailSettings = plainMailSettings,
): Mail {
  return isCode(template, values)
    ? codeMail(values, settings)
    : noticeMail(template as NoticeTemplate, values as NoticeValues, settings)
}

/**
 * The text message of a code. Its last line binds the code to this site, so that browsers fill it in nowhere else.
 *
 * @see SEC-072, https://wicg.github.io/sms-one-time-codes/
 */
export function renderSms(values: CodeValues): string {
  const service = plain(env().ORGANISATION_NAME)
  const host = new URL(env().PUBLIC_ORIGIN).hostname
  const text = t(`notifications.verificationCode.sms.${values.purpose}`, { service, code: values.code })
  return `${text}\n\n@${host} #${values.code}`
}

function isCode(template: Template, values: TemplateValues[Template]): values is CodeValues {
  return template === 'verificationCode' && 'code' in values
}

function codeMail(values: CodeValues, settings: MailSettings): Mail {
  const { language } = settings
  const say = mailTranslator(language)
  const service = plain(env().ORGANISATION_NAME)
  const lifetime = duration(values.lifetimeSeconds, language)
  const paragraphs: Paragraph[] = [
    { text: say(`notifications.verificationCode.lead.${values.purpose}`, { service }) },
    { text: say('notifications.verificationCode.code', { code: values.code }), kind: 'code' },
    { text: say('notifications.verificationCode.validity', { lifetime }) },
    { text: say('notifications.verificationCode.notYou') },
  ]
  // An address that nobody has proven may be a stranger's, who learns no name from it.
  const isProven = values.purpose !== 'register'
  const reader = { ...settings, name: isProven ? settings.name : null }
  return dressed('verificationCode', say('notifications.verificationCode.subject', { service }), paragraphs, reader, {
    lifetime,
  })
}

function noticeMail(template: NoticeTemplate, values: NoticeValues, settings: MailSettings): Mail {
  const { language } = settings
  const say = mailTranslator(language)
  const service = plain(env().ORGANISATION_NAME)
  const isAboutOthers = isForOthers(template)
  const method = values.method === undefined ? say('notifications.notice.someMethod') : nameOf(values.method, language)
  const network = roughPlace(values.clientAddress)
  const deleted = (values.methods ?? []).map((name) => nameOf(name, language))
  const facts = [
    say('notifications.notice.when', { at: formatDate(new Date(values.at), 'dateTime', { locale: language }) }),
    ...(network === null ? [] : [say('notifications.notice.where', { place: network })]),
    ...(values.by === undefined ? [] : [say(`notifications.notice.by.${values.by}`, { service })]),
    ...(deleted.length === 0 ? [] : [say('notifications.notice.deleted', { methods: deleted.join(', ') })]),
  ]
  const place = isAboutOthers ? placesForOthers[template] : 'security-info'
  const link = `${env().PUBLIC_ORIGIN}/${place}`
  const account = somebody(values.account ?? (template === 'breakGlassSignedIn' ? (values.method ?? '') : ''))
  const reference = somebody(values.reference ?? '')
  const left = values.left ?? 0
  const paragraphs: Paragraph[] = [
    { text: say(`notifications.${template}.what`, { service, method, left, account, reference }) },
    { text: facts.join('\n'), kind: 'facts' },
    { text: say(isAboutOthers ? `notifications.${template}.next` : 'notifications.notice.notYou', { link }), link },
  ]
  const filled = { method, account, reference, left: String(left), numbers: method }
  return dressed(template, say(`notifications.${template}.subject`), paragraphs, settings, filled)
}

/**
 * The mail around what it has to say: a greeting, the organisation's own subject and first sentences, whom to ask, and the
 * last lines.
 */
function dressed(
  template: MailTemplate,
  productSubject: string,
  paragraphs: readonly Paragraph[],
  settings: MailSettings,
  filled: Partial<Record<Placeholder, string>>,
): Mail {
  const { language, name, branding, texts, logo, isTest } = settings
  const say = mailTranslator(language)
  const service = plain(env().ORGANISATION_NAME)
  const values = { ...nothingFilled, ...filled, organisation: service }
  const own = texts.own[template]?.[language]
  const subject = own?.subject ? plain(fillOwnText(own.subject, values), subjectLengthMax) : productSubject
  const { supportContact, footer } = branding
  const all: Paragraph[] = [
    ...(isTest ? [{ text: say('notifications.test.lead'), kind: 'test' as const }] : []),
    ...(name === null ? [] : [{ text: say('notifications.greeting', { name: somebody(name) }) }]),
    ...(own?.introduction ? [{ text: fillOwnText(own.introduction, values) }] : []),
    ...paragraphs,
    ...(supportContact === null ? [] : [{ text: say('notifications.support', { contact: supportContact }) }]),
  ]
  return layOut(isTest ? say('notifications.test.subject', { subject }) : subject, all, {
    language,
    service,
    branding,
    logo,
    closing: [say('notifications.footer', { service }), ...(footer === null ? [] : [footer])],
  })
}

/** Longer than a subject of one's own, because a placeholder may be longer than its name. */
const subjectLengthMax = 250

const nothingFilled: Readonly<Record<Placeholder, string>> = {
  ...{ organisation: '', method: '', account: '', reference: '', left: '', numbers: '', lifetime: '' },
}

/** What others wrote, on one line, and nothing that a mail program makes a link of. */
function somebody(name: string): string {
  return unlinked(plain(name))
}

/** A method by the product's word in the reader's language, or by the name that somebody gave it. */
function nameOf(method: string, language: MailLocale): string {
  const name = plain(method)
  return productName(name, language) ?? somebody(name)
}

/** Notices that are not about the reader's own account lead into the admin area. */
const placesForOthers = {
  textMessagesStopped: 'admin/message-delivery',
  breakGlassSignedIn: 'admin/sign-in-log',
  administratorPasswordReset: 'admin/users',
  helpAsked: 'admin/password-resets',
} as const

/** Whether a notice is about the organisation or another account, and not about that of who reads it. */
export function isForOthers(template: NoticeTemplate): template is keyof typeof placesForOthers {
  return template in placesForOthers
}

/** One line without controls, at most `lengthMax` characters: what somebody typed cannot look like another message. */
export function plain(text: string, lengthMax = 100): string {
  return firstCharacters(text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim(), lengthMax)
}
