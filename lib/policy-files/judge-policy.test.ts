import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyBody } from '@/lib/conditional-access/body'
import { judgePolicy, type Resolve } from './judge-policy'
import type { Json } from './read-json'

const here = '11111111-1111-4111-8111-111111111111'
const elsewhere = '99999999-9999-4999-8999-999999999999'
/** `here` is here; nothing else is decided. */
const undecided: Resolve = (_, value) => (value === here ? { to: here } : 'undecided')
const leavingOut: Resolve = (_, value) => ({ to: value === here ? here : null })

type Parts = { users?: Json; applications?: Json; conditions?: object; grant?: Json; session?: Json; root?: object }
const aFile = ({ users, applications, conditions, grant, session, root }: Parts = {}): Json =>
  ({
    displayName: 'CA001',
    state: 'enabled',
    conditions: {
      users: users ?? { includeUsers: ['All'] },
      applications: applications ?? { includeApplications: ['All'] },
      ...conditions,
    },
    grantControls: grant === undefined ? { operator: 'OR', builtInControls: ['mfa'] } : grant,
    ...(session === undefined ? {} : { sessionControls: session }),
    ...root,
  }) as Json
const loud = (raw: Json, resolve = leavingOut) =>
  judgePolicy(raw, resolve)
    .leftOut.filter(({ reason }) => reason === 'reference' || reason === 'unsupported')
    .map(({ member, effect }) => `${member} ${effect}`)

