import { z } from 'zod'
import { type MailLocale, mailLocales } from '@/lib/i18n/locale'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import { foreignLink } from './links'
import type { MailFailureCode } from './model'

/**
 * How the organisation's mails look: a colour, whom to ask, a last line, and the language for those who chose none. The name
 * is the operator's setting, because text messages, calls and apps say it too; the logo is a row of its own.
 */
export const mailBrandingSchema = z.strictObject({
  /** `#rrggbb`, lower case. White text stands on it, and links have it: it meets WCAG AA against white. */
  accent: z.string().regex(/^#[0-9a-f]{6}$/),
  /** Whom to ask: a mailbox, a telephone number, a room. */
  supportContact: z.string().min(1).max(limits.mail.supportLengthMax).nullable(),
  footer: z.string().min(1).max(limits.mail.footerLengthMax).nullable(),
  language: z.enum(mailLocales),
})
export type MailBranding = z.infer<typeof mailBrandingSchema>

export const defaultMailBranding: MailBranding = {
  accent: '#0a5a72',
  supportContact: null,
  footer: null,
  language: 'en',
}

export type BrandingInput = {
  readonly accent: string
  readonly supportContact: string
  readonly footer: string
  readonly language: MailLocale
}

/**
 * The branding that was filled in, or the first thing that is wrong with it, at its field. `origin` is the only place that
 * links may lead to.
 */
export function brandingFrom(input: BrandingInput, origin: string): Result<MailBranding, MailFailureCode> {
  const accent = input.accent.trim().toLowerCase()
  if (!/^#[0-9a-f]{6}$/.test(accent)) return fail('invalid', 'mail.colour_malformed', { field: 'accent' })
  const contrast = contrastOf(accent, white)
  if (contrast < limits.mail.contrastMin)
    return fail('invalid', 'mail.colour_too_light', {
      field: 'accent',
      // Rounded down: 4.49 must not read as the 4.5 that is asked for.
      details: { contrast: (Math.floor(contrast * 10) / 10).toFixed(1), darker: darkened(accent) },
    })
  const texts = { supportContact: input.supportContact.trim(), footer: input.footer.trim() }
  const lengths = { supportContact: limits.mail.supportLengthMax, footer: limits.mail.footerLengthMax }
  for (const field of ['supportContact', 'footer'] as const) {
    const text = texts[field]
    if (text.length > lengths[field])
      return fail('invalid', 'mail.text_too_long', { field, details: { max: lengths[field] } })
    if (/[\p{Cc}\u2028\u2029]/u.test(field === 'footer' ? text.replaceAll(/\r?\n/g, '') : text))
      return fail('invalid', 'mail.text_malformed', { field })
    const link = foreignLink(text, origin)
    if (link !== null) return fail('invalid', 'mail.foreign_link', { field, details: { link } })
  }
  return ok({
    accent,
    supportContact: texts.supportContact || null,
    footer: texts.footer.replaceAll('\r\n', '\n') || null,
    language: input.language,
  })
}

export const white = '#ffffff'
/** The sheet of a mail in dark mode. */
export const darkSheet = '#1b1f24'

/** The contrast of two colours, 1 to 21. @see WCAG 2.2, contrast ratio and relative luminance */
export function contrastOf(left: string, right: string): number {
  const [light = 0, dark = 0] = [luminance(left), luminance(right)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** The colour, mixed with white until it can be read on the dark sheet. */
export function onDark(colour: string): string {
  return mixedUntil(colour, 255, (mixed) => contrastOf(mixed, darkSheet) >= limits.mail.contrastMin)
}

/** The colour, mixed with black until white can be read on it. */
export function darkened(colour: string): string {
  return mixedUntil(colour, 0, (mixed) => contrastOf(mixed, white) >= limits.mail.contrastMin)
}

function mixedUntil(colour: string, towards: number, isEnough: (mixed: string) => boolean): string {
  for (let share = 0; share < 100; share += 2) {
    const mixed = channels(colour).map((value) => Math.round(value + ((towards - value) * share) / 100))
    const text = `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
    if (isEnough(text)) return text
  }
  return towards === 255 ? white : '#000000'
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}
