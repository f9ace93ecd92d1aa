import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { policyBody } from '@/lib/conditional-access/body'
import { clientAppTypes, devicePlatforms, riskLevels } from '@/lib/conditional-access/conditions-model'
import { applications, mfaTrustedIpsId, type NamedLocation, type PolicyDocument } from '@/lib/conditional-access/model'
import { readLocation } from '@/lib/conditional-access/read-location'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import { directoryRoles, guestOrExternalUserTypes } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { asArchive, foreign, policyFolder } from '@/tests/support/policy-folder'
import { graphCollection, graphLocation, graphPolicy, jsonText } from './graph-form'
import { type Choices, noChoices } from './model'
import { type Here, type PlannedLocation, type PlannedPolicy, planImport } from './plan'
import { referenceKey } from './references'
import { findItems } from './split'

const anId = '11111111-2222-4333-8444-555555555555'
const aHere = (more: Partial<Here> = {}): Here => ({
  known: new Set([
    ...Object.values(directoryRoles).map((id) => referenceKey('role', id)),
    ...Object.values(applications).map((id) => referenceKey('application', id)),
    ...builtInStrengths.map(({ id }) => referenceKey('strength', id)),
    referenceKey('location', mfaTrustedIpsId),
    referenceKey('group', anId),
  ]),
  policies: [],
  locations: [],
  strengths: builtInStrengths.map((strength) => ({ ...strength, isCustom: false })),
  trustedProxies: [],
  ...more,
})
const itemsOf = (...values: readonly unknown[]) =>
  findItems(values.map((value, index) => ({ name: `${index}.json`, bytes: Buffer.from(JSON.stringify(value)) }))).items
const policiesOf = (plan: ReturnType<typeof planImport>) =>
  plan.items.filter((each): each is PlannedPolicy => each.kind === 'policy')
const locationsOf = (plan: ReturnType<typeof planImport>) =>
  plan.items.filter((each): each is PlannedLocation => each.kind === 'location')

describe('a folder of fifty policies', () => {
  const folder = policyFolder()
  const found = findItems(folder)

  it('is read whole, in whatever encodings it was saved, and the broken file is named by line and column', () => {
    expect(found.items.map(({ kind }) => kind).filter((kind) => kind === 'policy')).toHaveLength(50)
    expect(found.items.filter(({ kind }) => kind === 'location')).toHaveLength(3)
    expect(found.items.filter(({ kind }) => kind === 'strength')).toHaveLength(1)
    expect(found.unread).toEqual([
      { fileName: 'CA099-cut off.json', trouble: 'unfinished', place: { line: 3, column: 12 }, found: null },
    ])
  })

  it('is the same as one archive', () => {
    const packed = findItems([{ name: 'export.zip', bytes: asArchive(folder) }])
    expect(packed.items.map(({ source }) => source)).toEqual(found.items.map(({ source }) => source))
    expect(packed.items[0]?.fileName).toMatch(/^export\.zip › Export\/CA001/)
    expect(packed.unread).toHaveLength(1)
  })

  it('waits for decisions about what is not here, and takes nothing before', () => {
    const plan = planImport(found.items, noChoices, aHere())
    const count = (outcome: string) => policiesOf(plan).filter((each) => each.outcome === outcome).length
    expect({
      asIs: count('asIs'),
      changed: count('changed'),
      waiting: count('waiting'),
      refused: count('refused'),
    }).toEqual({ asIs: 4, changed: 0, waiting: 45, refused: 1 })
    expect(plan.references.map(({ kind, value }) => `${kind} ${value}`).sort()).toEqual(
      [
        ...[foreign.breakGlass, foreign.staff, foreign.contractors, foreign.pilot].map((id) => `group ${id}`),
        ...[foreign.emergencyUser, '%BREAKGLASS%'].map((id) => `user ${id}`),
        'role 29232cdf-9323-42fd-ade2-1d097af3e4de',
        ...['00000002-0000-0ff1-ce00-000000000000', 'Office365'].map((id) => `application ${id}`),
        `location ${foreign.forgottenPlace}`,
        `termsOfUse ${foreign.terms}`,
      ].sort(),
    )
    expect(plan.references.every(({ to }) => to === undefined)).toBe(true)
  })

  it('takes all but what asks for nothing here, once everything is decided', () => {
    const open = planImport(found.items, noChoices, aHere()).references
    const references = open.map(({ kind, value }) => ({ kind, value, to: kind === 'group' ? anId : null }))
    const plan = planImport(found.items, { ...noChoices, references }, aHere())
    const refused = policiesOf(plan).filter(({ outcome }) => outcome === 'refused')
    expect(refused.map(({ name, refused: why }) => [name.slice(0, 5), why?.code, why?.member])).toEqual([
      ['CA049', 'conditionalAccess.no_users', 'conditions.users'],
      ['CA050', 'conditionalAccess.no_locations', 'conditions.locations.includeLocations'],
    ])
    expect(policiesOf(plan).filter(({ outcome }) => outcome === 'waiting')).toEqual([])
    expect(plan.taken).toEqual({ policies: 48, locations: 2, strengths: 1 })
    expect(policiesOf(plan).every(({ document }) => document === null || document.state === 'disabled')).toBe(true)
    // The decision can be looked at and changed as long as nothing is imported.
    expect(plan.references).toHaveLength(open.length)
  })
})

