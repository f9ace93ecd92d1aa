'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import {
  mfaRegistrationChangeSchema,
  registrationCampaignSchema,
} from '@/lib/authentication-methods/registration-policy'
import { t } from '@/lib/i18n'
import { updateMfaRegistrationPolicy, updateRegistrationCampaign } from '@/lib/policy-changes/registration'
import { formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { choicesFor } from '../conditional-access/draft'
import { readProposal, readVersion, writeProposal } from '../proposal'
import { staleForPreview } from '../stale-for-preview'
import { typedValues } from '../typed-values'
import { campaignFieldsSchema, campaignOf, policyFieldsSchema, policyOf, type Wrong } from './fields'
import { campaignPath, mfaPolicyPath, registrationPath } from './proposed'

const saveSchema = z.strictObject({ version: z.string().max(16), change: z.string().max(16_384) })

/** Leads to what the change means, or looks people and groups up. */
export async function proposePolicyAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: Again = {}
  const answer = await formAction({
    who: ['full'],
    right: 'mfaRegistrationPolicy.update',
    name: 'mfaRegistrationPolicy.propose',
    schema: policyFieldsSchema,
    run: async (_visit, fields) => {
      again.values = await pickersAgain(fields)
      return fields.intent === 'preview' ? propose(again, mfaPolicyPath, policyOf(fields), fields.version) : ok({})
    },
  })(previous, data)
  return explained(answer, data, again, Object.keys(policyFieldsSchema.shape))
}

/** As `proposePolicyAction`, for the campaign. */
export async function proposeCampaignAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: Again = {}
  const answer = await formAction({
    who: ['full'],
    right: 'authenticationMethodsPolicy.update',
    name: 'registrationCampaign.propose',
    schema: campaignFieldsSchema,
    run: async (_visit, fields) => {
      again.values = await pickersAgain(fields)
      return fields.intent === 'preview' ? propose(again, campaignPath, campaignOf(fields), fields.version) : ok({})
    },
  })(previous, data)
  return explained(answer, data, again, Object.keys(campaignFieldsSchema.shape))
}

/** Saves the change that the preview showed, under the version that the form showed. */
export async function savePolicyAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    who: ['full'],
    right: 'mfaRegistrationPolicy.update',
    name: 'mfaRegistrationPolicy.update',
    schema: saveSchema,
    run: async (visit, { version, change: text }) => {
      const change = readProposal(mfaRegistrationChangeSchema, text)
      if (!change) return fail('invalid', 'policyChanges.invalid')
      const stale = staleForPreview(visit, `${mfaPolicyPath}/preview?version=${readVersion(version)}&change=${text}`)
      if (stale) return stale
      const saved = await updateMfaRegistrationPolicy(visit, change, readVersion(version))
      return saved.ok ? ok({ go: `${registrationPath}?saved=yes` }) : saved
    },
  })(previous, data)
}

/** As `savePolicyAction`, for the campaign. */
export async function saveCampaignAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    who: ['full'],
    right: 'authenticationMethodsPolicy.update',
    name: 'registrationCampaign.update',
    schema: saveSchema,
    run: async (visit, { version, change: text }) => {
      const change = readProposal(registrationCampaignSchema, text)
      if (!change) return fail('invalid', 'policyChanges.invalid')
      const stale = staleForPreview(visit, `${campaignPath}/preview?version=${readVersion(version)}&change=${text}`)
      if (stale) return stale
      const saved = await updateRegistrationCampaign(visit, change, readVersion(version))
      return saved.ok ? ok({ go: `${registrationPath}?saved=yes` }) : saved
    },
  })(previous, data)
}

type Again = { values?: FormAnswer['values']; wrong?: Wrong }

function propose(again: Again, path: string, asked: ReturnType<typeof campaignOf | typeof policyOf>, version: string) {
  if (asked.ok)
    return ok({ go: `${path}/preview?version=${readVersion(version)}&change=${writeProposal(asked.document)}` })
  again.wrong = asked.wrong
  return fail('invalid', 'policyChanges.invalid', { field: asked.field })
}

const sentences: Readonly<Record<Wrong, string>> = {
  nobody: t('registrationPolicies.who.missing'),
  tooMany: t('registrationPolicies.who.tooMany'),
  days: t('registrationPolicies.campaign.days.bad'),
}

type Picked = {
  readonly intent: string
  readonly includeUsers: readonly string[]
  readonly includeGroups: readonly string[]
  readonly includeSearch: string
  readonly excludeUsers: readonly string[]
  readonly excludeGroups: readonly string[]
  readonly excludeSearch: string
}

async function pickersAgain(fields: Picked): Promise<FormAnswer['values']> {
  const include = await choicesFor(fields.includeUsers, fields.includeGroups, fields.includeSearch)
  const exclude = await choicesFor(fields.excludeUsers, fields.excludeGroups, fields.excludeSearch)
  return {
    includeChoices: include.map((choice) => JSON.stringify(choice)),
    excludeChoices: exclude.map((choice) => JSON.stringify(choice)),
    foundFor: fields.intent,
  }
}

/** The answer with everything typed still in it. */
function explained(answer: FormAnswer, data: FormData, { values, wrong }: Again, names: readonly string[]): FormAnswer {
  const lists = ['includeUsers', 'includeGroups', 'excludeUsers', 'excludeGroups']
  const errors = answer.errors.map((error) => (wrong ? { ...error, message: sentences[wrong] } : error))
  return { ...answer, errors, values: { ...typedValues(data, names, lists), ...values } }
}
