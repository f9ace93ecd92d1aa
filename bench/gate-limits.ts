import { type RangeWords, readAddress, readCidr, type Words } from '@/lib/conditional-access/address'
import { compile, type PolicySet } from '@/lib/conditional-access/compile'
import { type Context, withoutSources } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import type { StoredLocation, StoredPolicy } from '@/lib/conditional-access/model'
import { storedRanges } from '@/lib/conditional-access/read-location'
import { limits } from '@/lib/limits'
import type { Figures } from './figure'
import { perSecond } from './per-second'

const { policiesMax, namedLocationsMax, rangesPerLocationMax } = limits.conditionalAccess
const groupsOfPerson = 200

/**
 * The decision at the limits of the product: 240 policies over users, groups, roles, places, platforms and strengths, 195 named
 * locations of 2000 ranges, somebody in 200 groups, with the trace of every policy. Every question comes from another
 * person and another address, so that nothing is won by asking the same again.
 */
export async function benchGateLimits(figures: Figures): Promise<void> {
  const policies = policiesOf(policiesMax)
  const locations = locationsOf(namedLocationsMax, rangesPerLocationMax)
  const before = usedBytes()
  const begun = process.cpuUsage()
  const set = compile(policies, locations, [], [])
  const { user, system } = process.cpuUsage(begun)
  const bytes = usedBytes() - before
  if (set.policies.some(({ undecidable }) => undecidable !== null))
    throw new Error('a policy of the bench is malformed')
  const contexts = contextsOf(set)
  figures.higher('decisions at the limits, traced', decisionsPerSecond(set, contexts), '/s', 100_000)
  figures.lower('compiling 240 policies and 390 000 ranges', (user + system) / 1000, 'ms', 2000)
  figures.lower('index of 390 000 ranges', bytes / 1_048_576, 'MiB', 150)
  const tenth = compile(policies, locationsOf(namedLocationsMax, rangesPerLocationMax / 10), [], [])
  const growth = decisionsPerSecond(tenth, contexts) / decisionsPerSecond(set, contexts)
  figures.lower('a decision with ten times the ranges takes', growth, 'times', 2)
  figures.higher(
    'finding the places of an address, against a scan',
    placesAgainstScan(set, locations, contexts),
    'times',
  )
}

/** How much faster the places of an address are found than by looking at every range, over the same addresses. */
function placesAgainstScan(set: PolicySet, locations: readonly StoredLocation[], contexts: readonly Context[]): number {
  const ranges = locations.map(({ document }) => (storedRanges(document) ?? []).flatMap((text) => readCidr(text) ?? []))
  const addresses = contexts.flatMap(({ address }) => readAddress(address ?? '') ?? [])
  const isIn = ({ words }: Words, { first, last }: RangeWords) => {
    for (const [index, word] of words.entries()) {
      if (word < (first[index] ?? 0) || word > (last[index] ?? 0)) return false
      if (word > (first[index] ?? 0) && word < (last[index] ?? 0)) return true
    }
    return true
  }
  const scan = (address: Words) =>
    ranges.filter((some) => some.some((range) => range.family === address.family && isIn(address, range)))
  let turn = 0
  const byScan = perSecond(() => {
    const address = addresses[turn++ % addresses.length]
    if (address) scan(address)
  })
  let found = 0
  const byIndex = perSecond(() => {
    const context = contexts[turn++ % contexts.length]
    if (context) set.places.around(context, set.countryOf, () => found++)
  })
  if (found === 0) throw new Error('no address of the bench is in a place')
  return byIndex / byScan
}

function decisionsPerSecond(set: PolicySet, contexts: readonly Context[]): number {
  let turn = 0
  return perSecond(() => {
    const context = contexts[turn++ % contexts.length]
    if (context) evaluate(set, context)
  })
}

