import { limits } from '@/lib/limits'
import { type Fail, type FailureDetails, fail, ok, type Result } from '@/lib/result'
import { type ConditionalAccessFailureCode, type PolicyDocument, policyDocumentSchema } from './model'

type Json = Record<string, unknown>

/**
 * Reads a Graph `conditionalAccessPolicy` into its canonical form, or says what stands in the way.
 *
 * Annotations and read-only members are ignored, absent and null collections are empty, enums may be in any case. A
 * member that this version cannot decide is accepted only in its neutral value (null, empty, `["all"]`) and dropped;
 * any other value fails with `conditionalAccess.unsupported_member`, details `member` (dotted path) and, for a single
 * value of a list, `value`. Then the rules V1, V3, V4 and the limit of users. References (V5) need rows: `commands.ts`.
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
  const { conditions, grantControls } = json
  const parsed = policyDocumentSchema.safeParse(
    withNeutralValues({ displayName: 'stored', state: 'enabled', conditions, grantControls }),
  )
  return parsed.success ? null : (fromIssue(parsed.error.issues[0]).failure.field ?? 'conditions')
}

function firstBrokenRule({ conditions, grantControls }: PolicyDocument): Fail<ConditionalAccessFailureCode> | null {
  const { users, applications, locations } = conditions
  const includes = [users.includeUsers, users.includeGroups, users.includeRoles]
  if (includes.every((list) => list.length === 0) && !users.includeGuestsOrExternalUsers)
    return broken('conditionalAccess.no_users', 'conditions.users')
  const individuals = [...users.includeUsers, ...users.excludeUsers].filter((id) => id.includes('-'))
  if (individuals.length > limits.conditionalAccess.usersPerPolicyMax)
    return broken('conditionalAccess.too_many_users', 'conditions.users.includeUsers')

  const targets = [applications.includeApplications, applications.includeUserActions]
  const chosen = targets.filter((list) => list.length > 0).length
  if (chosen === 0) return broken('conditionalAccess.no_target', 'conditions.applications')
  if (chosen > 1 || (applications.includeUserActions.length > 0 && applications.excludeApplications.length > 0))
    return broken('conditionalAccess.several_targets', 'conditions.applications')
  if (locations && locations.includeLocations.length === 0)
    return broken('conditionalAccess.no_locations', 'conditions.locations.includeLocations')

  const { builtInControls, authenticationStrength } = grantControls
  if (builtInControls.length === 0 && !authenticationStrength)
    return broken('conditionalAccess.no_control', 'grantControls')
  if (builtInControls.includes('block') && (builtInControls.length > 1 || authenticationStrength))
    return broken('conditionalAccess.block_not_alone', 'grantControls.builtInControls')
  if (builtInControls.includes('mfa') && authenticationStrength)
    return broken('conditionalAccess.mfa_with_strength', 'grantControls.authenticationStrength')
  const device = builtInControls.find((control) => control === 'compliantDevice' || control === 'domainJoinedDevice')
  return device ? unsupported('grantControls.builtInControls', device) : null
}

function broken(code: ConditionalAccessFailureCode, field: string) {
  return fail('invalid', code, { field })
}

function unsupported(member: string, value?: string) {
  const details: FailureDetails = value === undefined ? { member } : { member, value }
  return fail('invalid', 'conditionalAccess.unsupported_member', { field: member, details })
}

/** Members Graph knows and this version cannot decide; `x.*` stands for every member of x that is not decidable. */
const unsupportedPaths: readonly string[] = [
  'sessionControls.*',
  'partialEnablementStrategy',
  'conditions.clientAppTypes',
  'conditions.signInRiskLevels',
  'conditions.userRiskLevels',
  'conditions.servicePrincipalRiskLevels',
  'conditions.insiderRiskLevels',
  'conditions.agentIdRiskLevels',
  'conditions.authenticationFlows',
  'conditions.platforms',
  'conditions.devices',
  'conditions.deviceStates',
  'conditions.times',
  'conditions.clientApplications',
  'conditions.applications.includeAuthenticationContextClassReferences',
  'conditions.applications.applicationFilter',
  'conditions.applications.networkAccess',
  'conditions.applications.globalSecureAccess',
  'grantControls.customAuthenticationFactors',
  'grantControls.termsOfUse',
]

/** Values of decidable lists that name a thing of the real service which does not exist here. */
const unsupportedValues: Readonly<Record<string, readonly string[]>> = {
  'conditions.applications.includeApplications': ['Office365', 'MicrosoftAdminPortals', 'AllAgentIdResources'],
  'conditions.applications.excludeApplications': ['Office365', 'MicrosoftAdminPortals', 'AllAgentIdResources'],
  'conditions.applications.includeUserActions': ['urn:user:registerdevice'],
  'grantControls.builtInControls': [
    'approvedApplication',
    'compliantApplication',
    'passwordChange',
    'riskRemediation',
    'unknownFutureValue',
  ],
}

function unsupportedMember(json: Json): { member: string; value?: string } | null {
  for (const path of unsupportedPaths) {
    const parent = path.endsWith('.*') ? path.slice(0, -2) : null
    if (!parent) {
      if (!isNeutral(at(json, path))) return { member: path }
      continue
    }
    const value = at(json, parent)
    if (!isJson(value)) {
      if (!isNeutral(value)) return { member: parent }
      continue
    }
    const member = Object.keys(value).find((name) => !isNeutral(value[name]))
    if (member !== undefined) return { member: `${parent}.${member}` }
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
  const { sessionControls: _session, partialEnablementStrategy: _partial, ...rest } = json
  const conditions = isJson(rest.conditions) ? { ...rest.conditions } : {}
  const applications = isJson(conditions.applications) ? { ...conditions.applications } : {}
  const grantControls = isJson(rest.grantControls) ? { ...rest.grantControls } : {}
  const parts: Readonly<Record<string, Json>> = {
    conditions,
    'conditions.applications': applications,
    grantControls,
  }
  for (const path of unsupportedPaths) {
    const cut = path.lastIndexOf('.')
    delete parts[path.slice(0, cut)]?.[path.slice(cut + 1)]
  }
  const users = conditions.users ?? {}
  return { ...rest, conditions: { ...conditions, users, applications, clientAppTypes: ['all'] }, grantControls }
}

type Issue = { readonly code?: string; readonly path: readonly PropertyKey[]; readonly keys?: readonly string[] }

function fromIssue(issue: Issue | undefined): Fail<ConditionalAccessFailureCode> {
  const path = (issue?.path ?? []).map(String)
  if (issue?.code === 'unrecognized_keys') return unsupported([...path, issue.keys?.[0] ?? ''].join('.'))
  return fail('invalid', 'conditionalAccess.invalid_policy', { field: path.join('.') })
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
