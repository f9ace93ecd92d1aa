import { limits } from '@/lib/limits'
import { type Fail, type FailureDetails, fail, ok, type Result } from '@/lib/result'
import { registerDevice } from './conditions-model'
import type { FilterTrouble } from './device-filter'
import { type ConditionalAccessFailureCode, type PolicyDocument, policyDocumentSchema } from './model'

type Json = Record<string, unknown>

/**
 * Reads a Graph `conditionalAccessPolicy` into its canonical form, or says what stands in the way.
 *
 * Annotations and read-only members are ignored, absent and null collections are empty, enums may be in any case. A
 * member that this version cannot decide is accepted only in its neutral value (null, empty, `["all"]`) and dropped;
 * any other value fails with `conditionalAccess.unsupported_member`, details `member` (dotted path) and, for a single
 * value of a list, `value`. Then the rules V1–V4, V6, V7 and the limit of users. A device filter that cannot be read
 * fails with `invalid_filter` and the place in it. References (V5) need rows: `commands.ts`.
 *
 * @see `70` §7.2, §7.3, §12 I1–I3, I5, I6, I11, I12
 */
export function readPolicy(raw: unknown): Result<PolicyDocument, ConditionalAccessFailureCode> {
  const json = withoutAnnotations(raw)
  if (!isJson(json)) return fail('invalid', 'conditionalAccess.invalid_policy')
  const known = withoutReadOnly(json)
  const refusal = unsupportedMember(known)
  if (refusal) return unsupported(refusal.member, refusal.value)

  const parsed = policyDocumentSchema.safeParse(withNeutralValues(known))
  if (!parsed.success) return fromIssue(parsed.error.issues[0])
  return firstBrokenRule(parsed.data) ?? ok(parsed.data)
}

/** The path of the first member of a stored document that this version cannot decide or read, or null. */
export function undecidableMember(raw: unknown): string | null {
  const json = withoutAnnotations(raw)
  if (!isJson(json)) return 'conditions'
  const refusal = unsupportedMember(json)
  if (refusal) return refusal.member
  const { conditions, grantControls, sessionControls } = json
  const parsed = policyDocumentSchema.safeParse(
    withNeutralValues({ displayName: 'stored', state: 'enabled', conditions, grantControls, sessionControls }),
  )
  return parsed.success ? null : (fromIssue(parsed.error.issues[0]).failure.field ?? 'conditions')
}

function firstBrokenRule(document: PolicyDocument): Fail<ConditionalAccessFailureCode> | null {
  return brokenConditions(document) ?? brokenControls(document) ?? brokenCombination(document)
}

function brokenConditions({ conditions }: PolicyDocument): Fail<ConditionalAccessFailureCode> | null {
  const { users, applications, locations, platforms } = conditions
  const includes = [users.includeUsers, users.includeGroups, users.includeRoles]
  if (includes.every((list) => list.length === 0) && !users.includeGuestsOrExternalUsers)
    return broken('conditionalAccess.no_users', 'conditions.users')
  const individuals = [...users.includeUsers, ...users.excludeUsers].filter((id) => id.includes('-'))
  if (individuals.length > limits.conditionalAccess.usersPerPolicyMax)
    return broken('conditionalAccess.too_many_users', 'conditions.users.includeUsers')

  const targets = [
    applications.includeApplications,
    applications.includeUserActions,
    applications.includeAuthenticationContextClassReferences,
  ]
  const chosen = targets.filter((list) => list.length > 0).length
  if (chosen === 0) return broken('conditionalAccess.no_target', 'conditions.applications')
  if (chosen > 1 || (applications.includeApplications.length === 0 && applications.excludeApplications.length > 0))
    return broken('conditionalAccess.several_targets', 'conditions.applications')
  if (locations && locations.includeLocations.length === 0)
    return broken('conditionalAccess.no_locations', 'conditions.locations.includeLocations')
  if (platforms && platforms.includePlatforms.length === 0)
    return broken('conditionalAccess.invalid_policy', 'conditions.platforms.includePlatforms')
  return null
}

