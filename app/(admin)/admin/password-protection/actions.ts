'use server'

import type { FormAnswer } from '@/components/ui/form-answer'
import { t } from '@/lib/i18n'
import { readPasswordProtection } from '@/lib/password/store'
import { reachOfProtection, updatePasswordProtection } from '@/lib/password-change/protection'
import { db } from '@/lib/platform/db'
import { sha256 } from '@/lib/platform/hash'
import { formAction, staleProof } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { readVersion } from '../proposal'
import { typedValues } from '../typed-values'
import { protectionFields, protectionOf } from './fields'
import { bounds, changesInWords, linesInWords, reachInWords } from './words'

const page = '/admin/password-protection'

/**
 * Shows what the rules in the form would change, and saves them once exactly that was shown. A list of a thousand words is
 * too long for an address, so both happen in the form.
 */
export async function changeProtection(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: { errors?: FormAnswer['errors']; shown?: FormAnswer['values'] } = {}
  const answer = await formAction({
    name: 'passwordProtection.update',
    who: ['full'],
    right: 'passwordProtection.update',
    schema: protectionFields,
    run: async (visit, fields) => {
      const asked = protectionOf(fields)
      if (!asked.ok) {
        again.errors = [
          ...asked.numbers.map((field) => ({ field, message: t('passwordProtection.lengthMin.bad', bounds[field]) })),
          ...linesInWords(asked.lines).map((message) => ({ field: 'blockedWords', message })),
        ]
        return fail('invalid', 'policyChanges.invalid')
      }
      const print = Buffer.from(sha256(JSON.stringify([fields.version, asked.policy]))).toString('base64url')
      if (fields.intent === 'save' && fields.previewed === print) {
        // What was filled in would be lost on the way to a proof and back.
        if (staleProof(visit, page)) return fail('refused', 'policyChanges.fresh_elsewhere')
        const saved = await updatePasswordProtection(visit, asked.policy, readVersion(fields.version))
        return saved.ok ? ok({ go: `${page}?saved=yes` }) : saved
      }
      const { document } = await readPasswordProtection(db())
      const changes = changesInWords(document, asked.policy)
      const reach = changes.length === 0 ? [] : reachInWords(await reachOfProtection(db()), document, asked.policy)
      again.shown = { previewed: print, changes, reach }
      return ok({})
    },
  })(previous, data)
  const typed = typedValues(data, Object.keys(protectionFields.shape), [])
  return { ...answer, errors: again.errors ?? answer.errors, values: { ...typed, previewed: '', ...again.shown } }
}
