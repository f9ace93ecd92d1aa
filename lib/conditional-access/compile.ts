import { type AuthenticationStrength, builtInStrengths } from '@/lib/authentication-methods/strengths'
import { limits } from '@/lib/limits'
import {
  type ApplicationsCondition,
  type AuthenticationFlowsCondition,
  applicationsSchema,
  authenticationFlowsSchema,
  type ClientAppType,
  clientAppTypesSchema,
  devicesSchema,
  type GuestCondition,
  type InsiderRiskLevel,
  insiderRiskLevelsSchema,
  locationsSchema,
  type PlatformsCondition,
  platformsSchema,
  type RiskLevel,
  riskLevelsSchema,
  type UsersCondition,
  usersSchema,
} from './conditions-model'
import { type DeviceFilter, readDeviceFilter } from './device-filter'
import { namesRegistration, type UserMatcher } from './match'
import {
  type GrantControls,
  grantControlsSchema,
  type SessionControls,
  type StoredLocation,
  type StoredPolicy,
  sessionControlMembers,
  sessionControlsSchema,
} from './model'
import { type Combinations, combinationsIn } from './modes'
import { compileRanges, exampleAddresses } from './network'
import { compilePlaces, type Places } from './places'
import { indexPolicies, type PolicyIndex } from './policy-index'
import { storedCountries, storedRanges } from './read-location'
import { undecidableMember } from './read-policy'
import type { Verdict } from './trace'

/** In the order in which they are asked for. */
export const deviceControls = [
  'compliantDevice',
  'domainJoinedDevice',
  'approvedApplication',
  'compliantApplication',
] as const
export type DeviceControl = (typeof deviceControls)[number]

/** How long proofs count, and a sign-in as a whole. Null: as long as the session. */
export type Frequency = {
  readonly seconds: number
  readonly firstFactorSeconds: number | null
  /** Not for *every time*, which is asked wherever something is decided, and leaves the session in between. */
  readonly sessionSeconds: number | null
  /** As `sessionSeconds`, of the last multifactor authentication. */
  readonly secondFactorSeconds: number | null
}

export type PersistentBrowserMode = 'always' | 'never'

/** A control that a person can meet by proving something. */
export type PromptControl =
  | { readonly kind: 'mfa' }
  | {
      readonly kind: 'authenticationStrength'
      readonly strength: AuthenticationStrength
      readonly combinations: Combinations
    }
  | { readonly kind: 'signInFrequency' }
export type GrantControl =
  | PromptControl
  | { readonly kind: 'block' }
  | { readonly kind: 'device'; readonly control: DeviceControl }
  | { readonly kind: 'passwordChange' }
  | { readonly kind: 'termsOfUse'; readonly id: string }

/** A policy with its references followed, ready to be asked. */
export type CompiledPolicy = {
  readonly id: string
  readonly displayName: string
  readonly version: number
  readonly isEnforced: boolean
  /** Null: the condition cannot be read, so everybody is concerned; the same for `target`. */
  readonly users: { readonly include: UserMatcher; readonly exclude: UserMatcher } | null
  readonly target: ApplicationsCondition | null
  readonly namesRegistration: boolean
  /** Places by their number; null: everywhere. */
  readonly network: { readonly include: NetworkMatcher; readonly exclude: NetworkMatcher } | null
  readonly platforms: PlatformsCondition | null
  readonly clientAppTypes: readonly ClientAppType[]
  readonly signInRiskLevels: readonly RiskLevel[]
  readonly userRiskLevels: readonly RiskLevel[]
  readonly insiderRiskLevels: readonly InsiderRiskLevel[]
  readonly deviceFilter: { readonly mode: 'include' | 'exclude'; readonly matches: DeviceFilter } | null
  readonly authenticationFlows: AuthenticationFlowsCondition | null
  readonly operator: 'AND' | 'OR'
  readonly controls: readonly GrantControl[]
  /** What the policy's line tells of: its controls, then its sign-in frequency. */
  readonly traced: readonly GrantControl[]
  readonly frequency: Frequency | null
  readonly persistentBrowser: PersistentBrowserMode | null
  /** What this version cannot decide about it: a member's path, a missing location or strength. Then it blocks. */
  readonly undecidable: string | null
  /** What was found of it where it applied, kept so that it is not made anew for each request. */
  readonly verdicts: Map<number, Verdict>
}

export type NetworkMatcher = { readonly everywhere: boolean; readonly places: readonly number[] }

