'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { createStrength, deleteStrength, updateStrength } from '@/lib/conditional-access/commands'
import { t } from '@/lib/i18n'
import { boundText, formAction, staleProof } from '@/lib/request/action'
import { type Failure, ok } from '@/lib/result'
import { readVersion } from '../proposal'
import { typedValues } from '../typed-values'

const door = { who: ['full'], right: 'conditionalAccess.update' } as const
const list = '/admin/authentication-strengths'

const strengthFieldsSchema = z.strictObject({
  version: z.string().max(16).default(''),
  displayName: z.string().max(1024).default(''),
  description: z.string().max(1024).default(''),
  allowedCombinations: z.array(z.string().max(128)).max(64).default([]),
  confirmation: z.string().max(1024).default(''),
  acknowledged: z.string().max(1024).default(''),
})
type StrengthFields = z.output<typeof strengthFieldsSchema>
type Heard = { failure?: Failure }

/** Creates a custom strength. */
export async function createStrengthAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'strength.create',
    schema: strengthFieldsSchema,
    run: async (visit, fields) => {
      const made = await createStrength(visit, strengthOf(fields))
      if (made.ok) return ok({ go: `${list}/${made.value.id}?saved=created` })
      heard.failure = made.failure
      return made
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Replaces the strength `id`, under the version that the form showed. */
export async function updateStrengthAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'strength.update',
    schema: strengthFieldsSchema,
    run: async (visit, fields) => {
      const { confirmation, version } = fields
      const saved = await updateStrength(visit, boundText(id), strengthOf(fields), confirmation, readVersion(version))
      if (saved.ok) return ok({ go: `${list}/${saved.value.id}?saved=updated` })
      heard.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Deletes the strength `id`, under the version that the page showed. */
export async function deleteStrengthAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'strength.delete',
    schema: z.strictObject({ version: z.string().max(16).default('') }),
    run: async (visit, { version }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}`)
      if (stale) return stale
      const gone = await deleteStrength(visit, boundText(id), { version: readVersion(version) })
      if (gone.ok) return ok({ go: `${list}?saved=deleted` })
      heard.failure = gone.failure
      return gone
    },
  })(previous, data)
  return explained(answer, data, heard)
}

function strengthOf({ displayName, description, allowedCombinations }: StrengthFields) {
  return { displayName, description, allowedCombinations }
}

/** The answer in the words that help, with everything typed still in it. */
function explained(answer: FormAnswer, data: FormData, { failure }: Heard): FormAnswer {
  const version = data instanceof FormData ? data.get('version') : null
  return {
    ...answer,
    values: {
      ...typedValues(data, Object.keys(strengthFieldsSchema.shape), ['allowedCombinations']),
      ...(typeof version === 'string' ? { shownVersion: version } : {}),
      ...(failure?.code === 'conditionalAccess.changed_meanwhile' ? { conflict: 'yes' } : {}),
    },
    errors: answer.errors.map((error) => {
      if (error.field === 'displayName') return { ...error, message: t('strengths.form.name.missing') }
      if (error.field?.startsWith('allowedCombinations'))
        return { field: 'allowedCombinations', message: t('strengths.form.combinations.missing') }
      const { expected, policies, count } = failure?.details ?? {}
      switch (failure?.code) {
        case 'conditionalAccess.changed_meanwhile':
          return { message: t('strengths.conflict.title') }
        case 'conditionalAccess.confirmation_needed':
          return { field: 'confirmation', message: t('strengths.confirm.needed', { expected: String(expected) }) }
        case 'conditionalAccess.strength_in_use':
          return { message: t('strengths.delete.inUse', { policies: String(policies), count: Number(count) }) }
        default:
          return error
      }
    }),
  }
}
