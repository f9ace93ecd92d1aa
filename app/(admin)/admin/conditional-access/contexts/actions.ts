'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { nameContexts } from '@/lib/conditional-access/commands'
import { t } from '@/lib/i18n'
import { formAction } from '@/lib/request/action'
import { type Failure, ok } from '@/lib/result'
import { readVersion } from '../../proposal'

/** Names the authentication contexts, under the version that the form showed. */
export async function nameContextsAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const heard: { failure?: Failure } = {}
  const answer = await formAction({
    name: 'conditionalAccess.contexts',
    who: ['full'],
    right: 'conditionalAccess.update',
    keep: ['contexts'],
    schema: z.strictObject({
      version: z.string().max(16).default(''),
      acknowledged: z.string().max(1024).default(''),
      contexts: z.string().max(40_000).default(''),
    }),
    run: async (visit, { contexts, version }) => {
      const named = await nameContexts(visit, contexts, readVersion(version))
      if (named.ok) return ok({ go: '/admin/conditional-access/contexts?saved=yes' })
      heard.failure = named.failure
      return named
    },
  })(previous, data)
  if (heard.failure?.code !== 'conditionalAccess.changed_meanwhile') return answer
  const version = data.get('version')
  return {
    ...answer,
    values: { ...answer.values, conflict: 'yes', ...(typeof version === 'string' ? { shownVersion: version } : {}) },
    errors: [{ message: t('policies.conflict.title') }],
  }
}