/** The country of an address by ISO 3166-1 alpha-2, upper case; null when it is not known. */
export type CountryOf = (address: string) => string | null

/** All that a decision needs to know of what the organisation has decided. */
export type PolicySet = {
  readonly policies: readonly CompiledPolicy[]
  readonly places: Places
  readonly index: PolicyIndex
  readonly countryOf: CountryOf
  /** Somewhere inside the trusted places, and a country of each location that is about countries. */
  readonly examples: () => Examples
}
export type Examples = { readonly trusted: readonly string[]; readonly countries: readonly string[] }

/**
 * Makes stored policies ready to be asked: references followed, ranges and policies indexed. Total: whatever cannot be
 * read, is missing or is not known to this version makes the policies that need it undecidable, and they block whom
 * they concern.
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
  countryOf: CountryOf = () => null,
): PolicySet {
  const places = compilePlaces(locations, mfaTrustedRanges)
  const known = new Map([...strengths, ...builtInStrengths].map((strength) => [strength.id, strength]))
  const distinct = [...new Map([...policies].reverse().map((policy) => [policy.id, policy])).values()].reverse()
  const compiled = distinct
    .filter((policy) => policy.state !== 'disabled')
    .map((policy) => compilePolicy(policy, places, known))
  return {
    policies: compiled,
    places,
    index: indexPolicies(compiled, places.count),
    countryOf,
    examples: () => examplesOf(places),
  }
}

/** Only who is stopped asks for them, so the addresses are worked out then. */
function examplesOf({ examples }: Places): Examples {
  const { trustedRanges, countries } = examples
  return { trusted: trustedRanges.flatMap((range) => addressesIn([range])), countries }
}

/** Somewhere inside each location, for asking whether anybody could pass from there. */
export type ExamplePlace = { readonly address: string | null; readonly country?: string }

export function examplePlacesOf(
  locations: readonly StoredLocation[],
  mfaTrustedRanges: readonly string[],
): readonly ExamplePlace[] {
  const ranges = [mfaTrustedRanges, ...locations.map(({ document }) => storedRanges(document))]
  const addresses = ranges.flatMap((texts) => {
    // One of each family is enough, and a location may have thousands.
    const examples = [texts?.find((text) => !text.includes(':')), texts?.find((text) => text.includes(':'))]
    return addressesIn(examples.filter((text) => text !== undefined))
  })
  const countries = locations.flatMap(({ document }) => storedCountries(document)?.names ?? [])
  return [
    ...addresses.map((address) => ({ address })),
    ...[...new Set(countries)].map((country) => ({ address: null, country })),
  ]
}

function addressesIn(ranges: readonly string[]): readonly string[] {
  try {
    return exampleAddresses(compileRanges(ranges))
  } catch {
    return []
  }
}

function compilePolicy(
  policy: StoredPolicy,
  places: Places,
  strengths: ReadonlyMap<string, AuthenticationStrength>,
): CompiledPolicy {
  const { users, target, network, grant, session, undecidable, ...conditions } = readDocument(policy.document)
  const missing: string[] = []
  const controls = grant ? controlsOf(grant, strengths, missing) : []
  const matcher = (ids: readonly string[]): NetworkMatcher => {
    const found = ids.filter((id) => id !== 'All').map((id) => ({ id, numbers: places.of(id) }))
    missing.push(...found.filter(({ numbers }) => numbers === null).map(({ id }) => `namedLocation ${id}`))
    return { everywhere: ids.includes('All'), places: [...new Set(found.flatMap(({ numbers }) => numbers ?? []))] }
  }
  const frequency = frequencyOf(session)
  const matchers = network && { include: matcher(network.includeLocations), exclude: matcher(network.excludeLocations) }
  if (network?.includeLocations.length === 0) missing.push('conditions.locations.includeLocations')
  if (controls.length === 0 && !session) missing.push('grantControls')
  if (policy.state !== 'enabled' && policy.state !== 'enabledForReportingButNotEnforced') missing.push('state')
  return {
    id: policy.id,
    displayName: policy.displayName,
    version: policy.version,
    isEnforced: policy.state !== 'enabledForReportingButNotEnforced',
    users: users && { include: userMatcher(users, 'include'), exclude: userMatcher(users, 'exclude') },
    target,
    namesRegistration: namesRegistration(target),
    network: matchers,
    ...conditions,
    operator: grant?.operator ?? 'AND',
    controls,
    traced: frequency ? [...controls, signInFrequency] : controls,
    frequency,
    persistentBrowser: session?.persistentBrowser?.mode ?? null,
    undecidable: undecidable ?? missing[0] ?? null,
    verdicts: new Map(),
  }
}

