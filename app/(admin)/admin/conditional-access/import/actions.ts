'use server'

import { z } from 'zod'
import { address } from '@/components/admin/query'
import type { FormAnswer } from '@/components/ui/form-answer'
import { discardImport, importDraft, saveChoices } from '@/lib/policy-files/commands'
import { boundText, formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { pageAfter, planFieldsSchema, readChoices, typedValues } from './choices'

const door = { who: ['full'], right: 'conditionalAccess.update' } as const
const list = '/admin/conditional-access/import'

/**
 * Keeps what was chosen in the draft `id` and shows what that would do; imports only where the form changed nothing of what the page
 * had said, so that nobody imports what they have not seen.
 */
export async function planAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const answer = await formAction({
    ...door,
    name: 'policyFiles.plan',
    schema: planFieldsSchema,
    run: async (visit, fields) => {
      const importId = boundText(id)
      const read = await readChoices(importId, fields, visit.at)
      if (!read.ok) return read
      const { choices, isSamePlan, version } = read.value
      const saved = await saveChoices(visit, importId, { version, choices })
      if (!saved.ok) return saved
      if (fields.intent !== 'import') return ok({ go: pageAfter(importId, fields) })
      if (!isSamePlan) return ok({ go: `${list}/${importId}?saved=look` })
      const made = await importDraft(visit, importId, { version: version + 1, expected: fields.expected })
      if (made.ok) return ok({ go: `${list}/${importId}` })
      // The draft has a new version now, so the page is loaded anew and says why.
      const { code, details } = made.failure
      return ok({
        go: address(`${list}/${importId}`, { refused: code, count: details && String(details.count ?? '') }),
      })
    },
  })(previous, data)
  return { ...answer, values: answer.errors.length > 0 && data instanceof FormData ? typedValues(data) : {} }
}

/** Throws the draft `id` away. */
export async function discardAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'policyFiles.discard',
    schema: z.strictObject({}),
    run: async (visit) => {
      const gone = await discardImport(visit, boundText(id))
      return gone.ok ? ok({ go: `${list}?done=discarded` }) : gone
    },
  })(previous, data)
}
