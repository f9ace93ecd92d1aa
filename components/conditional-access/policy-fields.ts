import { z } from 'zod'
import {
  type ConditionalAccessPolicy,
  type PolicyDocument,
  registerSecurityInformation,
} from '@/lib/conditional-access/model'
import { keptOnly } from '@/lib/conditional-access/notes'
import { guestOrExternalUserTypes } from '@/lib/directory/model'

/**
 * The policy form's fields and the document they stand for, both ways. It translates and judges nothing: whether the
 * result is a policy is for `readPolicy` to say, and the form passes its answer on.
 */

const text = z.string().max(1024).default('')
const ids = z.array(z.string().max(64)).max(2000).default([])

export const policyFieldsSchema = z.strictObject({
  intent: text,
  version: text,
  returnTo: text,
  displayName: text,
  includeWho: text,
  includeUsers: ids,
  includeGroups: ids,
  includeRoles: ids,
  includeGuests: ids,
  includeTenantsKind: text,
  includeTenants: z.string().max(40_000).default(''),
  includeSearch: text,
  excludeUsers: ids,
  excludeGroups: ids,
  excludeRoles: ids,
  excludeGuests: ids,
  excludeTenantsKind: text,
  excludeTenants: z.string().max(40_000).default(''),
  excludeSearch: text,
  target: text,
  userActions: ids,
  apps: ids,
  excludedApps: ids,
  contexts: ids,
  moreContexts: text,
  locationsConfigured: text,
  includeWhere: text,
  includeLocations: ids,
  excludeWhere: text,
  excludeLocations: ids,
  platformsConfigured: text,
  includePlatforms: ids,
  excludePlatforms: ids,
  clientsConfigured: text,
  clientApps: ids,
  deviceFilterMode: text,
  deviceFilterRule: z.string().max(4096).default(''),
  signInRiskLevels: ids,
  userRiskLevels: ids,
  insiderRiskLevels: ids,
  transferMethods: ids,
  access: text,
  controls: ids,
  strengthId: text,
  termsOfUse: ids,
  operator: text,
  frequency: text,
  frequencyValue: text,
  frequencyUnit: text,
  frequencySecondary: text,
  persistentBrowser: text,
  keptControls: ids,
  cloudAppSecurity: text,
  continuousAccess: text,
  state: text,
  confirmation: text,
  acknowledged: text,
})
export type PolicyFields = z.output<typeof policyFieldsSchema>
/** What a field shows at first, and again after an answer that stays on the page. */
export type PolicyValues = Omit<PolicyFields, 'intent' | 'version' | 'returnTo' | 'confirmation' | 'acknowledged'>

/** Every name, with the empty value an absent field has: an unticked box is not sent at all. */
export const emptyPolicyFields: PolicyFields = policyFieldsSchema.parse({})

/** A new policy as the form first shows it: nothing chosen yet but what is the same for nearly everybody. */
export const newPolicyValues: PolicyValues = {
  ...emptyPolicyFields,
  includeWho: 'none',
  userActions: [registerSecurityInformation],
  locationsConfigured: 'no',
  includeWhere: 'any',
  excludeWhere: 'none',
  platformsConfigured: 'no',
  clientsConfigured: 'no',
  deviceFilterMode: 'none',
  includeTenantsKind: 'all',
  excludeTenantsKind: 'all',
  frequency: 'none',
  persistentBrowser: 'none',
  operator: 'AND',
  state: 'enabledForReportingButNotEnforced',
}

/**
 * Graph's JSON of what was filled in. `before` gives what the form does not show: the description.
 */