describe('planImport', () => {
  const aFile = (more: object = {}) => ({
    displayName: 'One',
    state: 'enabled',
    conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
    grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    ...more,
  })
  const choiceOf = (number: number, more: object = {}) => ({
    ...{ number, isTaken: true, isReportOnly: false, isTrusted: false },
    ...more,
  })
  const taking = (...items: Choices['items']): Choices => ({ ...noChoices, items })

  it('never leaves a policy on, and goes to report-only only where all of it was taken', () => {
    const items = itemsOf(aFile(), aFile({ displayName: 'Two', somethingNew: { x: 1 } }))
    const both = [choiceOf(1, { isReportOnly: true }), choiceOf(2, { isReportOnly: true })]
    const [one, two] = policiesOf(planImport(items, taking(...both), aHere()))
    expect(one?.document?.state).toBe('enabledForReportingButNotEnforced')
    expect([two?.outcome, two?.document?.state]).toEqual(['changed', 'disabled'])
  })

  it('does not propose a second policy of a name that is here, or that comes twice', () => {
    const items = itemsOf(aFile(), aFile({ displayName: 'Two' }), aFile({ displayName: ' two ' }))
    const plan = planImport(items, noChoices, aHere({ policies: [{ id: anId, displayName: 'ONE' }] }))
    expect(policiesOf(plan).map(({ isTaken, hasNameTwin }) => [isTaken, hasNameTwin])).toEqual([
      [false, true],
      [true, false],
      [false, true],
    ])
    expect(policiesOf(planImport(items, taking(choiceOf(1)), aHere()))[0]?.isTaken).toBe(true)
  })

  it('counts the limits before anything is made', () => {
    const policies = Array.from({ length: 239 }, (_, index) => ({ id: anId, displayName: `P${index}` }))
    const items = itemsOf(aFile(), aFile({ displayName: 'Two' }))
    expect(planImport(items, noChoices, aHere({ policies })).tooMany.policies).toBe(1)
    const one = taking(choiceOf(2, { isTaken: false }))
    expect(planImport(items, one, aHere({ policies })).tooMany.policies).toBe(0)
  })

  it('takes a location as not trusted until that is chosen, and offers no tick where trusting needs more', () => {
    const office = (cidrAddress: string) => ({
      ...{ '@odata.type': '#microsoft.graph.ipNamedLocation', displayName: 'Office', isTrusted: true },
      ipRanges: [{ '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress }],
    })
    const [narrow] = locationsOf(planImport(itemsOf(office('2001:db8::/48')), noChoices, aHere()))
    expect([narrow?.isTrustedInFile, narrow?.mayTrust, narrow?.isTrusted]).toEqual([true, true, false])
    const trusted = taking(choiceOf(1, { isTrusted: true }))
    const [wide] = locationsOf(planImport(itemsOf(office('2001::/16')), trusted, aHere()))
    expect([wide?.mayTrust, wide?.isTrusted]).toEqual([false, false])
  })

  it('uses a location that is here already instead of making another', () => {
    const ipRanges = [{ '@odata.type': '#microsoft.graph.iPv4CidrRange' as const, cidrAddress: '192.0.2.0/24' }]
    const document = { displayName: 'Office', isTrusted: true, ipRanges }
    const here = aHere({ locations: [{ id: anId, displayName: 'Office', document }] })
    const inFile = { '@odata.type': '#microsoft.graph.ipNamedLocation', id: foreign.headquarters, ...document }
    const inside = { includeLocations: [foreign.headquarters] }
    const policy = aFile({ conditions: { ...aFile().conditions, locations: inside } })
    const plan = planImport(itemsOf(policy, inFile), noChoices, here)
    expect(locationsOf(plan)[0]).toMatchObject({ sameId: anId, isTaken: false })
    expect(policiesOf(plan)[0]?.document?.conditions.locations?.includeLocations).toEqual([anId])
  })

  it.each([
    [1, [], 'conditionalAccess.no_ranges', 'ipRanges'],
    [2, ['10.0.0.0/8'], 'conditionalAccess.range_too_wide', 'ipRanges[0].cidrAddress'],
    [3, ['192.0.2.0/24', '300.1.1.1/24'], 'conditionalAccess.invalid_range', 'ipRanges[1].cidrAddress'],
    [4, Array.from({ length: 2001 }, () => '192.0.2.0/24'), 'conditionalAccess.too_many_ranges', 'ipRanges'],
  ])('row %i: a location that cannot be read is refused by its member', (_row, ranges, code, member) => {
    const ipRanges = ranges.map((cidrAddress) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress }))
    const [location] = locationsOf(planImport(itemsOf({ displayName: 'Office', ipRanges }), noChoices, aHere()))
    expect(location?.refused).toMatchObject({ code, member })
    expect(location?.isTaken).toBe(false)
  })

  it('says what became of ranges that were not written as they are stored', () => {
    const ipRanges = ['192.0.2.17/24', '::ffff:198.51.100.0/120', '192.0.2.0/25', '192.0.2.0/24'].map(
      (cidrAddress) => ({
        cidrAddress,
      }),
    )
    const [location] = locationsOf(planImport(itemsOf({ displayName: 'Office', ipRanges }), noChoices, aHere()))
    expect(location?.notices.map(({ kind }) => kind).sort()).toEqual(
      ['duplicate', 'hostBitsCleared', 'insideAnother', 'mappedUnwrapped'].sort(),
    )
  })

  it('makes a strength that only stands inside a policy an offer of its own', () => {
    const authenticationStrength = { id: foreign.nested, displayName: 'Own', allowedCombinations: ['fido2'] }
    const policy = aFile({ grantControls: { operator: 'OR', builtInControls: [], authenticationStrength } })
    const plan = planImport(itemsOf(policy), noChoices, aHere())
    expect(plan.taken).toEqual({ policies: 1, locations: 0, strengths: 1 })
    const without = planImport(itemsOf(policy), taking(choiceOf(2, { isTaken: false })), aHere())
    expect(policiesOf(without)[0]?.outcome).toBe('waiting')
    expect(without.references[0]).toMatchObject({ kind: 'strength', nameInFile: 'Own' })
  })

  it('names the place of what is refused in the file, not in the object', () => {
    const text = `{"value": [\n${JSON.stringify(aFile())},\n  {\n    "displayName": "Bad",\n    "state": "on",\n    "conditions": {}\n  }\n]}`
    const { items } = findItems([{ name: 'a.json', bytes: Buffer.from(text) }])
    const [, bad] = policiesOf(planImport(items, noChoices, aHere()))
    expect(bad?.refused).toMatchObject({ member: 'state', place: { line: 5, column: 14 } })
  })
})

