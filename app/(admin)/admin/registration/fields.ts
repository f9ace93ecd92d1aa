import { z } from 'zod'
import { allUsers } from '@/lib/authentication-methods/policy-model'
import {
  campaignMethods,
  type MfaRegistrationChange,
  mfaRegistrationChangeSchema,
  type RegistrationCampaign,
  type RegistrationScope,
  registrationCampaignSchema,
} from '@/lib/authentication-methods/registration-policy'
import { pickerFields, wholeNumber } from '../authentication-methods/fields'

/** The forms of the two policies: what they send, and the document that this asks for. */
const people = z.array(z.string().max(64)).max(500).default([])
const scopeFields = {
  ...pickerFields,
  includeWho: z.enum(['all', 'selected']),
  includeUsers: people,
  excludeUsers: people,
}
export const policyFieldsSchema = z.strictObject({ ...scopeFields, state: z.enum(['enabled', 'disabled']) })
export const campaignFieldsSchema = z.strictObject({
  ...scopeFields,
  state: z.enum(['default', 'enabled', 'disabled']),
  method: z.enum(campaignMethods),
  snoozeDurationInDays: z.string().max(16).default(''),
  isLimited: z.string().max(8).default(''),
})
type ScopeFields = Pick<
  z.output<typeof policyFieldsSchema>,
  'includeWho' | 'includeUsers' | 'includeGroups' | 'excludeUsers' | 'excludeGroups'
>

export type Wrong = 'nobody' | 'tooMany' | 'days'
type Read<Document> =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly wrong: Wrong; readonly field: string }

export function policyOf(fields: z.output<typeof policyFieldsSchema>): Read<MfaRegistrationChange> {
  return read(mfaRegistrationChangeSchema, fields, { state: fields.state, ...scopeOf(fields) })
}

export function campaignOf(fields: z.output<typeof campaignFieldsSchema>): Read<RegistrationCampaign> {
  return read(registrationCampaignSchema, fields, {
    state: fields.state,
    method: fields.method,
    snoozeDurationInDays: wholeNumber(fields.snoozeDurationInDays),
    enforceRegistrationAfterAllowedSnoozes: fields.isLimited === 'on',
    ...scopeOf(fields),
  })
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  fields: ScopeFields,
  document: unknown,
): Read<z.output<Schema>> {
  const { includeWho, includeUsers, includeGroups } = fields
  if (includeWho === 'selected' && includeUsers.length + includeGroups.length === 0)
    return { ok: false, wrong: 'nobody', field: 'includePeople' }
  const parsed = schema.safeParse(document)
  if (parsed.success) return { ok: true, document: parsed.data }
  const [member] = parsed.error.issues[0]?.path ?? []
  if (member === 'snoozeDurationInDays') return { ok: false, wrong: 'days', field: member }
  return { ok: false, wrong: 'tooMany', field: member === 'excludeTargets' ? 'excludePeople' : 'includePeople' }
}

function scopeOf({ includeWho, includeUsers, includeGroups, excludeUsers, excludeGroups }: ScopeFields) {
  const targets = (users: readonly string[], groups: readonly string[]) => [
    ...groups.map((id) => ({ targetType: 'group' as const, id })),
    ...users.map((id) => ({ targetType: 'user' as const, id })),
  ]
  const everybody = [{ targetType: 'group' as const, id: allUsers }]
  return {
    includeTargets: includeWho === 'all' ? everybody : targets(includeUsers, includeGroups),
    excludeTargets: targets(excludeUsers, excludeGroups),
  }
}

/** The scope as the pickers and the question above them have it. */
export function pickedOf({ includeTargets, excludeTargets }: RegistrationScope) {
  const ids = (targets: RegistrationScope['includeTargets'], type: 'user' | 'group') =>
    targets.filter(({ targetType, id }) => targetType === type && id !== allUsers).map(({ id }) => id)
  return {
    includeWho: includeTargets.some(({ id }) => id === allUsers) ? ('all' as const) : ('selected' as const),
    includeUsers: ids(includeTargets, 'user'),
    includeGroups: ids(includeTargets, 'group'),
    excludeUsers: ids(excludeTargets, 'user'),
    excludeGroups: ids(excludeTargets, 'group'),
  }
}
