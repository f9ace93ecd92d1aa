'use server'

import type { FormAnswer } from '@/components/ui/form-answer'
import { passkeyProfilesMax } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { changedMethodsPolicy } from '@/lib/policy-changes/model'
import { boundText, formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { pickersAgain } from '../../group-choices'
import { readVersion, writeProposal } from '../../proposal'
import { typedValues } from '../../typed-values'
import { methodsPath, profilesPath } from '../places'
import {
  assignmentFieldsSchema,
  assignmentsChange,
  type ProfileFields,
  profileChange,
  profileFieldsSchema,
  typedAaguids,
} from './fields'
import { modelChoices } from './model-choices'

const door = { who: ['full'], right: 'authenticationMethodsPolicy.update' } as const
const preview = `${methodsPath}/preview`

type Again = { values?: FormAnswer['values']; message?: string }

/** Leads to what the profile means, made new or changed, or looks models up. */
export async function proposeProfileAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: Again = {}
  const answer = await formAction({
    ...door,
    name: 'methodsPolicy.propose',
    schema: profileFieldsSchema,
    run: async ({ at }, fields) => {
      const choices = await modelChoices(fields.models, fields.modelSearch, at)
      again.values = { modelChoices: choices.map((choice) => JSON.stringify(choice)), foundFor: fields.intent }
      if (fields.intent !== 'preview') return ok({})
      const wrong = (field: string, message: string) => {
        again.message = message
        return fail('invalid', 'policyChanges.invalid', { field })
      }
      const badAaguid = typedAaguids(fields.aaguids).find((text) => !isUuid(text))
      if (badAaguid !== undefined) {
        return wrong('aaguids', t('passkeyProfiles.error.aaguid', { text: badAaguid.slice(0, 64) }))
      }
      const change = profileChange(boundText(id), fields)
      const { document } = await readMethodsPolicy(db())
      const changed = changedMethodsPolicy(document, change)
      if (!changed.ok) {
        const { passkeyProfiles } = document.methods.passkey
        const isFull = passkeyProfiles.length >= passkeyProfilesMax && !passkeyProfiles.some((one) => one.id === id)
        return wrong(...whatIsWrong(changed.member, fields, isFull))
      }
      return ok({ go: `${preview}?version=${readVersion(fields.version)}&change=${writeProposal(change)}` })
    },
  })(previous, data)
  return explained(answer, data, again, Object.keys(profileFieldsSchema.shape), ['models'])
}

function whatIsWrong(member: string, fields: ProfileFields, isFull: boolean): [field: string, message: string] {
  switch (member) {
    case 'name':
      return ['name', t('passkeyProfiles.error.name')]
    case 'passkeyProfiles':
      return ['name', t(isFull ? 'passkeyProfiles.error.full' : 'passkeyProfiles.error.twice')]
    case 'passkeyTypes': {
      const hasNone = fields.deviceBound === '' && fields.synced === ''
      return ['types', t(hasNone ? 'passkeyProfiles.error.noType' : 'passkeyProfiles.error.syncedProves')]
    }
    case 'aaGuids': {
      const hasSome = fields.models.length > 0 || fields.aaguids.trim() !== ''
      return ['modelPicker', t(hasSome ? 'passkeyProfiles.error.tooManyModels' : 'passkeyProfiles.error.noModel')]
    }
    default:
      return ['name', t('failure.policyChanges.invalid')]
  }
}

/** Leads to what another assignment means, puts groups on the list, or looks groups up. */
export async function proposeAssignmentsAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: Again = {}
  const answer = await formAction({
    ...door,
    name: 'methodsPolicy.propose',
    schema: assignmentFieldsSchema,
    run: async (_visit, fields) => {
      again.values = await pickersAgain(fields)
      const wrong = (field: string, message: string) => {
        again.message = message
        return fail('invalid', 'policyChanges.invalid', { field })
      }
      if (fields.intent === 'find-include') return ok({})
      if (fields.intent === 'add' && fields.includeGroups.length === 0) {
        return wrong('includePeople', t('passkeyProfiles.assignments.nothingToAdd'))
      }
      const change = assignmentsChange(fields)
      const changed = changedMethodsPolicy((await readMethodsPolicy(db())).document, change)
      if (!changed.ok) return wrong('includePeople', t('failure.policyChanges.invalid'))
      // Groups that were ticked and not yet put on the list get their line first: which profile they have is to be seen.
      const isOnList = fields.intent === 'preview' && fields.includeGroups.length === 0
      const there = isOnList ? preview : `${profilesPath}/assignments`
      return ok({ go: `${there}?version=${readVersion(fields.version)}&change=${writeProposal(change)}` })
    },
  })(previous, data)
  return explained(answer, data, again, Object.keys(assignmentFieldsSchema.shape), [
    'assigned',
    'includeGroups',
    'excludeGroups',
  ])
}

/** The answer with everything typed still in it. */
function explained(
  answer: FormAnswer,
  data: FormData,
  { values, message }: Again,
  names: readonly string[],
  lists: readonly string[],
): FormAnswer {
  const errors = answer.errors.map((error) => (message ? { ...error, message } : error))
  return { ...answer, errors, values: { ...typedValues(data, names, lists), ...values } }
}
