'use server'

import { z } from 'zod'
import { policyFieldsSchema, policyFromFields } from '@/components/conditional-access/policy-fields'
import type { FormAnswer } from '@/components/ui/form-answer'
import { policyBody } from '@/lib/conditional-access/body'
import {
  createPolicy,
  deletePolicy,
  duplicatePolicy,
  restorePolicy,
  setPolicyState,
  updatePolicy,
} from '@/lib/conditional-access/commands'
import { findChange } from '@/lib/conditional-access/history-store'
import { policyStates } from '@/lib/conditional-access/model'
import { findPolicy } from '@/lib/conditional-access/store'
import { templates } from '@/lib/conditional-access/template-catalogue'
import { policyFromTemplate } from '@/lib/conditional-access/templates'
import { db } from '@/lib/platform/db'
import { startTrial } from '@/lib/policy-trials/commands'
import { boundText, formAction, staleProof } from '@/lib/request/action'
import type { AskingVisit } from '@/lib/request/desk'
import { fail, ok } from '@/lib/result'
import { type Draft, explained, readDraft, stopFor } from './draft'
import { knownEmergencyGroups } from './emergency-groups'

const door = { who: ['full'], right: 'conditionalAccess.update' } as const
const list = '/admin/conditional-access'

/** Creates the policy, or only looks people up and says the draft in words (`intent` other than `save`). */
export async function createPolicyAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const draft: Draft = {}
  const answer = await formAction({
    ...door,
    name: 'conditionalAccess.create',
    schema: policyFieldsSchema,
    run: async (visit, fields) => {
      Object.assign(draft, await readDraft(visit, fields, null))
      if (fields.intent === 'trial') return tryDraft(visit, null, policyFromFields(fields, null), draft)
      if (fields.intent !== 'save') return ok({})
      const stop = stopFor(draft)
      if (stop) return stop
      const made = await createPolicy(visit, {
        policy: policyFromFields(fields, null),
        confirmation: fields.confirmation,
      })
      if (made.ok) return ok({ go: `${list}/${made.value.policy.id}?saved=created` })
      draft.failure = made.failure
      return made
    },
  })(previous, data)
  return explained(answer, data, draft)
}

/** Replaces the policy `id`, under the version that the form showed. */
export async function updatePolicyAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const draft: Draft = {}
  const answer = await formAction({
    ...door,
    name: 'conditionalAccess.update',
    schema: policyFieldsSchema,
    run: async (visit, fields) => {
      const before = await findPolicy(db(), boundText(id))
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      Object.assign(draft, await readDraft(visit, fields, before.document))
      if (fields.intent === 'trial') return tryDraft(visit, before.id, policyFromFields(fields, before.document), draft)
      if (fields.intent !== 'save') return ok({})
      const stop = stopFor(draft)
      if (stop) return stop
      const saved = await updatePolicy(visit, before.id, {
        policy: policyFromFields(fields, before.document),
        version: versionOf(fields.version),
        confirmation: fields.confirmation,
      })
      if (saved.ok) return ok({ go: `${list}/${before.id}?saved=updated` })
      draft.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, draft)
}

/** Has the draft tried on everybody, unsaved; what is not complete yet stays on the page and says so. */
async function tryDraft(visit: AskingVisit, policyId: string | null, policy: unknown, draft: Draft) {
  const started = await startTrial(visit, { policyId, draft: policy })
  if (started.ok) return ok({ go: `${list}/trials/${started.value.trialId}` })
  draft.failure = started.failure
  return started
}

const stateSchema = z.strictObject({
  version: z.string().max(16).default(''),
  state: z.enum(policyStates),
  confirmation: z.string().max(1024).default(''),
  acknowledged: z.string().max(1024).default(''),
})

/** Turns the policy `id` on, off or to report-only. */
export async function setPolicyStateAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const draft: Draft = {}
  const answer = await formAction({
    ...door,
    name: 'conditionalAccess.state',
    schema: stateSchema,
    run: async (visit, { version, state, confirmation }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}/state`)
      if (stale) return stale
      draft.values = { state, confirmation }
      const saved = await setPolicyState(visit, boundText(id), { state, version: versionOf(version), confirmation })
      if (saved.ok) return ok({ go: `${list}/${saved.value.policy.id}?saved=state` })
      draft.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, draft)
}

/** Deletes the policy `id`, under the version that the page showed. */
export async function deletePolicyAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'conditionalAccess.delete',
    schema: z.strictObject({ version: z.string().max(16).default('') }),
    run: async (visit, { version }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}`)
      if (stale) return stale
      const gone = await deletePolicy(visit, boundText(id), { version: versionOf(version) })
      return gone.ok ? ok({ go: `${list}?saved=deleted` }) : gone
    },
  })(previous, data)
}

