import { z } from 'zod'
import { wizardOrders } from '@/lib/authentication-methods/catalogue'
import {
  allUsers,
  type ConfigurationName,
  type MethodsPolicy,
  systemPreferredStates,
} from '@/lib/authentication-methods/policy-model'
import type { MethodsChange } from '@/lib/policy-changes/model'

/** The forms of the methods policy: what they send, and the change that this asks for. */
const text = (max: number) => z.string().max(max).default('')
const groups = z.array(z.string().max(64)).max(500).default([])
export const pickerFields = {
  intent: z.enum(['preview', 'find-include', 'find-exclude']).default('preview'),
  version: text(16),
  includeGroups: groups,
  includeSearch: text(256),
  excludeGroups: groups,
  excludeSearch: text(256),
}

export const methodFieldsSchema = z.strictObject({
  ...pickerFields,
  state: z.enum(['enabled', 'disabled']),
  includeWho: z.enum(['all', 'selected']),
  minimumLifetimeInMinutes: text(16),
  maximumLifetimeInMinutes: text(16),
  defaultLifetimeInMinutes: text(16),
  defaultLength: text(16),
  isUsableOnce: text(8),
  isSelfServiceRegistrationAllowed: text(8),
  algorithm: text(16),
  periodSeconds: text(16),
  isUsableForSignIn: text(8),
  isOfficePhoneAllowed: text(8),
  isConditionalCreationAllowed: text(8),
})
export type MethodFields = z.output<typeof methodFieldsSchema>

export const settingsFieldsSchema = z.strictObject({
  ...pickerFields,
  wizardOrder: z.enum(wizardOrders),
  preferred: z.enum(systemPreferredStates),
  includeWho: z.enum(['all', 'selected']),
})
export type SettingsFields = z.output<typeof settingsFieldsSchema>

const group = (id: string) => ({ targetType: 'group' as const, id })

/** The configuration of the method as the form has it. Numbers that are none stay text, and the document refuses them. */
export function methodChange(kind: ConfigurationName, fields: MethodFields): MethodsChange {
  const included = fields.includeWho === 'all' ? [group(allUsers)] : fields.includeGroups.map(group)
  return {
    part: kind,
    configuration: {
      state: fields.state,
      includeTargets: kind === 'mobilePhone' ? included.map((target) => withSignIn(target, fields)) : included,
      excludeTargets: fields.excludeGroups.map(group),
      ...ownSettings(kind, fields),
    },
  }
}

/** The form asks once, for everybody who may use text messages; Graph keeps the answer with each target. */
function withSignIn<Target>(target: Target, { isUsableForSignIn }: MethodFields) {
  return { ...target, isUsableForSignIn: isUsableForSignIn === 'on' }
}

function ownSettings(kind: ConfigurationName, fields: MethodFields): Record<string, unknown> {
  const isOn = (value: string) => value === 'on'
  switch (kind) {
    case 'passkey':
      return {
        isSelfServiceRegistrationAllowed: isOn(fields.isSelfServiceRegistrationAllowed),
        isConditionalCreationAllowed: isOn(fields.isConditionalCreationAllowed),
      }
    case 'softwareOath':
      return { algorithm: fields.algorithm, periodSeconds: wholeNumber(fields.periodSeconds) }
    case 'temporaryAccessPass':
      return {
        minimumLifetimeInMinutes: wholeNumber(fields.minimumLifetimeInMinutes),
        maximumLifetimeInMinutes: wholeNumber(fields.maximumLifetimeInMinutes),
        defaultLifetimeInMinutes: wholeNumber(fields.defaultLifetimeInMinutes),
        defaultLength: wholeNumber(fields.defaultLength),
        isUsableOnce: isOn(fields.isUsableOnce),
      }
    case 'voice':
      return { isOfficePhoneAllowed: isOn(fields.isOfficePhoneAllowed) }
    default:
      return {}
  }
}

export function settingsChange(fields: SettingsFields): MethodsChange {
  return {
    part: 'settings',
    wizardOrder: fields.wizardOrder,
    systemCredentialPreferences: {
      state: fields.preferred,
      includeTargets: fields.includeWho === 'all' ? [group(allUsers)] : fields.includeGroups.map(group),
      excludeTargets: fields.excludeGroups.map(group),
    },
  }
}

export function wholeNumber(typed: string): number | string {
  return /^\d{1,6}$/.test(typed.trim()) ? Number(typed.trim()) : typed
}

type Targets = Pick<MethodsPolicy['systemCredentialPreferences'], 'includeTargets' | 'excludeTargets'>

/** Targets as the two pickers and the question above them have them. */
export function pickedOf({ includeTargets, excludeTargets }: Targets) {
  const included = includeTargets.map(({ id }) => id)
  return {
    includeWho: included.includes(allUsers) ? ('all' as const) : ('selected' as const),
    includeGroups: included.filter((id) => id !== allUsers),
    excludeGroups: excludeTargets.map(({ id }) => id),
  }
}