function brokenControls({ grantControls, sessionControls }: PolicyDocument): Fail<ConditionalAccessFailureCode> | null {
  const { builtInControls, authenticationStrength, termsOfUse } = grantControls
  const isGrantEmpty = builtInControls.length === 0 && termsOfUse.length === 0 && !authenticationStrength
  if (isGrantEmpty && !sessionControls) return broken('conditionalAccess.no_control', 'grantControls')
  if (builtInControls.includes('block') && (builtInControls.length + termsOfUse.length > 1 || authenticationStrength))
    return broken('conditionalAccess.block_not_alone', 'grantControls.builtInControls')
  if (builtInControls.includes('mfa') && authenticationStrength)
    return broken('conditionalAccess.mfa_with_strength', 'grantControls.authenticationStrength')
  return builtInControls.includes('approvedApplication')
    ? unsupported('grantControls.builtInControls', 'approvedApplication')
    : null
}

/** Controls that go with some targets and conditions only. */
function brokenCombination(document: PolicyDocument): Fail<ConditionalAccessFailureCode> | null {
  const { conditions, grantControls, sessionControls } = document
  const { applications: target } = conditions
  const { builtInControls, authenticationStrength } = grantControls
  const isEverything = target.includeApplications.includes('All') && target.excludeApplications.length === 0
  if (builtInControls.includes('passwordChange')) {
    const isFit =
      builtInControls.length === 2 &&
      builtInControls.includes('mfa') &&
      grantControls.operator === 'AND' &&
      !authenticationStrength &&
      grantControls.termsOfUse.length === 0 &&
      conditions.userRiskLevels.length > 0 &&
      isEverything &&
      hasOnlyUserRisk(conditions)
    if (!isFit) return broken('conditionalAccess.password_change_alone', 'grantControls.builtInControls')
  }
  if (target.includeUserActions.includes(registerDevice)) {
    const isFit =
      (builtInControls.every((control) => control === 'mfa') && grantControls.termsOfUse.length === 0) ||
      (builtInControls.length === 0 && authenticationStrength !== null)
    if (!isFit || sessionControls)
      return broken('conditionalAccess.not_for_this_action', 'grantControls.builtInControls')
    if (!conditions.clientAppTypes.includes('all'))
      return broken('conditionalAccess.not_for_this_action', 'conditions.clientAppTypes')
    if (conditions.devices) return broken('conditionalAccess.not_for_this_action', 'conditions.devices')
  }
  if (sessionControls?.persistentBrowser && !isEverything)
    return broken('conditionalAccess.persistent_for_all_only', 'sessionControls.persistentBrowser')
  return null
}

function hasOnlyUserRisk(conditions: PolicyDocument['conditions']): boolean {
  const { locations, platforms, devices, authenticationFlows, signInRiskLevels, insiderRiskLevels } = conditions
  const isOpen = [locations, platforms, devices, authenticationFlows, insiderRiskLevels].every((each) => each === null)
  return isOpen && signInRiskLevels.length === 0 && conditions.clientAppTypes.includes('all')
}

function broken(code: ConditionalAccessFailureCode, field: string) {
  return fail('invalid', code, { field })
}

function unsupported(member: string, value?: string) {
  const details: FailureDetails = value === undefined ? { member } : { member, value }
  return fail('invalid', 'conditionalAccess.unsupported_member', { field: member, details })
}

/** Members Graph knows and this version cannot decide. */
const unsupportedPaths: readonly string[] = [
  'sessionControls.globalSecureAccessFilteringProfile',
  'sessionControls.networkAccessSecurity',
  'partialEnablementStrategy',
  'conditions.servicePrincipalRiskLevels',
  'conditions.agentIdRiskLevels',
  'conditions.devices.includeDevices',
  'conditions.devices.excludeDevices',
  'conditions.devices.includeDeviceStates',
  'conditions.devices.excludeDeviceStates',
  'conditions.deviceStates',
  'conditions.times',
  'conditions.clientApplications',
  'conditions.applications.applicationFilter',
  'conditions.applications.networkAccess',
  'conditions.applications.globalSecureAccess',
  'grantControls.customAuthenticationFactors',
]