/** Brings the deleted policy `id` back, in report-only or as it was. */
export async function restorePolicyAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const draft: Draft = {}
  const answer = await formAction({
    ...door,
    name: 'conditionalAccess.restore',
    schema: stateSchema,
    run: async (visit, { version, state, confirmation }) => {
      const stale = staleProof(visit, `${list}/deleted/${boundText(id)}`)
      if (stale) return stale
      draft.values = { state, confirmation }
      const back = await restorePolicy(visit, boundText(id), { state, version: versionOf(version), confirmation })
      if (back.ok) return ok({ go: `${list}/${back.value.policy.id}?saved=restored` })
      draft.failure = back.failure
      return back
    },
  })(previous, data)
  return explained(answer, data, draft)
}

/** Makes a copy of the policy `id`, off, under the name given. */
export async function duplicatePolicyAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const draft: Draft = {}
  const answer = await formAction({
    ...door,
    name: 'conditionalAccess.duplicate',
    schema: z.strictObject({ displayName: z.string().max(1024).default('') }),
    keep: ['displayName'],
    run: async (visit, { displayName }) => {
      const made = await duplicatePolicy(visit, boundText(id), { displayName })
      if (made.ok) return ok({ go: `${list}/${made.value.policy.id}?saved=duplicated` })
      draft.failure = made.failure
      return made
    },
  })(previous, data)
  return explained(answer, data, { ...draft, values: answer.values })
}

/** Saves the version that the event `event` left of the policy `id` once more, as any other change is saved. */
export async function takeVersionAction(
  id: string,
  event: string,
  previous: FormAnswer,
  data: FormData,
): Promise<FormAnswer> {
  const draft: Draft = {}
  const answer = await formAction({
    ...door,
    name: 'conditionalAccess.version',
    schema: stateSchema,
    run: async (visit, { version, state, confirmation }) => {
      const stale = staleProof(visit, `${list}/${boundText(id)}/history/${boundText(event)}`)
      if (stale) return stale
      draft.values = { state, confirmation }
      const after = (await findChange(db(), boundText(id), boundText(event)))?.after
      if (typeof after !== 'object' || after === null) return fail('refused', 'conditionalAccess.not_found')
      const saved = await updatePolicy(visit, boundText(id), {
        policy: { ...after, state },
        version: versionOf(version),
        confirmation,
      })
      if (saved.ok) return ok({ go: `${list}/${saved.value.policy.id}?saved=version` })
      draft.failure = saved.failure
      return saved
    },
  })(previous, data)
  return explained(answer, data, draft)
}

/** Makes the template's policy, report-only, with its author left out. */
export async function createFromTemplateAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'conditionalAccess.template',
    schema: z.strictObject({ templateId: z.guid() }),
    run: async (visit, { templateId }) => {
      const template = templates.find(({ id }) => id === templateId)
      if (!template) return fail('refused', 'conditionalAccess.not_found')
      const policy = policyBody(policyFromTemplate(template, visit.subject.id, await knownEmergencyGroups()))
      const made = await createPolicy(visit, { policy, templateId })
      return made.ok ? ok({ go: `${list}/${made.value.policy.id}?saved=created` }) : made
    },
  })(previous, data)
}

function versionOf(text: string): number {
  // Text that is no number is no version anybody was shown: it never matches.
  return /^\d{1,9}$/.test(text) ? Number(text) : -1
}
