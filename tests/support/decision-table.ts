/**
 * The people, places, sessions and policies of the specification's decision table (`30` §13), under its own names.
 */
import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { AuthenticationStrength } from '@/lib/authentication-methods/strengths'
import { compile, type PolicySet } from '@/lib/conditional-access/compile'
import { type Context, withoutSources } from '@/lib/conditional-access/decision'
import type { PolicyState, StoredLocation, StoredPolicy } from '@/lib/conditional-access/model'
import { guestOrExternalUserTypes, type Subject } from '@/lib/directory/model'
import { aSubject } from './builders'

type Mode = AuthenticationMethodMode

export const now = Date.UTC(2026, 5, 1, 9)
const numbered = (kind: number, n: number) =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`

export const groups = { staff: numbered(1, 1), hr: numbered(1, 2), breakGlass: numbered(1, 3) }

export type Person = { readonly subject: Subject; readonly usableModes: readonly Mode[] }
const person = (n: number, given: Parameters<typeof aSubject>[0], usableModes: readonly Mode[] = []): Person => ({
  subject: aSubject({ id: numbered(2, n), ...given }),
  usableModes,
})

export const people = {
  ana: person(1, { groupIds: [groups.staff] }),
  ben: person(2, { groupIds: [groups.staff] }, ['microsoftAuthenticatorPush', 'sms']),
  // HR is nested in Staff: a subject carries all its groups.
  cia: person(3, { groupIds: [groups.hr, groups.staff] }, ['fido2', 'microsoftAuthenticatorPush']),
  adm: person(4, { roles: ['globalAdministrator'] }, ['microsoftAuthenticatorPush']),
  admWithPasskey: person(4, { roles: ['globalAdministrator'] }, ['microsoftAuthenticatorPush', 'fido2']),
  bg: person(5, { roles: ['globalAdministrator'], groupIds: [groups.breakGlass] }, ['fido2']),
  gst: person(6, { userType: 'guest', guestType: 'b2bCollaborationGuest' }),
  loc: person(7, { userType: 'guest', guestType: 'internalGuest' }),
  eve: person(8, {}, ['microsoftAuthenticatorPush']),
} as const
export type Name = keyof typeof people

export const addresses = {
  in: '203.0.113.10',
  off: '198.18.0.5',
  tip: '192.0.2.5',
  v6in: '2001:db8:abcd::9',
  part: '198.51.100.10',
  mapped: '::ffff:203.0.113.10',
  de: '185.0.2.7',
  unk: '240.0.0.1',
} as const
export type Place = keyof typeof addresses

const location = (n: number, displayName: string, isTrusted: boolean, cidr: string): StoredLocation => ({
  id: numbered(3, n),
  displayName,
  isTrusted,
  version: 1,
  document: { '@odata.type': '#microsoft.graph.ipNamedLocation', ipRanges: [{ cidrAddress: cidr }] },
})
const countries = (n: number, displayName: string, names: readonly string[], unknown: boolean): StoredLocation => ({
  ...{ id: numbered(3, n), displayName, isTrusted: false, version: 1 },
  document: {
    '@odata.type': '#microsoft.graph.countryNamedLocation',
    countriesAndRegions: names,
    includeUnknownCountriesAndRegions: unknown,
    countryLookupMethod: 'clientIpAddress',
  },
})
/** What the address database knows of the table's addresses; of the others nothing. */
const knownCountries: Readonly<Record<string, string>> = {
  [addresses.in]: 'US',
  [addresses.off]: 'US',
  [addresses.de]: 'DE',
}
export const countryOf = (address: string): string | null => knownCountries[address] ?? null
export const hq = location(1, 'HQ', true, '203.0.113.0/24')
export const locations: readonly StoredLocation[] = [
  hq,
  location(2, 'HQ6', true, '2001:db8:abcd::/48'),
  location(3, 'Partner', false, '198.51.100.0/25'),
  countries(4, 'DE', ['DE'], false),
  countries(5, 'UNK', ['FR'], true),
]
export const mfaTrustedRanges = ['192.0.2.0/28']

const custom = (n: number, displayName: string, allowedCombinations: readonly string[]): AuthenticationStrength => ({
  id: numbered(4, n),
  displayName,
  description: null,
  policyType: 'custom',
  allowedCombinations,
})
const withPassword = ['password,microsoftAuthenticatorPush', 'password,softwareOath', 'password,sms']
export const strengths = {
  bootstrap: custom(1, 'Bootstrap', [
    'fido2',
    'temporaryAccessPassOneTime',
    'temporaryAccessPassMultiUse',
    ...withPassword,
  ]),
  mfaWithoutTap: custom(2, 'MFA without Temporary Access Pass', ['fido2', ...withPassword]),
}

const minutes = 60_000
export const proof = (mode: Mode, minutesAgo = 0, more: Partial<Proof> = {}): Proof => ({
  mode,
  methodId: null,
  at: now - minutesAgo * minutes,
  ...more,
})
export const sessions = {
  pw: [proof('password')],
  'pw+push': [proof('password', 2), proof('microsoftAuthenticatorPush', 2)],
  'pw+push 4': [proof('password', 4), proof('microsoftAuthenticatorPush', 4)],
  'pw+push 8': [proof('password', 8), proof('microsoftAuthenticatorPush', 8)],
  tap: [proof('temporaryAccessPassOneTime', 1)],
  fido: [proof('fido2', 1, { userVerified: true })],
} satisfies Record<string, readonly Proof[]>
export type Session = keyof typeof sessions

/** As `document` of a row: Graph's JSON, with nothing more than the policy says. */
type Body = {
  readonly users: object
  readonly applications: object
  readonly locations?: object
  readonly grantControls: object
  readonly more?: object
  readonly sessionControls?: object
}
const all = { includeUsers: ['All'] }
const allButBreakGlass = { ...all, excludeGroups: [groups.breakGlass] }
const everyGuest = { guestOrExternalUserTypes: guestOrExternalUserTypes.join() }
export const registration = { includeUserActions: ['urn:user:registersecurityinfo'] }
const allResources = { includeApplications: ['All'] }
export const applicationX = numbered(5, 1)
const untrusted = { includeLocations: ['All'], excludeLocations: ['AllTrusted'] }
const grant = (...builtInControls: string[]) => ({ operator: 'OR', builtInControls })
const strength = (id: string) => ({ operator: 'OR', builtInControls: [], authenticationStrength: { id } })
const phishingResistant = '00000000-0000-0000-0000-000000000004'
const mfa = grant('mfa')
const block = grant('block')

export const bodies = {
  P1: {
    users: { includeGroups: [groups.staff] },
    applications: registration,
    locations: untrusted,
    grantControls: mfa,
  },
  P2: {
    users: { ...allButBreakGlass, excludeGuestsOrExternalUsers: everyGuest },
    applications: registration,
    locations: untrusted,
    grantControls: strength('00000000-0000-0000-0000-000000000002'),
  },
  P3: {
    users: { includeGuestsOrExternalUsers: everyGuest },
    applications: registration,
    locations: untrusted,
    grantControls: block,
  },
  P4: { users: allButBreakGlass, applications: allResources, grantControls: mfa },
  P5: { users: allButBreakGlass, applications: allResources, grantControls: grant('compliantDevice') },
  P6: {
    users: allButBreakGlass,
    applications: allResources,
    locations: { includeLocations: ['All'], excludeLocations: [numbered(3, 4)] },
    grantControls: block,
  },
  P7: {
    users: { includeRoles: ['62e90394-69f5-4237-9190-012177145e10'], excludeGroups: [groups.breakGlass] },
    applications: allResources,
    grantControls: strength(phishingResistant),
  },
  P8: { users: all, applications: allResources, grantControls: grant('mfa', 'compliantDevice') },
  P9: {
    users: all,
    applications: allResources,
    grantControls: { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] },
  },
  P10: { users: all, applications: registration, grantControls: mfa },
  P11: { users: all, applications: registration, grantControls: block },
  P12: {
    users: all,
    applications: registration,
    grantControls: block,
    more: { platforms: { includePlatforms: ['all'], excludePlatforms: ['windows', 'macOS'] } },
  },
  P13: {
    users: all,
    applications: allResources,
    grantControls: block,
    more: { clientAppTypes: ['exchangeActiveSync', 'other'] },
  },
  P14: { users: all, applications: allResources, grantControls: block, more: { signInRiskLevels: ['high'] } },
  P15: {
    users: all,
    applications: registration,
    grantControls: mfa,
    sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: 'everyTime' } },
  },
  P16: { users: all, applications: registration, grantControls: strength(strengths.bootstrap.id) },
  P17: {
    users: all,
    applications: allResources,
    grantControls: { ...strength(strengths.mfaWithoutTap.id), operator: 'AND', builtInControls: ['compliantDevice'] },
  },
  P18: {
    users: { includeUsers: [numbered(2, 1)], excludeGroups: [groups.staff] },
    applications: registration,
    grantControls: block,
  },
  P19: {
    users: all,
    applications: registration,
    locations: { includeLocations: [numbered(3, 5)] },
    grantControls: block,
  },
  P20: { users: all, applications: { includeUserActions: ['urn:user:registerdevice'] }, grantControls: mfa },
  P21: {
    users: all,
    applications: registration,
    locations: { includeLocations: ['AllTrusted'] },
    grantControls: mfa,
  },
  P22: { users: all, applications: registration, grantControls: strength(phishingResistant) },
  P23: { users: all, applications: { includeApplications: [applicationX] }, grantControls: mfa },
  P24: { users: all, applications: registration, grantControls: block },
  P25: {
    users: all,
    applications: registration,
    grantControls: block,
    more: { devices: { deviceFilter: { mode: 'exclude', rule: 'device.isCompliant -eq True' } } },
  },
} satisfies Record<string, Body>
export type PolicyName = keyof typeof bodies

const states: Partial<Record<PolicyName, PolicyState>> = {
  P10: 'enabledForReportingButNotEnforced',
  P11: 'disabled',
  P24: 'enabledForReportingButNotEnforced',
}

/** The policy as a client would send it to be saved. */
export function sent(name: PolicyName): Record<string, unknown> {
  const { users, applications, locations: network, grantControls, more, sessionControls }: Body = bodies[name]
  return {
    displayName: name,
    state: states[name] ?? 'enabled',
    conditions: { users, applications, locations: network ?? null, clientAppTypes: ['all'], ...more },
    grantControls,
    sessionControls: sessionControls ?? null,
  }
}

/** The policy as a row holds it. */
export function stored(name: PolicyName): StoredPolicy {
  const known = rows.get(name)
  if (known) return known
  const { displayName, state, ...document } = sent(name)
  const row = { id: name, displayName: String(displayName), state: String(state), version: 1, document }
  rows.set(name, row)
  return row
}
const rows = new Map<PolicyName, StoredPolicy>()

export function setOf(names: readonly PolicyName[], places: readonly StoredLocation[] = locations): PolicySet {
  return compile(names.map(stored), places, Object.values(strengths), mfaTrustedRanges, countryOf)
}

/** Somebody before registering security info, from off the network, with a password; a test names what differs. */
export function aContext(given: Partial<Context> & { readonly name?: Name } = {}): Context {
  const { name = 'ana', ...rest } = given
  return {
    now,
    ...people[name],
    target: { kind: 'userAction', action: 'urn:user:registersecurityinfo' },
    address: addresses.off,
    platform: 'windows',
    clientApp: 'browser',
    ...withoutSources,
    interruptMode: false,
    proofs: sessions.pw,
    registrableModes: ['fido2', 'softwareOath', 'sms'],
    freshnessSeconds: 600,
    ...rest,
  }
}
