import { compile } from '@/lib/conditional-access/compile'
import { type Context, withoutSources } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import type { StoredLocation, StoredPolicy } from '@/lib/conditional-access/model'
import type { Subject } from '@/lib/directory/model'
import type { Figures } from './figure'
import { benchGateLimits } from './gate-limits'
import { benchGateRivals } from './gate-rivals'
import { perSecond } from './per-second'

const policyCount = 30
const locationCount = 20
const rangesEach = 40

/**
 * The decision alone, as pages and storing transactions ask it: thirty policies over users, groups, roles, locations
 * and strengths, twenty locations of forty ranges, a person in fifty groups who passes all of them in some cases and
 * is stopped in others. How long the same set takes to compile, which happens after a change only.
 */
export async function benchGate(figures: Figures): Promise<void> {
  const policies = Array.from({ length: policyCount }, (_, index) => policy(index))
  const locations = Array.from({ length: locationCount }, (_, index) => location(index))
  const compileAll = () => compile(policies, locations, [], [])
  const contexts = ['10.3.7.9', '192.0.2.1', '2001:db8:5::9', null].flatMap((address) =>
    [true, false].map((hasMfa) => context(address, hasMfa)),
  )
  const set = compileAll()
  if (set.policies.some(({ undecidable }) => undecidable !== null))
    throw new Error('a policy of the bench is malformed')
  const outcomes = new Set(contexts.map((one) => evaluate(set, one).outcome.kind))
  if (outcomes.size < 2) throw new Error('every case of the bench has the same outcome')
  let turn = 0
  figures.higher(
    'decisions, 30 policies',
    perSecond(() => evaluate(set, at(contexts, turn++))),
    '/s',
  )
  const small = compile(policies.slice(0, 1), locations, [], [])
  figures.higher(
    'decisions, 1 policy',
    perSecond(() => evaluate(small, at(contexts, turn++))),
    '/s',
  )
  figures.lower('compiling 30 policies and 800 ranges', 1000 / perSecond(compileAll), 'ms')
  await benchGateLimits(figures)
  await benchGateRivals(figures)
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('no items')
  return item
}

function uuid(kind: number, index: number): string {
  return `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${index.toString(16).padStart(12, '0')}`
}

const kinds = { policy: 1, location: 2, group: 3, user: 4 } as const

function policy(index: number): StoredPolicy {
  const isAboutRegistering = index % 5 === 0
  const group = uuid(kinds.group, index)
  return {
    id: uuid(kinds.policy, index),
    displayName: `Policy ${index}`,
    version: 1,
    state: index % 7 === 6 ? 'enabledForReportingButNotEnforced' : 'enabled',
    document: {
      conditions: {
        users: {
          ...{ includeUsers: index % 3 === 0 ? ['All'] : [], excludeUsers: [uuid(kinds.user, index)] },
          ...{ includeGroups: index % 3 === 0 ? [] : [group], excludeGroups: [uuid(kinds.group, 1000 + index)] },
          ...{ includeRoles: [], excludeRoles: [] },
          ...{ includeGuestsOrExternalUsers: null, excludeGuestsOrExternalUsers: null },
        },
        applications: isAboutRegistering
          ? {
              ...{ includeApplications: [], excludeApplications: [] },
              includeUserActions: ['urn:user:registersecurityinfo'],
            }
          : { includeApplications: ['All'], excludeApplications: [], includeUserActions: [] },
        locations:
          index % 2 === 0
            ? {
                includeLocations: ['All'],
                excludeLocations: ['AllTrusted', uuid(kinds.location, index % locationCount)],
              }
            : null,
        clientAppTypes: ['all'],
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'], authenticationStrength: null },
      sessionControls: null,
    },
  } as StoredPolicy
}

function location(index: number): StoredLocation {
  return {
    id: uuid(kinds.location, index),
    displayName: `Location ${index}`,
    isTrusted: index % 2 === 0,
    document: {
      '@odata.type': '#microsoft.graph.ipNamedLocation',
      ipRanges: Array.from({ length: rangesEach }, (_, range) =>
        range % 4 === 0
          ? {
              '@odata.type': '#microsoft.graph.iPv6CidrRange',
              cidrAddress: `2001:db8:${index.toString(16)}:${range}::/64`,
            }
          : { '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: `10.${index}.${range}.0/24` },
      ),
    },
  } as StoredLocation
}

const subject: Subject = {
  id: uuid(kinds.user, 999),
  userPrincipalName: 'somebody@harbor.example',
  displayName: 'Somebody',
  userType: 'member',
  guestType: null,
  homeTenantId: null,
  accountEnabled: true,
  groupIds: new Set(Array.from({ length: 50 }, (_, index) => uuid(kinds.group, index))),
  roleIds: new Set(),
  isInRoleAssignableGroup: false,
}

function context(address: string | null, hasMfa: boolean): Context {
  const now = Date.UTC(2026, 5, 1)
  return {
    now,
    subject,
    target: { kind: 'userAction', action: 'urn:user:registersecurityinfo' },
    address,
    platform: 'windows',
    clientApp: 'browser',
    ...withoutSources,
    interruptMode: true,
    proofs: [
      { mode: 'password', methodId: null, at: now - 60_000 },
      ...(hasMfa ? [{ mode: 'softwareOath' as const, methodId: uuid(5, 1), at: now - 30_000 }] : []),
    ],
    usableModes: hasMfa ? ['softwareOath'] : [],
    registrableModes: ['fido2', 'softwareOath'],
    freshnessSeconds: 600,
  }
}
