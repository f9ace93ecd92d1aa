/**
 * Changing what the organisation has decided about methods and password reset, and knowing beforehand what that means.
 *
 * A change names only what it replaces, so that a form about one method cannot carry the others along. This room counts
 * people and saves documents; whether a method may be used is authentication-methods', and what is registered changes
 * nowhere here. Its invariant: no change leaves the organisation without a Global Administrator who can sign in.
 *
 * @see `10` §3–§7, §12; `40` §1
 */
import { z } from 'zod'
import { wizardOrders } from '@/lib/authentication-methods/catalogue'
import type { MethodKind } from '@/lib/authentication-methods/model'
import {
  type ConfigurationName,
  configurationNames,
  type MethodsPolicy,
  methodsPolicySchema,
  type PasswordResetPolicy,
  systemCredentialPreferencesSchema,
} from '@/lib/authentication-methods/policy-model'
import type { ResetStanding } from '@/lib/reports/password-resets'
import { afterProfileChange, keptProfiles, profileChangeSchemas } from './passkey-profiles'

/** The configuration of one method, whole; the document's own schema says what belongs to it. */
const methodChangeSchema = z.strictObject({
  part: z.enum(configurationNames),
  configuration: z.record(z.string(), z.unknown()),
})
const settingsChangeSchema = z.strictObject({
  part: z.literal('settings'),
  wizardOrder: z.enum(wizardOrders),
  systemCredentialPreferences: systemCredentialPreferencesSchema,
})
export const methodsChangeSchema = z.union([methodChangeSchema, settingsChangeSchema, ...profileChangeSchemas])
export type MethodsChange = z.infer<typeof methodsChangeSchema>

/** The document after the change, or the first member for which it would not be one. */
export function changedMethodsPolicy(
  document: MethodsPolicy,
  change: MethodsChange,
): { readonly ok: true; readonly document: MethodsPolicy } | { readonly ok: false; readonly member: string } {
  const after = changedDocument(document, change)
  const parsed = methodsPolicySchema.safeParse(after)
  if (parsed.success) return { ok: true, document: parsed.data }
  return { ok: false, member: String(parsed.error.issues[0]?.path.findLast((part) => typeof part === 'string') ?? '') }
}

function changedDocument(document: MethodsPolicy, change: MethodsChange): unknown {
  const { methods } = document
  switch (change.part) {
    case 'settings': {
      const { part: _, ...settings } = change
      return { ...document, ...settings }
    }
    case 'passkeyProfile':
    case 'passkeyAssignments':
      return { ...document, methods: { ...methods, passkey: afterProfileChange(methods.passkey, change) } }
    case 'passkey':
      return { ...document, methods: { ...methods, passkey: keptProfiles(methods.passkey, change.configuration) } }
    default:
      return { ...document, methods: { ...methods, [change.part]: change.configuration } }
  }
}

/** As Graph lists configurations, each with its id: no member of an event may bear the name of a secret. */
export function recordedMethodsPolicy({ methods, ...rest }: MethodsPolicy): unknown {
  return { ...rest, configurations: Object.entries(methods).map(([id, configuration]) => ({ id, ...configuration })) }
}

/** Ids of the groups that the change names; the marker for all people is none. */
export function groupsOf(change: MethodsChange | PasswordResetPolicy): string[] {
  if ('enabledFor' in change) return change.groupId === null ? [] : [change.groupId]
  const named = targetsSchema.safeParse(targetsOf(change))
  if (!named.success) return []
  return [...named.data.includeTargets, ...named.data.excludeTargets]
    .map(({ id }) => id)
    .filter((id) => z.uuid().safeParse(id).success)
}

function targetsOf(change: MethodsChange): unknown {
  if (change.part === 'settings') return change.systemCredentialPreferences
  if (change.part === 'passkeyAssignments') return { includeTargets: change.includeTargets, excludeTargets: [] }
  return change.part === 'passkeyProfile' ? null : change.configuration
}

const target = z.looseObject({ id: z.string() })
const targetsSchema = z.looseObject({ includeTargets: z.array(target), excludeTargets: z.array(target) })

/** What may happen to people; each is a number in a preview and a list behind it. */
export const effects = [
  'shutOut',
  'losesOnly',
  'stops',
  'works',
  'losesReset',
  'gainsReset',
  'mustRegister',
  'mustConfirm',
] as const
export type Effect = (typeof effects)[number]

export type Impact = Readonly<Record<Effect, number>> & {
  /** People with an enabled account; nobody else is counted. */
  readonly people: number
  /** For each part of the policy, how many may use its method, before and after. */
  readonly allowed: Readonly<Record<ConfigurationName, { readonly before: number; readonly after: number }>>
  /** How many may reset their password, before and after, whatever they have registered. */
  readonly mayReset: { readonly before: number; readonly after: number }
  /** How many stand how with their own password reset, before and after; each person counts once on each side. */
  readonly standings: Readonly<Record<ResetStanding, { readonly before: number; readonly after: number }>>
  /** Whether whoever asks loses their own second factor. */
  readonly isOwnLost: boolean
  /** Global Administrators with a second factor that works. */
  readonly administrators: { readonly before: number; readonly after: number }
}

/** Whether the change would leave no Global Administrator a way in, and there was one before. SEC-015 */
export function shutsOutAdministrators({ administrators: { before, after } }: Pick<Impact, 'administrators'>): boolean {
  return before > 0 && after === 0
}

export type AffectedPerson = {
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly isAdministrator: boolean
  readonly methods: readonly MethodKind[]
}

export const failureCodes = [
  'policyChanges.changed_meanwhile',
  'policyChanges.no_administrator_left',
  'policyChanges.unknown_group',
  'policyChanges.unknown_target',
  'policyChanges.invalid',
  'policyChanges.too_large',
  'policyChanges.profile_assigned',
  'policyChanges.fresh_elsewhere',
] as const
export type PolicyChangesFailureCode = (typeof failureCodes)[number] | 'directory.forbidden'
