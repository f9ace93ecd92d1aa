import { type AuthenticationStrength, builtInStrengths } from '@/lib/authentication-methods/strengths'
import type { UserMatcher } from './match'
import {
  type ApplicationsCondition,
  applicationsSchema,
  type GrantControls,
  type GuestCondition,
  grantControlsSchema,
  locationsSchema,
  mfaTrustedIpsId,
  type StoredLocation,
  type StoredPolicy,
  type UsersCondition,
  usersSchema,
} from './model'
import { type AddressSet, compileRanges, exampleAddresses, union } from './network'
import { storedRanges } from './read-location'
import { undecidableMember } from './read-policy'

/** In the order in which they are asked for. */
export const deviceControls = ['compliantDevice', 'domainJoinedDevice'] as const
export type DeviceControl = (typeof deviceControls)[number]

/** A control that a person can meet by performing something. */
export type PromptControl =
  | { readonly kind: 'mfa' }
  | { readonly kind: 'authenticationStrength'; readonly strength: AuthenticationStrength }
export type GrantControl =
  | PromptControl
  | { readonly kind: 'block' }
  | { readonly kind: 'device'; readonly control: DeviceControl }

export type LocationMatcher = 'all' | AddressSet

/** A policy with its references followed, ready to be asked. */
export type CompiledPolicy = {
  readonly id: string
  readonly displayName: string
  readonly version: number
  readonly isEnforced: boolean
  /** Null: the condition cannot be read, so everybody is concerned; the same for `target`. */
  readonly users: { readonly include: UserMatcher; readonly exclude: UserMatcher } | null
  readonly target: ApplicationsCondition | null
  readonly network: {
    readonly include: readonly LocationMatcher[]
    readonly exclude: readonly LocationMatcher[]
  } | null
  readonly operator: 'AND' | 'OR'
  readonly controls: readonly GrantControl[]
  /** What this version cannot decide about it: a member's path, a missing location or strength. Then it blocks. */
  readonly undecidable: string | null
}

/** All that a decision needs to know of what the organisation has decided. */
export type PolicySet = { readonly policies: readonly CompiledPolicy[] }

/**
 * Makes stored policies ready to be asked: references followed, ranges sorted. Total: whatever cannot be read, is
 * missing or is not known to this version makes the policies that need it undecidable, and they block whom they concern.
 *
 * Disabled policies are left out; of rows with the same id the first counts. `strengths` are the custom ones.
 *
 * @see SEC-006
 */
export function compile(
  policies: readonly StoredPolicy[],
  locations: readonly StoredLocation[],
  strengths: readonly AuthenticationStrength[],
  mfaTrustedRanges: readonly string[],
): PolicySet {
  const places = compileLocations(locations, mfaTrustedRanges)
  const known = new Map([...strengths, ...builtInStrengths].map((strength) => [strength.id, strength]))
  const distinct = [...new Map([...policies].reverse().map((policy) => [policy.id, policy])).values()].reverse()
  return {
    policies: distinct
      .filter((policy) => policy.state !== 'disabled')
      .map((policy) => compilePolicy(policy, places, known)),
  }
}

/** An address inside each location, for asking whether anybody could pass from somewhere. */
export function exampleAddressesOf(
  locations: readonly StoredLocation[],
  mfaTrustedRanges: readonly string[],
): readonly string[] {
  const sets = [compiled(mfaTrustedRanges), ...locations.map(({ document }) => compiled(storedRanges(document)))]
  return sets.flatMap((set) => (set ? exampleAddresses(set) : []))
}

type Places = ReadonlyMap<string, AddressSet | null>

function compileLocations(locations: readonly StoredLocation[], mfaTrustedRanges: readonly string[]): Places {
  const mfaTrusted = compiled(mfaTrustedRanges)
  const sets = locations.map((location) => ({ ...location, set: compiled(storedRanges(location.document)) }))
  const trusted = [mfaTrusted, ...sets.filter((location) => location.isTrusted).map((location) => location.set)]
  const readable = trusted.filter((set) => set !== null)
  return new Map([
    ...sets.map((location) => [location.id, location.set] as const),
    [mfaTrustedIpsId, mfaTrusted] as const,
    ['AllTrusted', readable.length === trusted.length ? union(readable) : null] as const,
  ])
}