/** Any policy that the form could store, made from the ids that exist here. */
const ids = fc.constantFrom(anId, '22222222-2222-4333-8444-555555555555', '33333333-2222-4333-8444-555555555555')
const list = <T>(member: fc.Arbitrary<T>) => fc.uniqueArray(member, { maxLength: 3 })
const flagText = (words: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 }).map((each) => each.join())
const aPolicyFile = fc.record({
  displayName: fc
    .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
    .filter((name) => name.trim() !== '' && !name.includes('\u0000')),
  description: fc.option(fc.string({ maxLength: 20 }).filter((text) => !text.includes('\u0000'))),
  state: fc.constantFrom('enabled', 'disabled', 'enabledForReportingButNotEnforced'),
  conditions: fc.record({
    users: fc.record({
      includeUsers: fc.oneof(fc.constant(['All']), list(ids)),
      excludeUsers: list(ids),
      includeGroups: list(ids),
      excludeGroups: list(ids),
      includeRoles: list(fc.constantFrom(...Object.values(directoryRoles))),
      excludeGuestsOrExternalUsers: fc.option(
        fc.record({
          guestOrExternalUserTypes: flagText(guestOrExternalUserTypes),
          externalTenants: fc.constantFrom(
            null,
            { membershipKind: 'all' },
            { membershipKind: 'enumerated', members: [anId] },
          ),
        }),
      ),
    }),
    applications: fc.oneof(
      fc.record({
        includeApplications: fc.constant(['All']),
        excludeApplications: list(fc.constantFrom(...Object.values(applications))),
      }),
      fc.constant({ includeUserActions: ['urn:user:registersecurityinfo'] }),
      fc.constant({ includeAuthenticationContextClassReferences: ['c1', 'c99'] }),
    ),
    locations: fc.option(
      fc.record({
        includeLocations: fc.constantFrom(['All'], [anId], ['AllTrusted']),
        excludeLocations: fc.constantFrom([], ['AllTrusted'], [mfaTrustedIpsId]),
      }),
    ),
    platforms: fc.option(
      fc.record({
        includePlatforms: fc.constant(['all']),
        excludePlatforms: list(fc.constantFrom(...devicePlatforms)),
      }),
    ),
    clientAppTypes: list(fc.constantFrom(...clientAppTypes)),
    signInRiskLevels: list(fc.constantFrom(...riskLevels)),
    insiderRiskLevels: fc.option(flagText(['minor', 'moderate', 'elevated'])),
    devices: fc.option(fc.constant({ deviceFilter: { mode: 'exclude', rule: 'device.isCompliant -eq True' } })),
    authenticationFlows: fc.option(
      fc.record({ transferMethods: flagText(['deviceCodeFlow', 'authenticationTransfer']) }),
    ),
  }),
  grantControls: fc.oneof(
    fc.record({
      operator: fc.constantFrom('AND', 'OR'),
      builtInControls: fc.constantFrom(['mfa'], ['mfa', 'compliantDevice'], ['block'].slice(0, 1)),
    }),
    fc.record({
      operator: fc.constant('OR'),
      authenticationStrength: fc.constantFrom(...builtInStrengths.map(({ id }) => ({ id }))),
    }),
  ),
  sessionControls: fc.option(
    fc.record({
      signInFrequency: fc.constantFrom(
        null,
        { frequencyInterval: 'everyTime' },
        { frequencyInterval: 'timeBased', type: 'hours', value: 4 },
      ),
    }),
  ),
})

