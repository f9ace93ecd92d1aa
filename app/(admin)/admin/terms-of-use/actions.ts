'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { createTerms, retireTerms, updateTerms } from '@/lib/conditional-access/commands'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { boundText, formAction, staleProof } from '@/lib/request/action'
import { type Failure, ok } from '@/lib/result'
import { findTerms } from '@/lib/terms-of-use/store'
import { readVersion } from '../proposal'
import { typedValues } from '../typed-values'
import { fieldOfTerms, termsFieldsSchema, termsOfFields } from './fields'

const door = { who: ['full'], right: 'conditionalAccess.update' } as const
const list = '/admin/terms-of-use'

type Heard = { failure?: Failure; places?: readonly number[] }

/** Creates terms of use with their first text. */
export async function createTermsAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'terms.create',
    schema: termsFieldsSchema,
    run: async (visit, fields) => {
      const { input, places } = termsOfFields(fields)
      const made = await createTerms(visit, input)
      if (made.ok) return ok({ go: `${list}/${made.value.id}?saved=created` })
      Object.assign(heard, { failure: made.failure, places })
      return made
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Changes the terms `id`, under the version that the form showed; another text becomes the next one. */
export async function updateTermsAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: Heard = {}
  const answer = await formAction({
    ...door,
    name: 'terms.update',
    schema: termsFieldsSchema,
    run: async (visit, fields) => {
      const { input, places } = termsOfFields(fields)
      const before = await findTerms(db(), boundText(id))
      const saved = await updateTerms(visit, boundText(id), input, readVersion(fields.version))
      if (saved.ok) {
        const isNewText = saved.value.textVersion !== before?.textVersion
        return ok({ go: `${list}/${saved.value.id}?saved=${isNewText ? 'newText' : 'updated'}` })
      }
      Object.assign(heard, { failure: saved.failure, places })
      return saved
    },
  })(previous, data)
  return explained(answer, data, heard)
}

/** Retires the terms `id`: nobody is asked for them any more. */
export async function retireTermsAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'terms.retire',
    schema: z.strictObject({ version: z.string().max(16).default('') }),
    run: async (visit, { version }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}/retire`)
      if (stale) return stale
      const gone = await retireTerms(visit, boundText(id), readVersion(version))
      return gone.ok ? ok({ go: `${list}?saved=retired` }) : gone
    },
  })(previous, data)
}

/** The answer with everything typed still in it, each refusal at the field that it is about. */
function explained(answer: FormAnswer, data: FormData, { failure, places = [] }: Heard): FormAnswer {
  const version = data instanceof FormData ? data.get('version') : null
  return {
    ...answer,
    values: {
      ...typedValues(data, Object.keys(termsFieldsSchema.shape), []),
      ...(typeof version === 'string' ? { shownVersion: version } : {}),
      ...(failure?.code === 'conditionalAccess.changed_meanwhile' ? { conflict: 'yes' } : {}),
    },
    errors: answer.errors.map((error) =>
      failure?.code === 'conditionalAccess.changed_meanwhile'
        ? { message: t('terms.conflict.title') }
        : { ...error, field: fieldOfTerms(error.field, places) },
    ),
  }
}
