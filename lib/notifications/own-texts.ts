import { z } from 'zod'
import { type MailLocale, mailLocales } from '@/lib/i18n/locale'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import { foreignLink } from './links'
import { type MailFailureCode, type MailTemplate, mailTemplates, type NoticeTemplate, noticeTemplates } from './model'

/**
 * What an organisation adds to the product's texts: a subject, and sentences that come first. They add and never replace,
 * so every notice goes on saying what happened, when, roughly where, and how to object (SEC-221).
 */
const ownTextSchema = z.strictObject({
  subject: z.string().min(1).max(limits.mail.subjectLengthMax).nullable(),
  introduction: z.string().min(1).max(limits.mail.introductionLengthMax).nullable(),
})
export const mailTextsSchema = z.strictObject({
  /** Notices that the organisation does not send. */
  off: z.array(z.enum(noticeTemplates)),
  own: z.partialRecord(z.enum(mailTemplates), z.partialRecord(z.enum(mailLocales), ownTextSchema)),
})
export type OwnText = z.infer<typeof ownTextSchema>
export type MailTexts = z.infer<typeof mailTextsSchema>

export const defaultMailTexts: MailTexts = { off: [], own: {} }

/** Whether a page about password reset decides about these, and not a switch beside their text. `40` §10 */
const decidedElsewhere: readonly MailTemplate[] = ['passwordReset', 'accountUnlocked', 'administratorPasswordReset']

/** Whether the organisation may switch a mail off beside its text. A code is asked for by whoever waits for it. SEC-222 */
export function isSwitchable(template: MailTemplate): template is NoticeTemplate {
  return template !== 'verificationCode' && !decidedElsewhere.includes(template)
}

export function isDecidedByPasswordReset(template: MailTemplate): boolean {
  return decidedElsewhere.includes(template)
}

export const placeholders = ['organisation', 'method', 'account', 'reference', 'left', 'numbers', 'lifetime'] as const
export type Placeholder = (typeof placeholders)[number]

/** What a mail knows beside the organisation's name. A code is in none: it stands neither in a subject nor near the beginning. */
const known: Partial<Record<MailTemplate, readonly Placeholder[]>> = {
  verificationCode: ['lifetime'],
  methodAdded: ['method'],
  methodChanged: ['method'],
  methodRemoved: ['method'],
  defaultMethodChanged: ['method'],
  passkeySuspect: ['method'],
  recoveryCodeUsed: ['left'],
  textMessagesStopped: ['numbers'],
  breakGlassSignedIn: ['account'],
  administratorPasswordReset: ['account'],
  helpAsked: ['account', 'reference'],
}

/** The placeholders that texts for this mail may name, in braces. */
export function placeholdersOf(template: MailTemplate): readonly Placeholder[] {
  return ['organisation', ...(known[template] ?? [])]
}

/**
 * The texts that were filled in for one mail in one language; empty ones are the product's. Refused, at `subject` or
 * `introduction`: a placeholder that this mail does not know, a brace alone, a link that leads elsewhere than to `origin`.
 */
export function ownTextFrom(
  template: MailTemplate,
  input: { readonly subject: string; readonly introduction: string },
  origin: string,
): Result<OwnText | null, MailFailureCode> {
  const lengths = { subject: limits.mail.subjectLengthMax, introduction: limits.mail.introductionLengthMax }
  const texts = { subject: input.subject.trim(), introduction: input.introduction.trim().replaceAll('\r\n', '\n') }
  for (const field of ['subject', 'introduction'] as const) {
    const text = texts[field]
    if (text.length > lengths[field])
      return fail('invalid', 'mail.text_too_long', { field, details: { max: lengths[field] } })
    if (/[\p{Cc}\u2028\u2029]/u.test(field === 'subject' ? text : text.replaceAll('\n', '')))
      return fail('invalid', 'mail.text_malformed', { field })
    const unknown = unknownPlaceholder(text, placeholdersOf(template))
    if (unknown !== null) {
      const allowed = placeholdersOf(template).map((name) => `{${name}}`)
      return fail('invalid', 'mail.placeholder_unknown', {
        field,
        details: { placeholder: unknown, allowed: allowed.join(', ') },
      })
    }
    const link = foreignLink(text, origin)
    if (link !== null) return fail('invalid', 'mail.foreign_link', { field, details: { link } })
  }
  if (texts.subject === '' && texts.introduction === '') return ok(null)
  return ok({ subject: texts.subject || null, introduction: texts.introduction || null })
}

/** The first thing in braces that is not allowed, or a brace that stands alone. */
function unknownPlaceholder(text: string, allowed: readonly Placeholder[]): string | null {
  for (const [whole, name] of text.matchAll(/\{([^{}]*)\}|[{}]/g))
    if (!allowed.some((one) => one === name)) return whole
  return null
}

/** The text with its placeholders filled. What a value says is never read again. */
export function fillOwnText(text: string, values: Readonly<Record<Placeholder, string>>): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => {
    const placeholder = placeholders.find((one) => one === name)
    return placeholder === undefined ? whole : values[placeholder]
  })
}

/** The texts with those of one mail in one language put in place of what stood there. */
export function withOwnText(
  texts: MailTexts,
  template: MailTemplate,
  language: MailLocale,
  text: OwnText | null,
): MailTexts {
  const { [language]: _, ...others } = texts.own[template] ?? {}
  const languages = text === null ? others : { ...others, [language]: text }
  const { [template]: __, ...rest } = texts.own
  return { ...texts, own: Object.keys(languages).length === 0 ? rest : { ...rest, [template]: languages } }
}

/** The texts with one notice switched on or off. */
export function withSwitch(texts: MailTexts, template: NoticeTemplate, isOn: boolean): MailTexts {
  const others = texts.off.filter((one) => one !== template)
  return { ...texts, off: isOn ? others : [...others, template].sort() }
}