describe('what is exported', () => {
  const everythingKnown = aHere({
    known: new Set([
      ...aHere().known,
      ...(['user', 'group', 'location'] as const).flatMap((kind) =>
        ['11111111', '22222222', '33333333'].map((start) => referenceKey(kind, `${start}-2222-4333-8444-555555555555`)),
      ),
    ]),
  })
  const stored = {
    id: anId,
    version: 3,
    templateId: anId,
    createdAt: new Date('2026-01-01T00:00:00Z'),
    modifiedAt: null,
  }
  const strengths = new Map(builtInStrengths.map((strength) => [strength.id, strength]))

  it('is imported to the same policy, whatever the policy', () => {
    let count = 0
    fc.assert(
      fc.property(aPolicyFile, (file) => {
        const read = readPolicy(file)
        if (!read.ok) return
        count++
        const document: PolicyDocument = read.value
        const text = jsonText(
          graphCollection('policies', [graphPolicy({ ...stored, document, body: policyBody(document) }, strengths)]),
        )
        const { items, unread } = findItems([{ name: 'export.json', bytes: Buffer.from(text) }])
        const [planned] = policiesOf(planImport(items, noChoices, everythingKnown))
        expect([unread, planned?.refused, planned?.undecided]).toEqual([[], null, []])
        expect({ ...planned?.document, state: document.state }).toEqual(document)
        expect(planned?.templateId).toBe(anId)
        const lost = planned?.leftOut.filter(
          ({ reason }) => !['annotation', 'readOnly', 'copy', 'empty'].includes(reason),
        )
        expect(lost).toEqual([])
      }),
      { numRuns: 300 },
    )
    // Most of what is made up is a policy; otherwise the law would be about nothing.
    expect(count).toBeGreaterThan(150)
  })

  it('is imported to the same location', () => {
    const range = fc
      .tuple(fc.ipV4(), fc.integer({ min: 9, max: 32 }))
      .map(([address, length]) => `${address}/${length}`)
    fc.assert(
      fc.property(fc.uniqueArray(range, { minLength: 1, maxLength: 20 }), fc.boolean(), (ranges, isTrusted) => {
        const read = readLocation({
          ...{ '@odata.type': '#microsoft.graph.ipNamedLocation', displayName: 'Office', isTrusted },
          ipRanges: ranges.map((cidrAddress) => ({ cidrAddress })),
        })
        if (!read.ok) throw new Error(read.failure.code)
        const { document } = read.value
        const row = { ...stored, ...document } as NamedLocation
        const [planned] = locationsOf(planImport(itemsOf(graphLocation(row)), taken, aHere()))
        expect(planned?.document).toEqual(document)
      }),
    )
  })
  const taken: Choices = { ...noChoices, items: [{ number: 1, isTaken: true, isReportOnly: false, isTrusted: true }] }

  it('fits into what an import takes, for the most policies there can be', () => {
    const document = readPolicy({
      displayName: 'x'.repeat(limits.displayNameLengthMax),
      state: 'enabled',
      conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
      grantControls: { builtInControls: ['mfa'] },
    })
    if (!document.ok) throw new Error(document.failure.code)
    const one = graphPolicy({ ...stored, document: document.value, body: policyBody(document.value) }, strengths)
    const text = jsonText(
      graphCollection(
        'policies',
        Array.from({ length: limits.conditionalAccess.policiesMax }, () => one),
      ),
    )
    const found = findItems([{ name: 'export.json', bytes: Buffer.from(text) }])
    expect(text.length).toBeLessThan(limits.policyFiles.uploadBytesMax)
    expect([found.items.length, found.isTooMany]).toEqual([240, false])
  })
})