export function policyFromFields(fields: PolicyFields, before: PolicyDocument | null): Record<string, unknown> {
  const isSelected = fields.includeWho === 'selected'
  const chosen = (list: readonly string[]) => (isSelected ? list : [])
  return {
    displayName: fields.displayName,
    description: before?.description ?? null,
    state: fields.state,
    conditions: {
      signInRiskLevels: fields.signInRiskLevels,
      userRiskLevels: fields.userRiskLevels,
      insiderRiskLevels: fields.insiderRiskLevels.length > 0 ? fields.insiderRiskLevels.join() : null,
      authenticationFlows:
        fields.transferMethods.length > 0 ? { transferMethods: fields.transferMethods.join() } : null,
      clientAppTypes: fields.clientsConfigured === 'yes' ? fields.clientApps : ['all'],
      platforms:
        fields.platformsConfigured === 'yes'
          ? { includePlatforms: fields.includePlatforms, excludePlatforms: fields.excludePlatforms }
          : null,
      devices:
        fields.deviceFilterMode === 'include' || fields.deviceFilterMode === 'exclude'
          ? { deviceFilter: { mode: fields.deviceFilterMode, rule: fields.deviceFilterRule } }
          : null,
      users: {
        includeUsers: fields.includeWho === 'all' ? ['All'] : isSelected ? fields.includeUsers : nobodyUnlessOn(fields),
        includeGroups: chosen(fields.includeGroups),
        includeRoles: chosen(fields.includeRoles),
        includeGuestsOrExternalUsers: guests(
          chosen(fields.includeGuests),
          fields.includeTenantsKind,
          fields.includeTenants,
        ),
        excludeUsers: fields.excludeUsers,
        excludeGroups: fields.excludeGroups,
        excludeRoles: fields.excludeRoles,
        excludeGuestsOrExternalUsers: guests(fields.excludeGuests, fields.excludeTenantsKind, fields.excludeTenants),
      },
      applications: {
        includeUserActions: fields.target === 'userActions' ? fields.userActions : [],
        includeApplications: fields.target === 'allApps' ? ['All'] : fields.target === 'apps' ? fields.apps : [],
        excludeApplications: fields.target === 'allApps' ? fields.excludedApps : [],
        includeAuthenticationContextClassReferences:
          fields.target === 'contexts' ? [...fields.contexts, ...words(fields.moreContexts)] : [],
      },
      locations:
        fields.locationsConfigured === 'yes'
          ? {
              includeLocations: places(fields.includeWhere, fields.includeLocations),
              excludeLocations: places(fields.excludeWhere, fields.excludeLocations),
            }
          : null,
    },
    grantControls: {
      operator: fields.operator || 'AND',
      builtInControls:
        fields.access === 'block' ? ['block'] : fields.access === 'grant' ? without(fields.controls, 'strength') : [],
      authenticationStrength:
        fields.access === 'grant' && fields.controls.includes('strength') ? { id: fields.strengthId } : null,
      termsOfUse: fields.access === 'grant' ? fields.termsOfUse : [],
    },
    sessionControls: {
      signInFrequency: frequencyFrom(fields),
      persistentBrowser: isChosen(fields.persistentBrowser)
        ? { isEnabled: true, mode: fields.persistentBrowser }
        : null,
      applicationEnforcedRestrictions: isKept(fields, 'applicationEnforcedRestrictions') ? { isEnabled: true } : null,
      cloudAppSecurity: isChosen(fields.cloudAppSecurity)
        ? { isEnabled: true, cloudAppSecurityType: fields.cloudAppSecurity }
        : null,
      continuousAccessEvaluation: isChosen(fields.continuousAccess) ? { mode: fields.continuousAccess } : null,
      disableResilienceDefaults: isKept(fields, 'disableResilienceDefaults') || null,
      secureSignInSession: isKept(fields, 'secureSignInSession') ? { isEnabled: true } : null,
    },
  }
}

function isChosen(choice: string): boolean {
  return choice !== '' && choice !== 'none'
}

function isKept({ keptControls }: PolicyFields, name: string): boolean {
  return keptControls.includes(name)
}

function frequencyFrom(fields: PolicyFields) {
  if (fields.frequency !== 'everyTime' && fields.frequency !== 'timeBased') return null
  const common = {
    isEnabled: true,
    frequencyInterval: fields.frequency,
    authenticationType:
      fields.frequencySecondary === 'on' ? 'secondaryAuthentication' : 'primaryAndSecondaryAuthentication',
  }
  if (fields.frequency === 'everyTime') return common
  // What is no number stays what it is, and the room says which field it was.
  const value = /^\d{1,3}$/.test(fields.frequencyValue) ? Number(fields.frequencyValue) : fields.frequencyValue
  return { ...common, value, type: fields.frequencyUnit }
}

