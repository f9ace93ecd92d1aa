import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aSubject } from '@/tests/support/builders'
import {
  addresses,
  bodies,
  countryOf,
  locations,
  mfaTrustedRanges,
  type PolicyName,
  people,
  setOf,
  stored,
} from '@/tests/support/decision-table'
import { compile } from './compile'
import { devicePlatforms } from './conditions-model'
import { coverOf, otherCountry, placeClasses, platformClasses, registering } from './coverage'
import { evaluate } from './evaluate'
import { applications, type StoredLocation, type StoredPolicy } from './model'
import { unsatisfiablePolicies } from './unsatisfiable'

const place = (address: string | null) => ({ address, country: address === null ? null : (countryOf(address) ?? null) })

describe('coverage of one request', () => {
  it.each([
    [1, [], 'ana', 'off', 'none'],
    [2, ['P1'], 'ana', 'off', 'named'],
    [3, ['P1'], 'ana', 'in', 'none'],
    [4, ['P1'], 'eve', 'off', 'none'],
    [5, ['P2'], 'gst', 'off', 'none'],
    [6, ['P2', 'P3'], 'gst', 'off', 'named'],
    [7, ['P4'], 'ana', 'off', 'everything'],
    [8, ['P4', 'P1'], 'ana', 'off', 'named'],
    [9, ['P10'], 'ana', 'off', 'reportOnly'],
    [10, ['P11'], 'ana', 'off', 'none'],
    [11, ['P23'], 'ana', 'off', 'none'],
  ] as const)('%i: %j, %s from %s: %s', (_, policies, name, from, expected) => {
    expect(coverOf(setOf(policies), people[name].subject, place(addresses[from]), null)).toBe(expected)
  })
})

const ranges = [
  '10.0.0.0/9',
  '203.0.113.0/24',
  '203.0.113.128/25',
  '203.0.113.0/30',
  '2001:db8::/32',
  '2001:db8:1::/48',
  '255.255.255.0/24',
  '0.0.0.0/9',
]
const ipLocation = fc.record({
  trusted: fc.boolean(),
  members: fc.uniqueArray(fc.constantFrom(...ranges), { minLength: 1, maxLength: 3 }),
})
const countryLocation = fc.record({
  names: fc.uniqueArray(fc.constantFrom('DE', 'FR', 'US'), { minLength: 1 }),
  unknown: fc.boolean(),
})
const id = (n: number) => `00000009-0000-4000-8000-${String(n).padStart(12, '0')}`

const someLocations = fc
  .tuple(fc.array(ipLocation, { maxLength: 4 }), fc.array(countryLocation, { maxLength: 2 }))
  .map(([ips, countries]): StoredLocation[] => [
    ...ips.map(({ trusted, members }, index) => ({
      ...{ id: id(index), displayName: `IP ${index}`, isTrusted: trusted, version: 1 },
      document: {
        '@odata.type': '#microsoft.graph.ipNamedLocation',
        ipRanges: members.map((cidrAddress) => ({ cidrAddress })),
      },
    })),
    ...countries.map(({ names, unknown }, index) => ({
      ...{ id: id(50 + index), displayName: `Countries ${index}`, isTrusted: false, version: 1 },
      document: {
        '@odata.type': '#microsoft.graph.countryNamedLocation',
        countriesAndRegions: names,
        includeUnknownCountriesAndRegions: unknown,
        countryLookupMethod: 'clientIpAddress',
      },
    })),
  ])
