import { z } from 'zod'
import {
  type PasswordResetPolicy,
  passwordResetPolicySchema,
  resetMethodKinds,
} from '@/lib/authentication-methods/policy-model'
import { pickerFields, wholeNumber } from '../authentication-methods/fields'

export const resetFieldsSchema = z.strictObject({
  ...pickerFields,
  enabledFor: z.enum(['none', 'selected', 'all']),
  numberOfMethodsRequired: z.enum(['1', '2']),
  allowedMethodKinds: z.array(z.enum(resetMethodKinds)).max(resetMethodKinds.length).default([]),
  isRegistrationRequired: z.string().max(8).default(''),
  reconfirmDays: z.string().max(16).default(''),
  isAdministratorResetAllowed: z.string().max(8).default(''),
})
type ResetFields = z.output<typeof resetFieldsSchema>

export type Wrong = 'group' | 'tooFew' | 'reconfirmDays'

/** The policy that the form asks for, or what is wrong with it. A group is kept only while it decides something. */
export function resetPolicyOf(
  fields: ResetFields,
): { readonly ok: true; readonly policy: PasswordResetPolicy } | { readonly ok: false; readonly wrong: Wrong } {
  const { enabledFor, includeGroups, allowedMethodKinds } = fields
  if (enabledFor === 'selected' && includeGroups.length !== 1) return { ok: false, wrong: 'group' }
  const numberOfMethodsRequired = fields.numberOfMethodsRequired === '1' ? 1 : 2
  if (enabledFor !== 'none' && allowedMethodKinds.length < numberOfMethodsRequired)
    return { ok: false, wrong: 'tooFew' }
  const parsed = passwordResetPolicySchema.safeParse({
    enabledFor,
    groupId: enabledFor === 'selected' ? includeGroups[0] : null,
    numberOfMethodsRequired,
    isRegistrationRequired: fields.isRegistrationRequired === 'on',
    reconfirmDays: wholeNumber(fields.reconfirmDays),
    allowedMethodKinds: resetMethodKinds.filter((kind) => allowedMethodKinds.includes(kind)),
    isAdministratorResetAllowed: fields.isAdministratorResetAllowed === 'on',
  })
  if (parsed.success) return { ok: true, policy: parsed.data }
  return { ok: false, wrong: parsed.error.issues[0]?.path[0] === 'reconfirmDays' ? 'reconfirmDays' : 'group' }
}
