import { z } from 'zod'
import { limits } from '@/lib/limits'
import { passwordProfiles } from '@/lib/password/model'
import { type PasswordProtection, passwordProtectionSchema } from '@/lib/password/policy-model'
import { type LineRefusal, readBlockedWords } from '@/lib/password/read-blocked-words'
import { wholeNumber } from '../authentication-methods/fields'

export const protectionFields = z.strictObject({
  version: z.string().max(16),
  profile: z.enum(passwordProfiles),
  lengthMin: z.string().max(16),
  isBlockedWordsOn: z.string().max(8).default(''),
  // A thousand words, and as much again for what is pasted by mistake.
  blockedWords: z.string().max(limits.password.blockedWordsMax * limits.password.blockedWordLengthMax * 4),
  lockoutThreshold: z.string().max(16),
  lockoutSeconds: z.string().max(16),
  intent: z.enum(['preview', 'save']).default('preview'),
  /** What the page showed before; anything else is shown first. */
  previewed: z.string().max(64).default(''),
})
export type ProtectionFields = z.output<typeof protectionFields>

export type NumberField = 'lengthMin' | 'lockoutThreshold' | 'lockoutSeconds'

/** The rules that the form asks for, or which figures and lines are wrong. */
export function protectionOf(
  fields: ProtectionFields,
):
  | { readonly ok: true; readonly policy: PasswordProtection }
  | { readonly ok: false; readonly numbers: readonly NumberField[]; readonly lines: readonly LineRefusal[] } {
  const read = readBlockedWords(fields.blockedWords)
  const given = {
    profile: fields.profile,
    lengthMin: wholeNumber(fields.lengthMin),
    isBlockedWordsOn: fields.isBlockedWordsOn === 'on',
    blockedWords: read.ok ? read.words : [],
    lockoutThreshold: wholeNumber(fields.lockoutThreshold),
    lockoutSeconds: wholeNumber(fields.lockoutSeconds),
  }
  const parsed = passwordProtectionSchema.safeParse(given)
  if (parsed.success && read.ok) return { ok: true, policy: parsed.data }
  const wrong = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]))
  const numbers = (['lengthMin', 'lockoutThreshold', 'lockoutSeconds'] as const).filter((name) => wrong.has(name))
  return { ok: false, numbers, lines: read.ok ? [] : read.refusals }
}