const somePolicies = (given: readonly StoredLocation[]) => {
  const placeIds = fc.subarray(['All', 'AllTrusted', ...given.map((each) => each.id)])
  return fc
    .array(
      fc.record({
        include: placeIds.filter((ids) => ids.length > 0),
        exclude: placeIds,
        hasPlaces: fc.boolean(),
        state: fc.constantFrom('enabled', 'enabledForReportingButNotEnforced', 'disabled'),
        target: fc.constantFrom<object>(
          { includeUserActions: ['urn:user:registersecurityinfo'] },
          { includeApplications: ['All'] },
        ),
        users: fc.constantFrom<object>({ includeUsers: ['All'] }, { includeUsers: ['GuestsOrExternalUsers'] }),
        platforms: fc.option(fc.constantFrom(...devicePlatforms)),
      }),
      { maxLength: 4 },
    )
    .map((policies) =>
      policies.map(
        ({ include, exclude, hasPlaces, state, target, users, platforms }, index): StoredPolicy => ({
          ...{ id: id(100 + index), displayName: `P${index}`, state, version: 1 },
          document: {
            conditions: {
              users,
              applications: target,
              clientAppTypes: ['all'],
              ...(hasPlaces ? { locations: { includeLocations: include, excludeLocations: exclude } } : {}),
              ...(platforms ? { platforms: { includePlatforms: [platforms], excludePlatforms: [] } } : {}),
            },
            grantControls: { operator: 'OR', builtInControls: ['mfa'] },
          },
        }),
      ),
    )
}
const anAddress = fc.oneof(
  fc.constantFrom(
    null,
    '203.0.113.5',
    '203.0.113.1',
    '203.0.113.200',
    '10.1.2.3',
    '2001:db8:1::7',
    '2001:db8:2::7',
    '255.255.255.255',
    '0.0.0.0',
    '::',
    'ffff::1',
  ),
  fc.ipV4(),
  fc.ipV6().filter((text) => !text.includes('.')),
)
const subjects = [aSubject(), aSubject({ userType: 'guest', guestType: 'b2bCollaborationGuest' })]

describe('coverage by classes', () => {
  it('whoever asks from wherever is in a class that was looked at, and gets the answer of that class', () => {
    const world = someLocations.chain((given) => fc.tuple(fc.constant(given), somePolicies(given)))
    fc.assert(
      fc.property(
        world,
        anAddress,
        fc.constantFrom('DE', 'FR', 'US', 'BR', null),
        fc.constantFrom(null, ...devicePlatforms),
        fc.constantFrom(...subjects),
        ([given, policies], address, country, platform, subject) => {
          const set = compile(policies, given, [], [], () => country)
          const direct = coverOf(set, subject, { address, country: address === null ? null : country }, platform)
          const around = new Set<number>()
          set.places.around(
            { address, country: address === null ? null : country },
            () => null,
            (each) => around.add(each),
          )
          const mine = [...around].sort((one, other) => one - other).join()
          const same = placeClasses(set, given, []).filter(
            (each) => each.places.join() === mine && (each.address === null) === (address === null),
          )
          expect(same.length).toBeGreaterThan(0)
          const known = platformClasses(set).includes(platform) ? platform : null
          for (const each of same) expect(coverOf(set, subject, each, known)).toBe(direct)
          // And both ways: a governed request has an applying policy that says so in the decision itself.
          const { trace } = evaluate(
            set,
            registering(subject, { address, country }, platform, { proofs: [], usable: [] }),
          )
          const enforced = trace.filter(({ result }) => result === 'success' || result === 'failure')
          expect(enforced.length > 0).toBe(direct === 'named' || direct === 'everything')
        },
      ),
      { numRuns: 400 },
    )
  })

  it('tells apart what locations tell apart, and no more', () => {
    const set = setOf(['P1'])
    const classes = placeClasses(set, locations, mfaTrustedRanges)
    const names = new Set(
      classes.map(({ places }) => places.map((each) => set.places.named(each)?.displayName ?? 'MFA').join('+')),
    )
    expect([...names].sort()).toEqual(
      [
        '',
        'DE',
        'HQ',
        'HQ+DE',
        'HQ+UNK',
        'HQ6',
        'HQ6+DE',
        'HQ6+UNK',
        'DE+MFA',
        'UNK+MFA',
        'MFA',
        'Partner',
        'Partner+DE',
        'Partner+UNK',
        'UNK',
      ].sort(),
    )
    expect(classes.some(({ country }) => country === otherCountry)).toBe(true)
    expect(classes.filter(({ address }) => address === null)).toHaveLength(1)
    expect(classes.filter(({ isTrusted }) => isTrusted).every(({ places }) => places.length > 0)).toBe(true)
  })
})