describe('judgePolicy', () => {
  it('takes a policy as real tenants export it, and names everything that stays behind', () => {
    const judged = judgePolicy(
      aFile({
        root: {
          '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies/$entity',
          '@odata.etag': 'W/"x"',
          id: elsewhere,
          templateId: here,
          createdDateTime: '2024-01-01T00:00:00Z',
          modifiedDateTime: null,
          partialEnablementStrategy: null,
        },
        conditions: {
          times: null,
          deviceStates: null,
          clientApplications: null,
          userRiskLevels: [],
          clientAppTypes: ['all'],
          agents: null,
        },
        grant: {
          operator: 'OR',
          builtInControls: [],
          customAuthenticationFactors: [],
          termsOfUse: [],
          'authenticationStrength@odata.context': 'https://graph.microsoft.com/…',
          authenticationStrength: { id: here, displayName: 'Strong', allowedCombinations: ['fido2'] },
        },
        session: { cloudAppSecurity: null, signInFrequency: { isEnabled: false, value: 4, type: 'hours' } },
      }),
      undecided,
    )
    expect(judged.refusal).toBeNull()
    expect(judged.templateId).toBe(here)
    expect(judged.document?.grantControls.authenticationStrength).toEqual({ id: here })
    expect(judged.leftOut.map(({ member, reason }) => `${member} ${reason}`).sort()).toEqual(
      [
        '@odata.context annotation',
        '@odata.etag annotation',
        'id readOnly',
        'createdDateTime readOnly',
        'modifiedDateTime readOnly',
        'partialEnablementStrategy empty',
        'conditions.agents empty',
        'conditions.times empty',
        'conditions.deviceStates empty',
        'grantControls.authenticationStrength@odata.context annotation',
        'grantControls.authenticationStrength.allowedCombinations copy',
        'grantControls.authenticationStrength.displayName copy',
        'sessionControls switchedOff',
      ]
        .map((line) => (line === 'sessionControls switchedOff' ? 'sessionControls.signInFrequency switchedOff' : line))
        .concat('sessionControls.cloudAppSecurity empty')
        .sort(),
    )
  })

  it.each([
    [
      1,
      aFile({ users: { includeUsers: ['All'], excludeGroups: [elsewhere] } }),
      ['conditions.users.excludeGroups[0] wider'],
    ],
    [2, aFile({ users: { includeGroups: [here, elsewhere] } }), ['conditions.users.includeGroups[1] narrower']],
    [3, aFile({ users: { includeGroups: ['<group id>'] } }), ['conditions.users.includeGroups[0] nobody']],
    [
      4,
      aFile({ applications: { includeApplications: ['Office365'] } }),
      ['conditions.applications.includeApplications[0] nothing'],
    ],
    [
      5,
      aFile({ applications: { includeApplications: [here, 'Office365'] } }),
      ['conditions.applications.includeApplications[1] narrower'],
    ],
    [
      6,
      aFile({ grant: { operator: 'OR', builtInControls: ['mfa'], termsOfUse: [elsewhere] } }),
      ['grantControls.termsOfUse[0] stricter'],
    ],
    [
      7,
      aFile({ grant: { operator: 'AND', builtInControls: ['mfa'], termsOfUse: [elsewhere] } }),
      ['grantControls.termsOfUse[0] weaker'],
    ],
    [
      8,
      aFile({
        grant: { operator: 'OR', builtInControls: ['compliantDevice'], authenticationStrength: { id: elsewhere } },
      }),
      ['grantControls.authenticationStrength stricter'],
    ],
    [9, aFile({ conditions: { times: { includedRanges: ['x'] } } }), ['conditions.times wider']],
    [
      10,
      aFile({ session: { globalSecureAccessFilteringProfile: { isEnabled: true, profileId: elsewhere } } }),
      ['sessionControls.globalSecureAccessFilteringProfile weaker'],
    ],
    [11, aFile({ root: { agentPolicy: { x: 1 } } }), ['agentPolicy unclear']],
    [
      12,
      aFile({ conditions: { platforms: { includePlatforms: ['unknownFutureValue', 'iOS'] } } }),
      ['conditions.platforms.includePlatforms[0] narrower'],
    ],
    [
      13,
      aFile({ applications: { includeApplications: ['All'], applicationFilter: { mode: 'include', rule: 'x' } } }),
      ['conditions.applications.applicationFilter wider'],
    ],
    [
      14,
      aFile({ users: { includeUsers: ['All'], excludeUsers: ['%BREAKGLASS%', here] } }),
      ['conditions.users.excludeUsers[0] wider'],
    ],
    [
      15,
      aFile({ grant: { operator: 'OR', builtInControls: ['mfa', 'riskRemediation'] } }),
      ['grantControls.builtInControls[1] stricter'],
    ],
  ])('row %i says what leaving out means', (_row, raw, expected) => {
    expect(loud(raw)).toEqual(expected)
    expect(judgePolicy(raw, leavingOut).refusal).toBeNull()
  })

  it.each([
    [
      1,
      aFile({ users: { includeUsers: ['All', 5] } }),
      'conditionalAccess.invalid_policy',
      'conditions.users.includeUsers.1',
    ],
    [
      2,
      aFile({ users: { includeGroups: [elsewhere, 7, here] } }),
      'conditionalAccess.invalid_policy',
      'conditions.users.includeGroups.1',
    ],
    [3, aFile({ root: { state: 'on' } }), 'conditionalAccess.invalid_policy', 'state'],
    [4, aFile({ root: { displayName: '' } }), 'conditionalAccess.invalid_policy', 'displayName'],
    [
      5,
      aFile({ grant: { operator: 'OR', builtInControls: ['block', 'mfa'] } }),
      'conditionalAccess.block_not_alone',
      'grantControls.builtInControls',
    ],
    [
      6,
      aFile({ grant: null, session: { globalSecureAccessFilteringProfile: { isEnabled: true } } }),
      'conditionalAccess.no_control',
      'grantControls',
    ],
    [
      7,
      aFile({ grant: { authenticationStrength: { id: elsewhere } } }),
      'conditionalAccess.no_control',
      'grantControls',
    ],
    [
      8,
      aFile({ conditions: { locations: { includeLocations: [elsewhere] } } }),
      'conditionalAccess.no_locations',
      'conditions.locations.includeLocations',
    ],
    [
      9,
      aFile({ conditions: { locations: { includeLocations: [], excludeLocations: [elsewhere] } } }),
      'conditionalAccess.no_locations',
      'conditions.locations.excludeLocations',
    ],
    [
      10,
      aFile({ users: {}, conditions: { clientApplications: { includeServicePrincipals: [elsewhere] } } }),
      'conditionalAccess.no_users',
      'conditions.users',
    ],
    [
      11,
      aFile({ conditions: { devices: { deviceFilter: { mode: 'include', rule: 'device.x -eq' } } } }),
      'conditionalAccess.invalid_filter',
      'conditions.devices.deviceFilter.rule',
    ],
    [12, aFile({ root: { conditions: [] } }), 'conditionalAccess.invalid_policy', 'conditions'],
    [
      15,
      aFile({ grant: 'mfa', session: { signInFrequency: { frequencyInterval: 'everyTime' } } }),
      'conditionalAccess.invalid_policy',
      'grantControls',
    ],
    [
      13,
      aFile({ users: { includeUsers: 'All' } }),
      'conditionalAccess.invalid_policy',
      'conditions.users.includeUsers',
    ],
    [
      14,
      aFile({ grant: { authenticationStrength: { id: 7 } } }),
      'conditionalAccess.invalid_policy',
      'grantControls.authenticationStrength.id',
    ],
  ])('row %i is refused with the exact member', (_row, raw, code, path) => {
    const { refusal, document } = judgePolicy(raw, leavingOut)
    expect(document).toBeNull()
    expect({ code: refusal?.code, path: refusal?.path.join('.') }).toEqual({ code, path })
  })

  it('waits for a decision before it refuses for what may only be missing', () => {
    const raw = aFile({ conditions: { locations: { includeLocations: [elsewhere] } } })
    const judged = judgePolicy(raw, undecided)
    expect(judged.refusal).toBeNull()
    expect(judged.undecided).toEqual([{ kind: 'location', value: elsewhere }])
  })

  it('puts what was chosen in the place of what the file names', () => {
    const raw = aFile({ users: { includeGroups: [elsewhere.toUpperCase()] } })
    const { document, leftOut } = judgePolicy(raw, () => ({ to: here }))
    expect(document?.conditions.users.includeGroups).toEqual([here])
    expect(leftOut).toEqual([])
  })

  it('leaves nothing out without naming it, whatever members are added', () => {
    const name = fc.stringMatching(/^[a-z][A-Za-z]{3,12}X$/)
    const places = ['', 'conditions', 'conditions.users', 'conditions.applications', 'grantControls', 'sessionControls']
    const added = fc.record({ place: fc.constantFrom(...places), name, value: fc.jsonValue({ maxDepth: 2 }) })
    fc.assert(
      fc.property(fc.uniqueArray(added, { selector: (each) => `${each.place}.${each.name}` }), (members) => {
        const raw = structuredClone(aFile({ session: { persistentBrowser: null } })) as Record<string, never>
        for (const { place, name: member, value } of members) {
          const parent = place === '' ? raw : place.split('.').reduce((parent, part) => parent[part] as never, raw)
          parent[member] = value as never
        }
        const { leftOut, refusal } = judgePolicy(raw, undecided)
        expect(refusal).toBeNull()
        const named = leftOut.map(({ member }) => member)
        for (const { place, name: member } of members) {
          const whole = place === '' ? member : `${place}.${member}`
          expect(named.some((each) => each === whole || whole.startsWith(each))).toBe(true)
        }
      }),
    )
  })

  it('never throws, whatever JSON it gets', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (raw) => {
        const judged = judgePolicy(raw as Json, undecided)
        expect(judged.document === null ? judged.refusal : policyBody(judged.document)).toBeTruthy()
      }),
    )
  })
})
