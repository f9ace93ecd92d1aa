import 'server-only'
import type { PickerChoice } from '@/components/conditional-access/people-picker'
import {
  emptyPolicyFields,
  fieldOfMember,
  type PolicyFields,
  policyFromFields,
} from '@/components/conditional-access/policy-fields'
import type { FormAnswer } from '@/components/ui/form-answer'
import { warningsAbout } from '@/lib/conditional-access/lockout'
import type { PolicyDocument } from '@/lib/conditional-access/model'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import { policyNames } from '@/lib/conditional-access/store'
import { summaryOf } from '@/lib/conditional-access/view'
import { groupNames, searchPeopleAndGroups, userNames } from '@/lib/directory/store'
import { failureMessage, hasMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { AskingVisit } from '@/lib/request/desk'
import { type Fail, type Failure, fail } from '@/lib/result'

/** What the action found out about a form that may stay on the page: kept fields, names, the policy in words. */
export type Draft = {
  fields?: PolicyFields
  /** Shown again in the form, beside what was typed. */
  values?: Record<string, string | readonly string[]>
  /** Sentences to read before the policy is turned on; the form sends their names back as acknowledged. */
  warnings?: readonly string[]
  failure?: Failure
}

/** Looks up what the form needs to show itself again. Writes nothing and decides nothing. */
export async function readDraft(
  visit: AskingVisit,
  fields: PolicyFields,
  before: PolicyDocument | null,
): Promise<Draft> {
  const read = readPolicy(policyFromFields(fields, before))
  const document = read.ok ? read.value : null
  const isOn = document?.state === 'enabled'
  const warnings = document && isOn ? warningsAbout(document).filter((each) => !fields.acknowledged.includes(each)) : []
  const isNew = before === null
  // About everyone and everything: the author is left out unless they say otherwise.
  const isSelfSuggested = isNew && warnings.includes('everyoneEverywhere')
  const excludeUsers =
    isSelfSuggested && !fields.excludeUsers.includes(visit.subject.id)
      ? [...fields.excludeUsers, visit.subject.id]
      : fields.excludeUsers
  const include = await choicesFor(fields.includeUsers, fields.includeGroups, fields.includeSearch)
  const exclude = await choicesFor(excludeUsers, fields.excludeGroups, fields.excludeSearch)
  const row = document && { id: '', version: 0, templateId: null, createdAt: visit.at, modifiedAt: null, body: {} }
  const names = row && document ? await policyNames(db(), [{ ...row, ...document, document }]) : null
  return {
    fields,
    warnings,
    values: {
      excludeUsers,
      includeChoices: include.map((choice) => JSON.stringify(choice)),
      excludeChoices: exclude.map((choice) => JSON.stringify(choice)),
      foundFor: fields.intent,
      summary: document && names ? summaryOf(document, names) : '',
      summaryGap: read.ok ? '' : failureMessage(read.failure),
      acknowledged: [fields.acknowledged, ...warnings].join(' ').trim(),
    },
  }
}

/** Why saving stops for once: something to read first. The same form sent again goes through. */
export function stopFor({ warnings = [] }: Draft): Fail | null {
  return warnings.length > 0 ? fail('refused', 'conditionalAccess.confirmation_needed') : null
}

/** The answer with everything typed still in it, and each refusal in the words that help with it. */
export function explained(answer: FormAnswer, data: FormData, draft: Draft): FormAnswer {
  const { fields = emptyPolicyFields, failure, warnings = [], values } = draft
  return {
    ...answer,
    values: {
      ...(data instanceof FormData ? typed(data) : {}),
      ...values,
      ...(failure?.code === 'conditionalAccess.changed_meanwhile' ? { conflict: 'yes' } : {}),
    },
    errors: answer.errors.flatMap((error) => {
      if (!failure && warnings.length > 0)
        return warnings.map((warning) => ({ message: sentence(`conditionalAccess.warning.${warning}`, {}) ?? warning }))
      if (failure?.code === 'conditionalAccess.changed_meanwhile') return [{ message: t('policies.conflict.title') }]
      // The room says which member is wrong; for these two the next step can be said more plainly.
      if (error.field === 'displayName') return [{ ...error, message: t('policies.name.missing') }]
      if (error.field?.startsWith('grantControls.authenticationStrength.'))
        return [{ field: 'strengthId', message: t('policies.grant.strength.missing') }]
      if (failure?.code !== 'conditionalAccess.confirmation_needed')
        return [{ ...error, field: draft.fields ? fieldOfMember(error.field, fields) : error.field }]
      const { concern, expected, who = '', repairers = '' } = failure.details ?? {}
      const values = { expected: String(expected), who: String(who), repairers: String(repairers) }
      const message = sentence(`conditionalAccess.concern.${concern}`, values)
      return [{ field: 'confirmation', message: message ?? error.message }]
    }),
  }
}

/** A key made of a stable word; the catalogue's types cannot know it. */
function sentence(key: string, values: Record<string, string>): string | null {
  return hasMessage(key) ? (t as (key: string, values: Record<string, string>) => string)(key, values) : null
}

/** What the browser sent, as fields know it; the passing to and fro shows it, nothing believes it. */
function typed(data: FormData): Record<string, string | readonly string[]> {
  const values: Record<string, string | readonly string[]> = Object.fromEntries(
    Object.entries(emptyPolicyFields).filter(([name]) => name !== 'version'),
  )
  const version = data.get('version')
  // A page drawn again would carry the newest version and let this form overwrite what nobody here has seen.
  if (typeof version === 'string') values.shownVersion = version
  for (const name of Object.keys(values)) {
    const all = data.getAll(`${name}[]`).filter((value) => typeof value === 'string')
    const one = data.get(name)
    if (Array.isArray(values[name])) values[name] = all
    else if (typeof one === 'string') values[name] = one
  }
  return values
}

/** The chosen ones first, then what the search found. */
export async function choicesFor(
  userIds: readonly string[],
  groupIds: readonly string[],
  search: string,
): Promise<readonly PickerChoice[]> {
  const users = await userNames(db(), userIds)
  const groups = await groupNames(db(), groupIds)
  const found = await searchPeopleAndGroups(db(), search)
  const chosen: PickerChoice[] = [
    ...groupIds.map((id) => ({ kind: 'group' as const, id, name: groups.get(id) ?? null, detail: '' })),
    ...userIds.map((id) => ({
      kind: 'user' as const,
      id,
      name: users.get(id)?.displayName ?? null,
      detail: users.get(id)?.userPrincipalName ?? '',
    })),
  ].map((choice) => ({ ...choice, name: choice.name ?? t('conditionalAccess.who.gone'), isFound: false }))
  const isNew = ({ id }: { id: string }) => !chosen.some((choice) => choice.id === id)
  return [
    ...chosen,
    ...found.groups.filter(isNew).map(({ id, displayName, description }) => ({
      ...{ kind: 'group' as const, id, name: displayName, detail: description ?? '', isFound: true },
    })),
    // Without a search there is no reason to show these twenty people rather than others.
    ...(search.trim() === '' ? [] : found.people).filter(isNew).map(({ id, displayName, userPrincipalName }) => ({
      ...{ kind: 'user' as const, id, name: displayName, detail: userPrincipalName, isFound: true },
    })),
  ]
}

/** What the pickers show when the form opens. */
export async function firstChoices(values: {
  readonly includeUsers: readonly string[]
  readonly includeGroups: readonly string[]
  readonly excludeUsers: readonly string[]
  readonly excludeGroups: readonly string[]
}): Promise<{ include: readonly PickerChoice[]; exclude: readonly PickerChoice[] }> {
  return {
    include: await choicesFor(values.includeUsers, values.includeGroups, ''),
    exclude: await choicesFor(values.excludeUsers, values.excludeGroups, ''),
  }
}