describe('policies that somebody can never satisfy', () => {
  const off = [{ address: addresses.off, country: 'US' }]
  const both = [...off, { address: addresses.in, country: 'US' }]
  const means = (name: keyof typeof people, given: object = {}) => ({
    subject: people[name].subject,
    usableModes: people[name].usableModes,
    registrableModes: ['softwareOath' as const],
    passModes: ['temporaryAccessPassMultiUse' as const],
    ...given,
  })
  const found = (names: readonly PolicyName[], who: ReturnType<typeof means>, places = both) =>
    unsatisfiablePolicies(setOf(names), who, places, [null]).map(({ policyId }) => policyId)
  const idOf = (name: PolicyName) => stored(name).id

  it('1: MFA, with something to register or a pass to be given: none', () => {
    expect(found(['P4', 'P1'], means('ana'))).toEqual([])
    expect(found(['P1'], means('ana', { registrableModes: [] }), off)).toEqual([])
  })
  it('2: MFA, and nothing to register, to be given or in use', () => {
    const nothing = means('ana', { registrableModes: [], passModes: [] })
    expect(found(['P4'], nothing)).toEqual([idOf('P4')])
    expect(found(['P1'], nothing)).toEqual([idOf('P1')])
  })
  it('3: what could be registered counts only where registering is open', () => {
    const noPass = means('ana', { passModes: [] })
    expect(found(['P1'], noPass, off)).toEqual([idOf('P1')])
    expect(found(['P1'], noPass, both)).toEqual([])
  })
  it('4: a device, of which nothing tells the state, but not where MFA will do instead', () => {
    expect(found(['P5'], means('ben'))).toEqual([idOf('P5')])
    expect(found(['P8'], means('ben'))).toEqual([])
  })
  it('5: a strength that neither methods nor a pass have, but not for whom it excludes', () => {
    expect(found(['P22'], means('ben'))).toEqual([idOf('P22')])
    expect(found(['P22'], means('cia'))).toEqual([])
    expect(found(['P7'], means('bg'))).toEqual([])
  })
  it('6: a block means to, and one that does not apply says nothing', () => {
    expect(found(['P3', 'P24', 'P11'], means('gst'))).toEqual([])
  })
  it('7: of report-only ones, too, and it says so', () => {
    const [one] = unsatisfiablePolicies(setOf(['P10']), means('ana', { registrableModes: [], passModes: [] }), both, [
      null,
    ])
    expect(one).toMatchObject({ policyId: idOf('P10'), isEnforced: false, controls: [{ kind: 'mfa' }] })
  })
  it('all policies of the table, all people: whoever has a way through in the decision is never listed', () => {
    let through = 0
    for (const name of Object.keys(bodies) as PolicyName[])
      for (const who of ['ana', 'ben', 'cia', 'gst'] as const)
        for (const each of off) {
          const set = setOf([name])
          const one = means(who, { registrableModes: [] })
          const modes = ['password' as const, ...one.usableModes]
          const proofs = modes.map((mode) => ({ mode, methodId: null, at: 0, userVerified: true }))
          const asked = registering(one.subject, each, null, { proofs, usable: one.usableModes })
          const target = { kind: 'application', id: applications.securityInfo } as const
          const outcomes = [asked, { ...asked, target }].map((context) => evaluate(set, context).outcome.kind)
          if (outcomes.every((kind) => kind === 'allow')) {
            through += 1
            const listed = unsatisfiablePolicies(set, one, [each], [null]).filter(({ isEnforced }) => isEnforced)
            expect(listed, `${name} ${who}`).toEqual([])
          }
        }
    expect(through).toBeGreaterThan(20)
  })
})