/** Values of decidable lists that name a thing of the real service which does not exist here. */
const unsupportedValues: Readonly<Record<string, readonly string[]>> = {
  'conditions.applications.includeApplications': ['Office365', 'MicrosoftAdminPortals', 'AllAgentIdResources'],
  'conditions.applications.excludeApplications': ['Office365', 'MicrosoftAdminPortals', 'AllAgentIdResources'],
  'conditions.signInRiskLevels': ['unknownFutureValue'],
  'conditions.userRiskLevels': ['unknownFutureValue'],
  'conditions.platforms.includePlatforms': ['unknownFutureValue'],
  'conditions.platforms.excludePlatforms': ['unknownFutureValue'],
  'conditions.clientAppTypes': ['unknownFutureValue'],
  'grantControls.builtInControls': ['riskRemediation', 'unknownFutureValue'],
}

function unsupportedMember(json: Json): { member: string; value?: string } | null {
  for (const path of unsupportedPaths) {
    if (!isNeutral(at(json, path))) return { member: path }
  }
  for (const [path, words] of Object.entries(unsupportedValues)) {
    const list = at(json, path)
    const value = Array.isArray(list)
      ? words.find((known) =>
          list.some((given) => typeof given === 'string' && given.toLowerCase() === known.toLowerCase()),
        )
      : undefined
    if (value !== undefined) return { member: path, value }
  }
  return null
}

/** A value that asks for nothing: null, empty, every value of the list, switched off, or an object of such values. */
function isNeutral(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true
  if (typeof value === 'string') return value.toLowerCase() === 'none'
  if (Array.isArray(value))
    return value.length === 0 || (value.length === 1 && String(value[0]).toLowerCase() === 'all')
  if (!isJson(value)) return false
  return value.isEnabled === false || Object.values(value).every(isNeutral)
}

/** The document with each undecidable member removed; they are known to be neutral. */
function withNeutralValues(json: Json): Json {
  const { partialEnablementStrategy: _partial, ...rest } = json
  const conditions = copyOf(rest.conditions)
  conditions.users ??= {}
  conditions.applications = copyOf(conditions.applications)
  if (isJson(conditions.devices)) conditions.devices = { ...conditions.devices }
  const grantControls = copyOf(rest.grantControls)
  const sessionControls = isJson(rest.sessionControls) ? { ...rest.sessionControls } : rest.sessionControls
  const document: Json = { ...rest, conditions, grantControls, sessionControls }
  for (const path of unsupportedPaths) {
    const cut = path.lastIndexOf('.')
    const parent = at(document, path.slice(0, Math.max(cut, 0)))
    if (isJson(parent)) delete parent[path.slice(cut + 1)]
  }
  return document
}

function copyOf(value: unknown): Json {
  return isJson(value) ? { ...value } : {}
}

type Issue = {
  readonly code?: string
  readonly path: readonly PropertyKey[]
  readonly keys?: readonly string[]
  readonly params?: FilterTrouble | Record<string, unknown>
}

function fromIssue(issue: Issue | undefined): Fail<ConditionalAccessFailureCode> {
  const path = (issue?.path ?? []).map(String)
  if (issue?.code === 'unrecognized_keys') return unsupported([...path, issue.keys?.[0] ?? ''].join('.'))
  const field = path.join('.')
  if (issue?.code === 'custom' && issue.params && 'position' in issue.params) {
    const { position, found, expected } = issue.params as FilterTrouble
    return fail('invalid', 'conditionalAccess.invalid_filter', { field, details: { position, found, expected } })
  }
  return fail('invalid', 'conditionalAccess.invalid_policy', { field })
}

const readOnlyMembers = new Set(['id', 'templateId', 'createdDateTime', 'modifiedDateTime', 'deletedDateTime'])

function withoutReadOnly(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !readOnlyMembers.has(name)))
}

/** OData annotations (`@odata.type`, `x@odata.context`) say nothing here: the members beside them do. */
function withoutAnnotations(value: unknown, depth = 0): unknown {
  // No policy is nested this deep; input that is must not exhaust the stack. The word is neutral nowhere.
  if (depth > 12) return 'nested too deep'
  if (Array.isArray(value)) return value.map((member) => withoutAnnotations(member, depth + 1))
  if (!isJson(value)) return value
  const members = Object.entries(value).filter(([name]) => !name.includes('@'))
  return Object.fromEntries(members.map(([name, member]) => [name, withoutAnnotations(member, depth + 1)]))
}

function at(json: Json, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (isJson(value) ? value[name] : undefined), json)
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
