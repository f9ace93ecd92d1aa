import { z } from 'zod'
import { limits } from '@/lib/limits'

/** The fields of the form: the text for everybody, then so many other languages. */
export const otherLanguages = Array.from({ length: limits.termsOfUse.languagesMax - 1 }, (_, place) => place + 1)

const short = z.string().max(1024).default('')
const long = z
  .string()
  .max(limits.termsOfUse.textsLengthMax * 2)
  .default('')
const numbered = <Schema extends z.ZodType>(name: string, schema: Schema) =>
  Object.fromEntries([0, ...otherLanguages].map((place) => [`${name}${place}`, schema]))

export const termsFieldsSchema = z.strictObject({
  version: z.string().max(16).default(''),
  acknowledged: short,
  displayName: short,
  asksAgainOnChange: short,
  asksAgainDays: short,
  ...(numbered('language', short) as Record<`language${number}`, typeof short>),
  ...(numbered('text', long) as Record<`text${number}`, typeof long>),
})
type TermsFields = z.output<typeof termsFieldsSchema>

/** What the room reads. A language whose text was emptied is left out, and so is a line that nobody filled in. */
export function termsOfFields(fields: TermsFields) {
  const value = (name: string) => String((fields as Record<string, unknown>)[name] ?? '')
  const languages = [0, ...otherLanguages]
    .map((place) => ({ place, language: value(`language${place}`), text: value(`text${place}`) }))
    .filter(({ place, text }) => place === 0 || text.trim() !== '')
  const days = fields.asksAgainDays.trim()
  return {
    places: languages.map(({ place }) => place),
    input: {
      displayName: fields.displayName,
      languages: languages.map(({ language, text }) => ({ language, text })),
      asksAgainOnChange: fields.asksAgainOnChange === 'on',
      // What is no number stays none, and the room says so.
      asksAgainDays: days === '' ? null : /^\d{1,4}$/.test(days) ? Number(days) : 0,
    },
  }
}

/** The form's field that a refusal's member belongs to: `languages.2.text` is the third line that was filled in. */
export function fieldOfTerms(member: string | undefined, places: readonly number[]): string | undefined {
  const [list, index, part] = member?.split('.') ?? []
  if (list !== 'languages') return member
  return index === undefined ? 'text0' : `${part ?? 'text'}${places[Number(index)] ?? 0}`
}
