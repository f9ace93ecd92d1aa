import { z } from 'zod'
import { refusalOfResetMethods } from '@/lib/authentication-methods/policy'
import {
  type PasswordResetPolicy,
  passwordResetPolicySchema,
  resetMethodKinds,
} from '@/lib/authentication-methods/policy-model'
import { predefinedQuestions } from '@/lib/authentication-methods/security-questions'
import { pickerFields, wholeNumber } from '../authentication-methods/fields'

export const resetFieldsSchema = z.strictObject({
  ...pickerFields,
  enabledFor: z.enum(['none', 'selected', 'all']),
  numberOfMethodsRequired: z.enum(['1', '2']),
  allowedMethodKinds: z.array(z.enum(resetMethodKinds)).max(resetMethodKinds.length).default([]),
  isRegistrationRequired: z.string().max(8).default(''),
  reconfirmDays: z.string().max(16).default(''),
  isAdministratorResetAllowed: z.string().max(8).default(''),
  numberToRegister: z.string().max(16).default(''),
  numberToReset: z.string().max(16).default(''),
  predefinedQuestions: z.array(z.enum(predefinedQuestions)).max(predefinedQuestions.length).default([]),
  customQuestions: z.string().max(8192).default(''),
  isOnlyGateAccepted: z.string().max(8).default(''),
  isUnlockAllowed: z.string().max(8).default(''),
  isLockoutEndedByUnlock: z.string().max(8).default(''),
  isPasskeyAccepted: z.string().max(8).default(''),
  isWritebackAllowed: z.string().max(8).default(''),
  isRefusalNumbered: z.string().max(8).default(''),
  isPersonNotified: z.string().max(8).default(''),
  areAdministratorsNotified: z.string().max(8).default(''),
  helpdesk: z.string().max(512).default(''),
})
export type ResetFields = z.output<typeof resetFieldsSchema>

/** What is sent by whoever may change only whom reset is for. */
export const scopeFieldsSchema = resetFieldsSchema.pick({
  ...{ intent: true, version: true, enabledFor: true },
  ...{ includeGroups: true, includeSearch: true, excludeGroups: true, excludeSearch: true },
})
export type ScopeFields = z.output<typeof scopeFieldsSchema>

export type Wrong =
  | 'group'
  | 'scope'
  | 'tooFew'
  | 'appAlone'
  | 'reconfirmDays'
  | 'numberToReset'
  | 'predefinedQuestions'
  | 'customQuestions'
  | 'isOnlyGateAccepted'
  | 'helpdesk'

/** The policy that a form asks for, or all that is wrong with it. */
export type AskedPolicy =
  | { readonly ok: true; readonly policy: PasswordResetPolicy }
  | { readonly ok: false; readonly wrong: readonly Wrong[] }

/** The policy of the form that has all of it. */
export function resetPolicyOf(fields: ResetFields): AskedPolicy {
  const { enabledFor, includeGroups, allowedMethodKinds } = fields
  const wrong = new Set<Wrong>()
  if (enabledFor === 'selected' && includeGroups.length !== 1) wrong.add('group')
  const numberOfMethodsRequired = fields.numberOfMethodsRequired === '1' ? 1 : 2
  const tooLittle = refusalOfResetMethods({ enabledFor, numberOfMethodsRequired, allowedMethodKinds })
  if (tooLittle) wrong.add(tooLittle)
  const parsed = passwordResetPolicySchema.safeParse({
    ...scopeOf(fields),
    numberOfMethodsRequired,
    isRegistrationRequired: fields.isRegistrationRequired === 'on',
    reconfirmDays: wholeNumber(fields.reconfirmDays),
    allowedMethodKinds: resetMethodKinds.filter((kind) => allowedMethodKinds.includes(kind)),
    isAdministratorResetAllowed: fields.isAdministratorResetAllowed === 'on',
    securityQuestions: {
      numberToRegister: wholeNumber(fields.numberToRegister),
      numberToReset: wholeNumber(fields.numberToReset),
      predefinedQuestions: fields.predefinedQuestions,
      customQuestions: linesOf(fields.customQuestions),
      isOnlyGateAccepted: fields.isOnlyGateAccepted === 'on',
    },
    selfService: {
      isUnlockAllowed: fields.isUnlockAllowed === 'on',
      isLockoutEndedByUnlock: fields.isLockoutEndedByUnlock === 'on',
      isPasskeyAccepted: fields.isPasskeyAccepted === 'on',
      isWritebackAllowed: fields.isWritebackAllowed === 'on',
      refusalDetail: fields.isRefusalNumbered === 'on' ? 'code' : 'uniform',
      isPersonNotified: fields.isPersonNotified === 'on',
      areAdministratorsNotified: fields.areAdministratorsNotified === 'on',
      helpdesk: fields.helpdesk.trim() === '' ? null : fields.helpdesk,
    },
  })
  for (const issue of parsed.error?.issues ?? []) wrong.add(wrongOf(issue))
  return parsed.success && wrong.size === 0 ? { ok: true, policy: parsed.data } : { ok: false, wrong: [...wrong] }
}

/** `before` for whom the form says. What else stands in it may be too little to be switched on for anybody (`scope`). */
export function rescopedPolicyOf(fields: ScopeFields, before: PasswordResetPolicy): AskedPolicy {
  const { enabledFor, includeGroups } = fields
  if (enabledFor === 'selected' && includeGroups.length !== 1) return { ok: false, wrong: ['group'] }
  const parsed = passwordResetPolicySchema.safeParse({ ...before, ...scopeOf(fields) })
  if (!parsed.success) return { ok: false, wrong: ['group'] }
  return refusalOfResetMethods(parsed.data) ? { ok: false, wrong: ['scope'] } : { ok: true, policy: parsed.data }
}

/** A group is kept only while it decides something. */
function scopeOf({ enabledFor, includeGroups }: ScopeFields) {
  return { enabledFor, groupId: enabledFor === 'selected' ? includeGroups[0] : null }
}

/** What an issue is about; a member of the questions comes before its place in a list. */
function wrongOf({ path }: z.core.$ZodIssue): Wrong {
  if (path.includes('numberToRegister')) return 'numberToReset'
  return explained.find((wrong) => path.includes(wrong)) ?? 'group'
}
const explained = [
  'reconfirmDays',
  'numberToReset',
  'predefinedQuestions',
  'customQuestions',
  'isOnlyGateAccepted',
  'helpdesk',
] as const satisfies readonly Wrong[]

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
