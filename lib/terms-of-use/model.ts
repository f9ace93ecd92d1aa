/**
 * Terms of use: a text that policies may ask people to accept, and who accepted which text when.
 *
 * This room knows what a text is, what an acceptance is still worth, and the rows of both. Who may write them is for
 * `conditional-access`, who may accept them now for `sign-in`. Its invariant: a text is never changed once somebody could
 * have accepted it. A change is a new text with the next number, and acceptances name the number they are about.
 *
 * @see `30` §5, `60` limit 62
 */
import { z } from 'zod'
import { limits } from '@/lib/limits'

const { displayNameLengthMax, termsOfUse } = limits

/** A tag of BCP 47 as far as texts need one: language, script, region. */
const languageTag = z
  .string()
  .trim()
  .regex(/^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?$/i, 'terms.invalid_language')
  .transform((tag) => {
    const [language = '', ...rest] = tag.split('-')
    const cased = rest.map((part) =>
      part.length === 4 ? part.charAt(0).toUpperCase() + part.slice(1).toLowerCase() : part.toUpperCase(),
    )
    return [language.toLowerCase(), ...cased].join('-')
  })

const languageTextSchema = z.strictObject({
  language: languageTag,
  text: z
    .string()
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .refine((text) => text !== '', 'terms.text_missing'),
})

/** One text in all its languages; the first is shown to whoever reads none of them. */
export const languageTextsSchema = z
  .array(languageTextSchema)
  .min(1, 'terms.text_missing')
  .max(termsOfUse.languagesMax, 'terms.too_long')
  .refine(
    (texts) => texts.reduce((sum, { text }) => sum + text.length, 0) <= termsOfUse.textsLengthMax,
    'terms.too_long',
  )
  .refine((texts) => new Set(texts.map(({ language }) => language)).size === texts.length, 'terms.language_twice')
export type LanguageText = z.output<typeof languageTextSchema>

export const termsInputSchema = z.strictObject({
  displayName: z.string().trim().min(1, 'terms.name_missing').max(displayNameLengthMax, 'terms.name_missing'),
  languages: languageTextsSchema,
  /** Whether who accepted the present text is asked again when it changes; a change of this form included. */
  asksAgainOnChange: z.boolean(),
  asksAgainDays: z.number().int().min(1, 'terms.invalid_days').max(termsOfUse.daysMax, 'terms.invalid_days').nullable(),
})
export type TermsInput = z.output<typeof termsInputSchema>

export type TermsOfUse = {
  readonly id: string
  readonly displayName: string
  readonly textVersion: number
  readonly acceptedFromVersion: number
  readonly asksAgainOnChange: boolean
  readonly asksAgainDays: number | null
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date | null
  readonly retiredAt: Date | null
}

/** One text, in all its languages. */
export type TermsText = { readonly languages: readonly LanguageText[]; readonly createdAt: Date }

/** As a person meets it: terms that are asked for here, and that person's newest acceptance. */
export type TermsForPerson = {
  readonly id: string
  readonly acceptedFromVersion: number
  readonly asksAgainDays: number | null
  readonly accepted: { readonly textVersion: number; readonly at: Date } | null
}

/** One acceptance, for whoever looks back. */
export type Acceptance = {
  readonly id: string
  readonly termsId: string
  readonly textVersion: number
  readonly language: string
  readonly acceptedAt: Date
}

export const failureCodes = [
  'terms.name_missing',
  'terms.text_missing',
  'terms.too_long',
  'terms.invalid_language',
  'terms.language_twice',
  'terms.invalid_days',
  'terms.too_many',
  'terms.in_use',
  'terms.retired',
  'terms.changed_meanwhile',
  'terms.not_asked',
] as const
export type TermsFailureCode = (typeof failureCodes)[number]
