import 'server-only'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import {
  type LanguageText,
  type TermsFailureCode,
  type TermsInput,
  type TermsOfUse,
  termsInputSchema,
} from '@/lib/terms-of-use/model'
import {
  findTerms,
  findText,
  insertTerms,
  listLiveTerms,
  markTermsRetired,
  replaceTerms,
} from '@/lib/terms-of-use/store'
import type { ConditionalAccessFailureCode } from '../model'
import { usedBy } from '../references'
import { loadDecisionRows } from '../store'
import { type Asking, change } from './change'

type Code = ConditionalAccessFailureCode | TermsFailureCode
type Saved = Result<TermsOfUse, Code>
const right = 'conditionalAccess.update'

/** Makes terms of use with their first text. Fails as `termsInputSchema` says, and with `terms.too_many`. */
export function createTerms(asking: Asking, input: unknown): Promise<Saved> {
  return change<TermsOfUse, Code>(asking, { activity: 'termsCreated', right, target: 'termsOfUse' }, async (the) => {
    const read = readTerms(input)
    if (!read.ok) return read
    if ((await listLiveTerms(the.tx)).length >= limits.termsOfUse.max) return fail('refused', 'terms.too_many')
    const terms = await insertTerms(the.tx, read.value, the.at)
    await the.log(terms, null, told(terms, read.value))
    return ok(terms)
  })
}

/**
 * Changes terms of use. Another text, in whichever language, becomes the next version, and the one before stays as it
 * was accepted. `version` is the one the form showed; another one fails with `conditionalAccess.changed_meanwhile`.
 */
export function updateTerms(asking: Asking, id: string, input: unknown, version: number): Promise<Saved> {
  return change<TermsOfUse, Code>(asking, { activity: 'termsEdited', right, target: 'termsOfUse', id }, async (the) => {
    const read = readTerms(input)
    if (!read.ok) return read
    const before = await findTerms(the.tx, id)
    if (!before) return fail('refused', 'conditionalAccess.not_found')
    if (before.retiredAt) return fail('refused', 'terms.retired')
    if (before.version !== version) return fail('refused', 'conditionalAccess.changed_meanwhile')
    const present = (await findText(the.tx, id, before.textVersion))?.languages ?? []
    const isNewText = JSON.stringify(present.map(pair)) !== JSON.stringify(read.value.languages.map(pair))
    const terms = await replaceTerms(the.tx, before, read.value, { isNewText, at: the.at })
    await the.log(terms, told(before, { languages: present }), told(terms, read.value))
    return ok(terms)
  })
}

/**
 * Retires terms of use: no policy can ask for them any more, and what people accepted stays. Fails with `terms.in_use`
 * while a policy names them, whatever its state.
 */
export function retireTerms(asking: Asking, id: string, version: number): Promise<Result<undefined, Code>> {
  return change<undefined, Code>(asking, { activity: 'termsRetired', right, target: 'termsOfUse', id }, async (the) => {
    const before = await findTerms(the.tx, id)
    if (!before) return fail('refused', 'conditionalAccess.not_found')
    if (before.retiredAt) return fail('refused', 'terms.retired')
    if (before.version !== version) return fail('refused', 'conditionalAccess.changed_meanwhile')
    const users = usedBy((await loadDecisionRows(the.tx)).policies, id)
    if (users.length > 0) {
      const details = { policies: users.map((policy) => policy.displayName).join(', '), count: users.length }
      return fail('refused', 'terms.in_use', { details })
    }
    const present = (await findText(the.tx, id, before.textVersion))?.languages ?? []
    await markTermsRetired(the.tx, id, the.at)
    const terms = told(before, { languages: present })
    await the.log(before, { ...terms, isRetired: false }, { ...terms, isRetired: true })
    return ok()
  })
}

function readTerms(input: unknown): Result<TermsInput, TermsFailureCode> {
  const parsed = termsInputSchema.safeParse(input)
  if (parsed.success) return ok(parsed.data)
  const issue = parsed.error.issues[0]
  const code = issue?.message.startsWith('terms.') ? (issue.message as TermsFailureCode) : 'terms.text_missing'
  return fail('invalid', code, { field: issue?.path.map(String).join('.') })
}

function pair({ language, text }: { language: string; text: string }) {
  return [language, text]
}

/** For the trail: which text in which languages, not the text itself, which its own row keeps. */
function told(terms: TermsOfUse, { languages }: { readonly languages: readonly LanguageText[] }) {
  const { displayName, textVersion, acceptedFromVersion, asksAgainOnChange, asksAgainDays } = terms
  return {
    ...{ displayName, textVersion, acceptedFromVersion, asksAgainOnChange, asksAgainDays },
    languages: languages.map(({ language }) => language),
  }
}