function usedBytes(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** In one piece, as a database's driver gives it: a string of a template is a chain of parts until something reads it. */
function uuid(kind: number, index: number): string {
  const text = `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`
  return Buffer.from(text, 'latin1').toString('latin1')
}
const kinds = { policy: 1, location: 2, group: 3, user: 4 } as const

export function policiesOf(count: number): StoredPolicy[] {
  return Array.from({ length: count }, (_, index): StoredPolicy => {
    const isAboutEveryone = index % 4 === 0
    const place = uuid(kinds.location, index % namedLocationsMax)
    return {
      id: uuid(kinds.policy, index),
      displayName: `Policy ${index}`,
      version: 1,
      state: index % 7 === 6 ? 'enabledForReportingButNotEnforced' : 'enabled',
      document: {
        conditions: {
          users: {
            ...{ includeUsers: isAboutEveryone ? ['All'] : [], excludeUsers: [uuid(kinds.user, index)] },
            includeGroups: isAboutEveryone ? [] : [uuid(kinds.group, index), uuid(kinds.group, index + 1)],
            excludeGroups: [uuid(kinds.group, 1000 + index)],
          },
          applications:
            index % 5 === 0
              ? { includeUserActions: ['urn:user:registersecurityinfo'] }
              : { includeApplications: ['All'] },
          locations:
            index % 3 === 0
              ? { includeLocations: ['All'], excludeLocations: ['AllTrusted', place] }
              : index % 3 === 1
                ? { includeLocations: [place, uuid(kinds.location, (index * 7) % namedLocationsMax)] }
                : null,
          platforms: index % 6 === 5 ? { includePlatforms: ['all'], excludePlatforms: ['windows'] } : null,
        },
        grantControls: {
          operator: 'OR',
          builtInControls: index % 2 === 0 ? ['mfa'] : [],
          authenticationStrength:
            index % 2 === 0 ? null : { id: `00000000-0000-0000-0000-00000000000${2 + (index % 3)}` },
        },
      },
    }
  })
}

/** Three in four ranges are IPv4. Every twentieth one encloses others, and neighbours overlap in part. */
export function locationsOf(count: number, rangesEach: number): StoredLocation[] {
  return Array.from({ length: count }, (_, index) => ({
    id: uuid(kinds.location, index),
    displayName: `Location ${index}`,
    isTrusted: index % 4 === 0,
    version: 1,
    document: {
      '@odata.type': '#microsoft.graph.ipNamedLocation',
      ipRanges: Array.from({ length: rangesEach }, (_, range) => ({ cidrAddress: rangeOf(index, range) })),
    },
  }))
}

function rangeOf(location: number, range: number): string {
  if (range % 4 === 3) return `2001:db8:${location.toString(16)}:${range.toString(16)}::/64`
  if (range % 20 === 0) return `${20 + (range % 100)}.${location}.0.0/16`
  return `${20 + (range % 100)}.${location}.${(range * 7) % 256}.${(range % 16) * 16}/28`
}

function contextsOf(set: PolicySet): Context[] {
  const contexts = Array.from({ length: 512 }, (_, index) => context(index))
  const outcomes = new Set(contexts.map((one) => evaluate(set, one).outcome.kind))
  if (outcomes.size < 2) throw new Error('every case of the bench has the same outcome')
  return contexts
}

const now = Date.UTC(2026, 5, 1)

function context(index: number): Context {
  const groupIds = new Set(
    Array.from({ length: groupsOfPerson }, (_, group) => uuid(kinds.group, (index * 3 + group) % 900)),
  )
  const address =
    index % 4 === 3
      ? `2001:db8:${(index % 195).toString(16)}:${(index * 4 + 3).toString(16)}::9`
      : `${20 + (index % 100)}.${index % 195}.${(index * 7) % 256}.9`
  return {
    now,
    subject: {
      id: uuid(kinds.user, 5000 + index),
      userPrincipalName: 'somebody@harbor.example',
      displayName: 'Somebody',
      userType: 'member',
      guestType: null,
      homeTenantId: null,
      accountEnabled: true,
      groupIds,
      roleIds: new Set(),
      isInRoleAssignableGroup: false,
    },
    target:
      index % 2 === 0
        ? { kind: 'userAction', action: 'urn:user:registersecurityinfo' }
        : { kind: 'application', id: uuid(5, index % 3) },
    address: index % 16 === 0 ? null : address,
    platform: index % 3 === 0 ? 'windows' : 'iOS',
    clientApp: 'browser',
    ...withoutSources,
    interruptMode: true,
    proofs: [
      { mode: 'password', methodId: null, at: now - 60_000 },
      ...(index % 8 === 7
        ? []
        : [{ mode: 'fido2' as const, methodId: uuid(6, 1), at: now - 30_000, userVerified: true }]),
    ],
    usableModes: index % 8 === 7 ? ['softwareOath'] : ['fido2'],
    registrableModes: ['fido2', 'softwareOath'],
    freshnessSeconds: 600,
  }
}