/** "None" can be kept while the policy decides nothing; a policy that is on without people is refused as incomplete. */
function nobodyUnlessOn({ includeWho, state }: PolicyFields): string[] {
  return includeWho === 'none' && state === 'disabled' ? ['None'] : []
}

type Guests = PolicyDocument['conditions']['users']['includeGuestsOrExternalUsers']

function guests(types: readonly string[], kind: string, tenants: string) {
  if (types.length === 0) return null
  return {
    guestOrExternalUserTypes: types.join(),
    externalTenants:
      kind === 'enumerated' ? { membershipKind: 'enumerated', members: words(tenants) } : { membershipKind: 'all' },
  }
}

/** What stands between spaces, commas and line ends. */
function words(list: string): string[] {
  return list.split(/[\s,;]+/).filter((word) => word !== '')
}

function places(where: string, selected: readonly string[]): readonly string[] {
  if (where === 'any') return ['All']
  if (where === 'trusted') return ['AllTrusted']
  return where === 'selected' ? selected : []
}

function without(list: readonly string[], word: string): string[] {
  return list.filter((each) => each !== word)
}

/** The fields of a stored policy. */
export function valuesOfPolicy(policy: PolicyDocument | ConditionalAccessPolicy): PolicyValues {
  const { conditions, grantControls } = policy
  const { users, applications, locations, platforms, clientAppTypes, devices } = conditions
  const strength = grantControls.authenticationStrength
  const isBlock = grantControls.builtInControls.includes('block')
  return {
    ...emptyPolicyFields,
    displayName: policy.displayName,
    state: policy.state,
    includeWho: users.includeUsers.includes('All')
      ? 'all'
      : users.includeUsers.length === 1 && users.includeUsers[0] === 'None'
        ? 'none'
        : 'selected',
    includeUsers: users.includeUsers.filter(isId),
    includeGroups: users.includeGroups,
    includeRoles: users.includeRoles,
    includeGuests: guestTypes(users.includeUsers, users.includeGuestsOrExternalUsers),
    ...tenantValues('include', users.includeGuestsOrExternalUsers),
    excludeUsers: users.excludeUsers.filter(isId),
    ...tenantValues('exclude', users.excludeGuestsOrExternalUsers),
    excludeGroups: users.excludeGroups,
    excludeRoles: users.excludeRoles,
    excludeGuests: guestTypes(users.excludeUsers, users.excludeGuestsOrExternalUsers),
    target:
      applications.includeUserActions.length > 0
        ? 'userActions'
        : applications.includeApplications.includes('All')
          ? 'allApps'
          : applications.includeAuthenticationContextClassReferences.length > 0
            ? 'contexts'
            : 'apps',
    userActions:
      applications.includeUserActions.length > 0 ? applications.includeUserActions : [registerSecurityInformation],
    apps: applications.includeApplications.filter((id) => isId(id) && !applications.excludeApplications.includes(id)),
    excludedApps: applications.excludeApplications,
    contexts: applications.includeAuthenticationContextClassReferences,
    locationsConfigured: locations ? 'yes' : 'no',
    includeWhere: locations ? whereOf(locations.includeLocations, 'selected') : 'any',
    includeLocations: locations?.includeLocations.filter((id) => id !== 'All') ?? [],
    excludeWhere: whereOf(locations?.excludeLocations ?? [], 'none'),
    excludeLocations: locations?.excludeLocations.filter((id) => id !== 'All') ?? [],
    platformsConfigured: platforms ? 'yes' : 'no',
    includePlatforms: platforms?.includePlatforms ?? [],
    excludePlatforms: platforms?.excludePlatforms ?? [],
    clientsConfigured: clientAppTypes.includes('all') ? 'no' : 'yes',
    clientApps: clientAppTypes.filter((type) => type !== 'all'),
    deviceFilterMode: devices?.deviceFilter.mode ?? 'none',
    deviceFilterRule: devices?.deviceFilter.rule ?? '',
    signInRiskLevels: conditions.signInRiskLevels,
    userRiskLevels: conditions.userRiskLevels,
    insiderRiskLevels: conditions.insiderRiskLevels ?? [],
    transferMethods: conditions.authenticationFlows?.transferMethods ?? [],
    access: isBlock ? 'block' : 'grant',
    controls: [
      ...grantControls.builtInControls.filter((control) => control !== 'block'),
      ...(strength ? ['strength'] : []),
    ],
    strengthId: strength?.id ?? '',
    termsOfUse: grantControls.termsOfUse,
    operator: grantControls.operator,
    ...frequencyValues(policy),
    persistentBrowser: policy.sessionControls?.persistentBrowser?.mode ?? 'none',
    keptControls: [...keptOnly(policy.sessionControls)],
    cloudAppSecurity: policy.sessionControls?.cloudAppSecurity?.cloudAppSecurityType ?? 'none',
    continuousAccess: policy.sessionControls?.continuousAccessEvaluation?.mode ?? 'none',
  }
}

