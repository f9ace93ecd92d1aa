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
import { type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import {
  type MethodsPolicy,
  methodsPolicySchema,
  type PasswordResetPolicy,
  passwordResetPolicySchema,
  profilesWithSynced,
  systemCredentialPreferencesSchema,
} from '@/lib/authentication-methods/policy-model'

/** The configuration of one method, whole; the document's own schema says what belongs to it. */
const methodChangeSchema = z.strictObject({
  part: z.enum(methodKinds),
  configuration: z.record(z.string(), z.unknown()),
})
const settingsChangeSchema = z.strictObject({
  part: z.literal('settings'),
  wizardOrder: z.enum(wizardOrders),
  systemCredentialPreferences: systemCredentialPreferencesSchema,
})
export const methodsChangeSchema = z.union([methodChangeSchema, settingsChangeSchema])
export type MethodsChange = z.infer<typeof methodsChangeSchema>

export { passwordResetPolicySchema as passwordResetChangeSchema }

/** The document after the change, or the first member for which it would not be one. */
export function changedMethodsPolicy(
  document: MethodsPolicy,
  change: MethodsChange,
): { readonly ok: true; readonly document: MethodsPolicy } | { readonly ok: false; readonly member: string } {
  const { part, ...settings } = change
  const after =
    'configuration' in settings
      ? {
          ...document,
          methods: { ...document.methods, [part]: configurationOf(document, part, settings.configuration) },
        }
      : { ...document, ...settings }
  const parsed = methodsPolicySchema.safeParse(after)
  if (parsed.success) return { ok: true, document: parsed.data }
  return { ok: false, member: String(parsed.error.issues[0]?.path.findLast((part) => typeof part === 'string') ?? '') }
}

/**
 * A form of passkeys asks whether synced ones are allowed, which the default profile holds. Profiles, and which of them a
 * target has, are not in the form and stay.
 */
function configurationOf({ methods }: MethodsPolicy, part: string, sent: Record<string, unknown>): unknown {
  if (part !== 'passkey' || !('isSyncedPasskeyAllowed' in sent)) return sent
  const { isSyncedPasskeyAllowed, includeTargets, ...rest } = sent
  const { defaultPasskeyProfile, includeTargets: before } = methods.passkey
  const profilesOf = (id: unknown) => before.find((target) => target.id === id)?.allowedPasskeyProfiles
  const targets = z.array(z.looseObject({ id: z.unknown() })).safeParse(includeTargets)
  return {
    ...rest,
    includeTargets: targets.success
      ? targets.data.map((target) => {
          const allowedPasskeyProfiles = profilesOf(target.id)
          return allowedPasskeyProfiles ? { ...target, allowedPasskeyProfiles } : target
        })
      : includeTargets,
    defaultPasskeyProfile,
    passkeyProfiles: profilesWithSynced(methods.passkey, isSyncedPasskeyAllowed === true),
  }
}

/** As Graph lists configurations, each with its id: no member of an event may bear the name of a secret. */
export function recordedMethodsPolicy({ methods, ...rest }: MethodsPolicy): unknown {
  return { ...rest, configurations: Object.entries(methods).map(([id, configuration]) => ({ id, ...configuration })) }
}

/** Ids of the groups that the change names; the marker for all people is none. */
export function groupsOf(change: MethodsChange | PasswordResetPolicy): string[] {
  if ('enabledFor' in change) return change.groupId === null ? [] : [change.groupId]
  const targets = 'configuration' in change ? change.configuration : change.systemCredentialPreferences
  const named = targetsSchema.safeParse(targets)
  if (!named.success) return []
  return [...named.data.includeTargets, ...named.data.excludeTargets]
    .map(({ id }) => id)
    .filter((id) => z.uuid().safeParse(id).success)
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
  /** For each kind, how many may use it, before and after. */
  readonly allowed: Readonly<Record<MethodKind, { readonly before: number; readonly after: number }>>
  /** How many may reset their password, before and after, whatever they have registered. */
  readonly mayReset: { readonly before: number; readonly after: number }
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
  'policyChanges.invalid',
  'policyChanges.fresh_elsewhere',
] as const
export type PolicyChangesFailureCode = (typeof failureCodes)[number] | 'directory.forbidden'
