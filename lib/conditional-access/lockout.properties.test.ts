import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { authenticationMethodModes } from '@/lib/authentication-methods/model'
import { aPolicy, aSubject } from '@/tests/support/builders'
import { groups, locations, mfaTrustedRanges } from '@/tests/support/decision-table'
import type { Administrator } from './administrator'
import { policyBody } from './body'
import { compile, examplePlacesOf } from './compile'
import { comesIn, type Entry, lockoutOf } from './lockout'
import { applications, policyStates, type StoredPolicy } from './model'

/** The laws of the guard: whatever is saved unasked leaves somebody a way in, and what only loosens is never asked about. */

const held = [
  'password',
  'softwareOath',
  'fido2',
  'sms',
] as const satisfies readonly (typeof authenticationMethodModes)[number][]
const place = fc.constantFrom('All', 'AllTrusted', ...locations.map(({ id }) => id))
const policies = fc.array(
  fc.record({
    state: fc.constantFrom(...policyStates),
    isForAll: fc.boolean(),
    excludes: fc.constantFrom<readonly string[]>([], [groups.breakGlass], [groups.staff]),
    target: fc.constantFrom('apps', 'ownPages', 'administration', 'registration'),
    place: fc.option(fc.record({ include: place, exclude: fc.option(place) })),
    grant: fc.constantFrom('block', 'mfa', 'compliantDevice', 'passkey'),
  }),
  { maxLength: 4 },
)
const administrators = fc.array(
  fc.record({
    modes: fc.subarray([...held]),
    registrable: fc.subarray([...held].slice(1)),
    groupIds: fc.subarray([groups.breakGlass, groups.staff]),
  }),
  { maxLength: 3 },
)
const named = { apps: ['All'], ownPages: [applications.securityInfo], administration: [applications.administration] }
type Drawn<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never

const places = examplePlacesOf(locations, mfaTrustedRanges)

function entryOf(policySpecs: Drawn<typeof policies>, people: Drawn<typeof administrators>): Entry {
  const stored = policySpecs.map((spec, index): StoredPolicy => {
    const policy = aPolicy({
      state: spec.state,
      users: {
        ...(spec.isForAll ? {} : { includeUsers: [], includeGroups: [groups.staff] }),
        excludeGroups: [...spec.excludes],
      },
      applications:
        spec.target === 'registration' ? {} : { includeApplications: named[spec.target], includeUserActions: [] },
      locations: spec.place && {
        includeLocations: [spec.place.include],
        excludeLocations: spec.place.exclude === null ? [] : [spec.place.exclude],
      },
      grantControls:
        spec.grant === 'passkey'
          ? { builtInControls: [], authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } }
          : { builtInControls: [spec.grant] },
    })
    return { ...policy, id: `policy ${index}`, document: policyBody(policy) }
  })
  return {
    set: compile(stored, locations, [], mfaTrustedRanges),
    administrators: people.map(
      ({ modes, registrable, groupIds }, index): Administrator => ({
        subject: aSubject({ id: `person ${index}`, roles: ['globalAdministrator'], groupIds }),
        ...{ modes, registrable, usualPlaces: [] },
      }),
    ),
  }
}

const isOpen = ({ set, administrators: people }: Entry) =>
  people.some((person) => [{ address: null }, ...places].some((at) => comesIn(set, person, at, null)))

describe('the guard against lockout', () => {
  it('lets nothing pass that takes the last way in away', () => {
    fc.assert(
      fc.property(policies, policies, administrators, administrators, (was, is, people, others) => {
        const [before, after] = [entryOf(was, people), entryOf(is, others)]
        fc.pre(isOpen(before))
        expect(isOpen(after) || lockoutOf(before, after, places) !== null).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('asks nothing while somebody comes in with what they hold', () => {
    fc.assert(
      fc.property(policies, policies, administrators, (was, is, people) => {
        const [before, after] = [entryOf(was, people), entryOf(is, people)]
        fc.pre(isOpen(after))
        expect(lockoutOf(before, after, places)).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it('asks nothing when nothing changes, when a policy goes, and when one is turned off', () => {
    fc.assert(
      fc.property(policies, administrators, fc.nat(3), (specs, people, index) => {
        const before = entryOf(specs, people)
        expect(lockoutOf(before, before, places)).toBeNull()
        // Without a policy on registering, taking one away cannot bring back what that one had put aside.
        const loose = specs.filter(({ target }) => target !== 'registration')
        const off = loose.map((spec, at) => (at === index ? { ...spec, state: 'disabled' as const } : spec))
        expect(lockoutOf(entryOf(loose, people), entryOf(off, people), places)).toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})