type ReadDocument = ReturnType<typeof readAnew>
const documents = new WeakMap<object, ReadDocument>()

/** Rows are compiled again and again while a change is weighed, so what a document says is read once. */
function readDocument(document: unknown): ReadDocument {
  if (!isJson(document)) return readAnew({})
  const known = documents.get(document) ?? readAnew(document)
  documents.set(document, known)
  return known
}

/** Part by part: a policy with one unreadable member still concerns only those whom its users name. */
function readAnew(document: Json) {
  const { grantControls, sessionControls } = document
  const conditions = isJson(document.conditions) ? document.conditions : {}
  const device = devicesSchema.safeParse(known(conditions.devices, ['deviceFilter'])).data?.deviceFilter
  const rule = device && readDeviceFilter(device.rule)
  return {
    users: usersSchema.safeParse(conditions.users).data ?? null,
    target: applicationsSchema.safeParse(known(conditions.applications, applicationMembers)).data ?? null,
    network: locationsSchema.safeParse(conditions.locations).data ?? null,
    platforms: platformsSchema.safeParse(conditions.platforms).data ?? null,
    clientAppTypes: clientAppTypesSchema.safeParse(conditions.clientAppTypes).data ?? (['all'] as const),
    signInRiskLevels: riskLevelsSchema.safeParse(conditions.signInRiskLevels).data ?? [],
    userRiskLevels: riskLevelsSchema.safeParse(conditions.userRiskLevels).data ?? [],
    insiderRiskLevels: insiderRiskLevelsSchema.safeParse(conditions.insiderRiskLevels).data ?? [],
    deviceFilter: device && rule?.ok ? { mode: device.mode, matches: rule.matches } : null,
    authenticationFlows: authenticationFlowsSchema.safeParse(conditions.authenticationFlows).data ?? null,
    grant: grantControlsSchema.safeParse(known(grantControls, grantMembers)).data ?? null,
    session: sessionControlsSchema.safeParse(known(sessionControls, sessionMembers)).data ?? null,
    undecidable: undecidableMember(document),
  }
}

function controlsOf(
  grant: GrantControls,
  strengths: ReadonlyMap<string, AuthenticationStrength>,
  missing: string[],
): readonly GrantControl[] {
  const controls: GrantControl[] = grant.builtInControls.map((control) =>
    control === 'block' || control === 'mfa' || control === 'passwordChange'
      ? { kind: control }
      : { kind: 'device', control },
  )
  controls.push(...grant.termsOfUse.map((id) => ({ kind: 'termsOfUse', id }) as const))
  if (!grant.authenticationStrength) return controls
  const strength = strengths.get(grant.authenticationStrength.id)
  if (strength) controls.push({ kind: 'authenticationStrength', strength, combinations: combinationsIn(strength) })
  else missing.push(`authenticationStrength ${grant.authenticationStrength.id}`)
  return controls
}

const signInFrequency: GrantControl = { kind: 'signInFrequency' }

/** *Every time* leaves a few minutes, or nobody would ever arrive. @see `30` §6 */
function frequencyOf(session: SessionControls | null): Frequency | null {
  const control = session?.signInFrequency
  if (!control) return null
  const seconds =
    control.frequencyInterval === 'everyTime'
      ? limits.freshness.everyTimeSkewSeconds
      : control.value * (control.type === 'hours' ? 3600 : 86_400)
  const firstFactorSeconds = control.authenticationType === 'secondaryAuthentication' ? null : seconds
  const sessionSeconds = control.frequencyInterval === 'everyTime' ? null : firstFactorSeconds
  const secondFactorSeconds = control.frequencyInterval === 'everyTime' ? null : seconds
  return { seconds, firstFactorSeconds, sessionSeconds, secondFactorSeconds }
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
const applicationMembers = [
  'includeApplications',
  'excludeApplications',
  'includeUserActions',
  'includeAuthenticationContextClassReferences',
]
const grantMembers = ['operator', 'builtInControls', 'authenticationStrength', 'termsOfUse']
const sessionMembers = Object.keys(sessionControlMembers)

/** The members that are decided here; the others are looked at by `undecidableMember`. */
function known(value: unknown, members: readonly string[]): unknown {
  return isJson(value) ? Object.fromEntries(Object.entries(value).filter(([name]) => members.includes(name))) : value
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
