import { z } from 'zod'
import { mailLocales } from '@/lib/i18n'
import type { MailTextInput } from '@/lib/policy-changes/mail'

/** The fields of the two forms, as browsers send them; what they mean is judged by the rules. */
const common = { intent: z.enum(['preview', 'save']), version: z.string().max(16).default('') }
const text = z.string().max(4096).default('')

export const brandingFieldsSchema = z.strictObject({
  ...common,
  accent: z.string().max(32).default(''),
  supportContact: text,
  footer: text,
  language: z.enum(mailLocales),
})

export const textFieldsSchema = z.strictObject({
  ...common,
  language: z.enum(mailLocales),
  /** A box that is not ticked sends nothing; one that is not there at all means that nobody may switch the mail off. */
  hasSwitch: z.enum(['yes', 'no']),
  isOn: z.string().max(8).default(''),
  'subject-en': text,
  'introduction-en': text,
  'subject-de': text,
  'introduction-de': text,
} satisfies Record<string, z.ZodType> &
  Record<`${'subject' | 'introduction'}-${(typeof mailLocales)[number]}`, z.ZodType>)

export function textInputOf(fields: z.output<typeof textFieldsSchema>): MailTextInput {
  return {
    isOn: fields.hasSwitch === 'no' || fields.isOn !== '',
    texts: {
      en: { subject: fields['subject-en'], introduction: fields['introduction-en'] },
      de: { subject: fields['subject-de'], introduction: fields['introduction-de'] },
    },
  }
}

/** A change of the texts that travels in an address. */
const ownInputSchema = z.strictObject({ subject: z.string().max(4096), introduction: z.string().max(4096) })
export const textChangeSchema = z.strictObject({
  isOn: z.boolean(),
  texts: z.strictObject({ en: ownInputSchema, de: ownInputSchema }),
})