function tenantValues<Side extends 'include' | 'exclude'>(side: Side, condition: Guests) {
  const tenants = condition?.externalTenants
  const isEnumerated = tenants?.membershipKind === 'enumerated'
  return {
    [`${side}TenantsKind`]: isEnumerated ? 'enumerated' : 'all',
    [`${side}Tenants`]: isEnumerated ? tenants.members.join('\n') : '',
  } as Record<`${Side}TenantsKind` | `${Side}Tenants`, string>
}

function frequencyValues({ sessionControls }: PolicyDocument) {
  const control = sessionControls?.signInFrequency
  return {
    frequency: control?.frequencyInterval ?? 'none',
    frequencyValue: control?.frequencyInterval === 'timeBased' ? String(control.value) : '',
    frequencyUnit: control?.frequencyInterval === 'timeBased' ? control.type : '',
    frequencySecondary: control?.authenticationType === 'secondaryAuthentication' ? 'on' : '',
  }
}

function whereOf(list: readonly string[], empty: string): string {
  if (list.includes('All')) return 'any'
  // Trusted and others together is a choice of single places; the form lists trusted among them.
  if (list.includes('AllTrusted')) return list.length === 1 ? 'trusted' : 'selected'
  return list.length > 0 ? 'selected' : empty
}

function guestTypes(words: readonly string[], condition: Guests): string[] {
  if (words.includes('GuestsOrExternalUsers')) return [...guestOrExternalUserTypes]
  return [...(condition?.guestOrExternalUserTypes ?? [])]
}

function isId(word: string): boolean {
  return word.includes('-')
}

const targetFields = ['userActions', 'apps', 'contexts'] as const

/** The form's field that a refusal's member belongs to. */
export function fieldOfMember(member: string | undefined, fields: PolicyFields): string | undefined {
  if (member === undefined) return undefined
  const named: readonly (readonly [string, string])[] = [
    ['conditions.users.includeGuestsOrExternalUsers', 'includeTenants'],
    ['conditions.users.excludeGuestsOrExternalUsers', 'excludeTenants'],
    ['conditions.users.exclude', 'excludePeople'],
    ['conditions.users', fields.includeWho === 'selected' ? 'includePeople' : 'includeWho'],
    ['conditions.applications', targetFields.find((name) => name === fields.target) ?? 'target'],
    ['conditions.locations.exclude', 'excludeWhere'],
    ['conditions.locations', fields.includeWhere === 'selected' ? 'includeLocations' : 'includeWhere'],
    ['conditions.platforms.exclude', 'excludePlatforms'],
    ['conditions.platforms', 'includePlatforms'],
    ['conditions.clientAppTypes', 'clientApps'],
    ['conditions.devices', 'deviceFilterRule'],
    ['sessionControls.signInFrequency', fields.frequency === 'timeBased' ? 'frequencyValue' : 'frequency'],
    ['sessionControls.persistentBrowser', 'persistentBrowser'],
    ['sessionControls', 'keptControls'],
    ['conditions.signInRiskLevels', 'signInRiskLevels'],
    ['conditions.userRiskLevels', 'userRiskLevels'],
    ['conditions.insiderRiskLevels', 'insiderRiskLevels'],
    ['conditions.authenticationFlows', 'transferMethods'],
    ['grantControls.termsOfUse', 'termsOfUse'],
    ['grantControls.authenticationStrength', 'controls'],
    ['grantControls', fields.access === 'grant' ? 'controls' : 'access'],
  ]
  return named.find(([path]) => member.startsWith(path))?.[1] ?? member
}
