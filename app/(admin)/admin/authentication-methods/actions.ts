'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { isConfigurationName } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { updateMethodsPolicy } from '@/lib/policy-changes/commands'
import { changedMethodsPolicy, type MethodsChange, methodsChangeSchema } from '@/lib/policy-changes/model'
import { boundText, formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { pickersAgain } from '../group-choices'
import { readProposal, readVersion, writeProposal } from '../proposal'
import { staleForPreview } from '../stale-for-preview'
import { typedValues } from '../typed-values'
import { methodChange, methodFieldsSchema, settingsChange, settingsFieldsSchema } from './fields'
import { listOf, methodsPath } from './places'

const door = { who: ['full'], right: 'authenticationMethodsPolicy.update' } as const
const preview = `${methodsPath}/preview`

/** Leads to what the change of the method `kind` means, or looks groups up. */
export async function proposeMethodAction(kind: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: { values?: FormAnswer['values']; message?: string } = {}
  const answer = await formAction({
    ...door,
    name: 'methodsPolicy.propose',
    schema: methodFieldsSchema,
    run: async (_visit, fields) => {
      again.values = await pickersAgain(fields)
      const part = boundText(kind)
      if (!isConfigurationName(part)) return fail('refused', 'policyChanges.invalid')
      if (fields.intent !== 'preview') return ok({})
      if (fields.includeWho === 'selected' && fields.includeGroups.length === 0)
        return wrong(again, 'includePeople', t('methodsPolicy.form.noGroup'))
      return propose(again, methodChange(part, fields), fields.version)
    },
  })(previous, data)
  return explained(answer, data, again)
}

/** Leads to what the change of the settings for all methods means, or looks groups up. */
export async function proposeSettingsAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: { values?: FormAnswer['values']; message?: string } = {}
  const answer = await formAction({
    ...door,
    name: 'methodsPolicy.propose',
    schema: settingsFieldsSchema,
    run: async (_visit, fields) => {
      again.values = await pickersAgain(fields)
      if (fields.intent !== 'preview') return ok({})
      if (fields.includeWho === 'selected' && fields.includeGroups.length !== 1)
        return wrong(again, 'includePeople', t('methodsPolicy.settings.oneGroup'))
      if (fields.excludeGroups.length > 1) return wrong(again, 'excludePeople', t('methodsPolicy.settings.oneGroup'))
      return propose(again, settingsChange(fields), fields.version)
    },
  })(previous, data)
  return explained(answer, data, again)
}

/** Saves the change that the preview showed, under the version that the form showed. */
export async function saveMethodsAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'methodsPolicy.update',
    schema: z.strictObject({ version: z.string().max(16), change: z.string().max(16_384) }),
    run: async (visit, { version, change: text }) => {
      const change = readProposal(methodsChangeSchema, text)
      if (!change) return fail('invalid', 'policyChanges.invalid')
      const stale = staleForPreview(visit, `${preview}?version=${readVersion(version)}&change=${text}`)
      if (stale) return stale
      const saved = await updateMethodsPolicy(visit, change, readVersion(version))
      return saved.ok ? ok({ go: `${listOf(change)}?saved=${change.part}` }) : saved
    },
  })(previous, data)
}

async function propose(again: { message?: string }, change: MethodsChange, version: string) {
  const { document } = await readMethodsPolicy(db())
  const changed = changedMethodsPolicy(document, change)
  if (!changed.ok) return wrong(again, fieldOf(changed.member), sentenceFor(changed.member))
  return ok({ go: `${preview}?version=${readVersion(version)}&change=${writeProposal(change)}` })
}

function wrong(again: { message?: string }, field: string, message: string) {
  again.message = message
  return fail('invalid', 'policyChanges.invalid', { field })
}

function fieldOf(member: string): string {
  if (member === 'includeTargets') return 'includePeople'
  return member === 'excludeTargets' ? 'excludePeople' : member
}

function sentenceFor(member: string): string {
  switch (member) {
    case 'includeTargets':
    case 'excludeTargets':
      return t('methodsPolicy.form.tooMany')
    case 'defaultLength':
      return t('methodsPolicy.pass.badLength')
    case 'minimumLifetimeInMinutes':
    case 'maximumLifetimeInMinutes':
      return t('methodsPolicy.pass.badLifetime')
    case 'defaultLifetimeInMinutes':
      return t('methodsPolicy.pass.badDefault')
    default:
      return t('failure.policyChanges.invalid')
  }
}

/** The answer with everything typed still in it. */
function explained(
  answer: FormAnswer,
  data: FormData,
  { values, message }: { values?: FormAnswer['values']; message?: string },
): FormAnswer {
  const errors = answer.errors.map((error) => (message ? { ...error, message } : error))
  return { ...answer, errors, values: { ...typedValues(data, methodsTexts, methodsLists), ...values } }
}

const methodsTexts = Object.keys({ ...methodFieldsSchema.shape, ...settingsFieldsSchema.shape })
const methodsLists = ['includeGroups', 'excludeGroups']