function compiled(ranges: readonly string[] | null): AddressSet | null {
  try {
    return ranges && compileRanges(ranges)
  } catch {
    return null
  }
}

function compilePolicy(
  policy: StoredPolicy,
  places: Places,
  strengths: ReadonlyMap<string, AuthenticationStrength>,
): CompiledPolicy {
  const { conditions, grantControls } = parts(policy.document)
  // Read part by part: a policy with one unreadable member still concerns only those whom its users name.
  const users = usersSchema.safeParse(conditions.users)
  const target = applicationsSchema.safeParse(known(conditions.applications, applicationMembers))
  const network = locationsSchema.safeParse(conditions.locations)
  const grant = grantControlsSchema.safeParse(known(grantControls, grantMembers))

  const missing: string[] = []
  const matcher = (id: string): LocationMatcher => {
    const set = id === 'All' ? 'all' : (places.get(id) ?? null)
    if (set !== null) return set
    missing.push(`namedLocation ${id}`)
    return 'all'
  }
  const locations = network.data ?? null
  const controls = grant.data ? controlsOf(grant.data, strengths, missing) : []
  if (locations?.includeLocations.length === 0) missing.push('conditions.locations.includeLocations')
  if (controls.length === 0) missing.push('grantControls')
  if (policy.state !== 'enabled' && policy.state !== 'enabledForReportingButNotEnforced') missing.push('state')
  return {
    id: policy.id,
    displayName: policy.displayName,
    version: policy.version,
    isEnforced: policy.state !== 'enabledForReportingButNotEnforced',
    users: users.data
      ? { include: userMatcher(users.data, 'include'), exclude: userMatcher(users.data, 'exclude') }
      : null,
    target: target.data ?? null,
    network: locations && {
      include: locations.includeLocations.map(matcher),
      exclude: locations.excludeLocations.map(matcher),
    },
    operator: grant.data?.operator ?? 'AND',
    controls,
    undecidable: undecidableMember(policy.document) ?? missing[0] ?? null,
  }
}

function controlsOf(
  grant: GrantControls,
  strengths: ReadonlyMap<string, AuthenticationStrength>,
  missing: string[],
): readonly GrantControl[] {
  const controls: GrantControl[] = grant.builtInControls.map((control) =>
    control === 'block' || control === 'mfa' ? { kind: control } : { kind: 'device', control },
  )
  if (!grant.authenticationStrength) return controls
  const strength = strengths.get(grant.authenticationStrength.id)
  if (strength) controls.push({ kind: 'authenticationStrength', strength })
  else missing.push(`authenticationStrength ${grant.authenticationStrength.id}`)
  return controls
}

function userMatcher(users: UsersCondition, side: 'include' | 'exclude'): UserMatcher {
  const named: readonly string[] = users[`${side}Users`]
  const guests: GuestCondition | null = users[`${side}GuestsOrExternalUsers`]
  return {
    everybody: named.includes('All'),
    everyGuest: named.includes('GuestsOrExternalUsers'),
    users: new Set(named),
    groups: new Set(users[`${side}Groups`]),
    roles: new Set(users[`${side}Roles`]),
    guests,
  }
}

type Json = Readonly<Record<string, unknown>>
const applicationMembers = ['includeApplications', 'excludeApplications', 'includeUserActions']
const grantMembers = ['operator', 'builtInControls', 'authenticationStrength']

function parts(document: unknown): { conditions: Json; grantControls: unknown } {
  const json = isJson(document) ? document : {}
  return { conditions: isJson(json.conditions) ? json.conditions : {}, grantControls: json.grantControls }
}

/** The members that are decided here; the others are looked at by `undecidableMember`. */
function known(value: unknown, members: readonly string[]): unknown {
  return isJson(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => members.includes(name))) : value
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
