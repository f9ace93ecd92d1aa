import { describe, expect, it } from 'vitest'
import { policyBody } from './body'
import { readPolicy, undecidableMember } from './read-policy'
import { policyFromTemplate, securingSecurityInfoTemplate, templates, trustedNetworksPolicy } from './templates'

/** Example E8 of the API specification, as a client sends it. */
const seed = {
  displayName: 'Security info only from trusted networks',
  state: 'enabledForReportingButNotEnforced',
  conditions: {
    clientAppTypes: ['all'],
    applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
    users: { includeUsers: ['All'], excludeGroups: ['2f1e7d90-5a4b-4c3d-9e8f-0a1b2c3d4e5f'] },
    locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] },
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'] },
}
const withConditions = (more: object) => ({ ...seed, conditions: { ...seed.conditions, ...more } })
const withGrant = (grantControls: unknown) => ({ ...seed, grantControls })
const failureOf = (raw: unknown) => {
  const read = readPolicy(raw)
  return read.ok ? null : read.failure
}

describe('readPolicy', () => {
  it('reads the seed policy, and what it writes reads the same', () => {
    const read = readPolicy(seed)
    expect(read.ok && read.value.conditions.users.includeGroups).toEqual([])
    if (!read.ok) return
    const body = policyBody(read.value)
    expect(body.conditions.applications.includeUserActions).toEqual(['urn:user:registersecurityinfo'])
    expect(readPolicy(body)).toEqual(read)
    expect(undecidableMember(body)).toBeNull()
  })

  it('I1, I2, I11, I12: annotations and read-only members are ignored, case and null do not matter', () => {
    const exported = {
      '@odata.context': 'https://id.harbor.example/v1.0/$metadata#…',
      id: 'd3a1f0b2-77aa-4c11-8e55-6f0e9d8c7b6a',
      templateId: null,
      createdDateTime: '2026-05-04T08:20:31.5012Z',
      ...withConditions({
        users: { includeUsers: ['ALL'], excludeUsers: null, 'includeRoles@odata.type': '#x', excludeGroups: [] },
        applications: { includeUserActions: ['URN:user:RegisterSecurityInfo'], includeApplications: null },
      }),
      state: 'Enabled',
      grantControls: { operator: 'or', builtInControls: ['MFA'], 'authenticationStrength@odata.context': 'x' },
    }
    expect(readPolicy(exported)).toMatchObject({
      ok: true,
      value: {
        state: 'enabled',
        conditions: { users: { includeUsers: ['All'], excludeUsers: [] } },
        grantControls: { operator: 'OR', builtInControls: ['mfa'] },
      },
    })
  })

  it('I3: members that cannot be decided are accepted in their neutral value', () => {
    const neutral = {
      ...withConditions({
        clientAppTypes: null,
        platforms: { includePlatforms: ['all'], excludePlatforms: [] },
        signInRiskLevels: [],
        insiderRiskLevels: null,
        agentIdRiskLevels: null,
        devices: { deviceFilter: null, includeDevices: [] },
        clientApplications: { includeServicePrincipals: [], excludeServicePrincipals: [] },
        authenticationFlows: { transferMethods: 'none' },
        applications: { ...seed.conditions.applications, applicationFilter: null, networkAccess: null },
      }),
      sessionControls: { signInFrequency: null, persistentBrowser: { isEnabled: false, mode: null } },
      partialEnablementStrategy: null,
    }
    expect(readPolicy(neutral)).toEqual(readPolicy(seed))
  })

  it.each<[string, unknown, string?]>([
    ['conditions.platforms', withConditions({ platforms: { includePlatforms: ['iOS'] } })],
    ['conditions.clientAppTypes', withConditions({ clientAppTypes: ['browser'] })],
    ['conditions.userRiskLevels', withConditions({ userRiskLevels: ['high'] })],
    ['conditions.insiderRiskLevels', withConditions({ insiderRiskLevels: 'minor' })],
    ['conditions.servicePrincipalRiskLevels', withConditions({ servicePrincipalRiskLevels: ['low'] })],
    ['conditions.authenticationFlows', withConditions({ authenticationFlows: { transferMethods: 'deviceCodeFlow' } })],
    ['conditions.clientApplications', withConditions({ clientApplications: { includeServicePrincipals: ['x'] } })],
    [
      'conditions.applications.includeAuthenticationContextClassReferences',
      withConditions({ applications: { includeAuthenticationContextClassReferences: ['c1'] } }),
    ],
    [
      'conditions.applications.includeApplications',
      withConditions({ applications: { includeApplications: ['office365'] } }),
      'Office365',
    ],
    ['conditions.weather', withConditions({ weather: 'rain' })],
    ['conditions.users.includeMoods', withConditions({ users: { includeUsers: ['All'], includeMoods: [] } })],
    ['colour', { ...seed, colour: 'red' }],
    ['grantControls.termsOfUse', withGrant({ builtInControls: ['mfa'], termsOfUse: ['x'] })],
    ['grantControls.builtInControls', withGrant({ builtInControls: ['passwordChange', 'mfa'] }), 'passwordChange'],
    ['grantControls.builtInControls', withGrant({ builtInControls: ['unknownFutureValue'] }), 'unknownFutureValue'],
    ['sessionControls.persistentBrowser', { ...seed, sessionControls: { persistentBrowser: { mode: 'never' } } }],
    ['sessionControls.disableResilienceDefaults', { ...seed, sessionControls: { disableResilienceDefaults: true } }],
  ])('%s is refused by name', (member, raw, value) => {
    expect(failureOf(raw)).toMatchObject({
      kind: 'invalid',
      code: 'conditionalAccess.unsupported_member',
      details: value ? { member, value } : { member },
    })
  })

  it.each<[string, unknown, string]>([
    ['V1 no users', withConditions({ users: {} }), 'no_users'],
    ['V1 no target', withConditions({ applications: {} }), 'no_target'],
    ['V1 no control', withGrant(null), 'no_control'],
    ['V1 nothing at all', { displayName: 'x', state: 'enabled' }, 'no_users'],
    [
      'two targets',
      withConditions({ applications: { ...seed.conditions.applications, includeApplications: ['All'] } }),
      'several_targets',
    ],
    [
      'locations without an included one',
      withConditions({ locations: { excludeLocations: ['AllTrusted'] } }),
      'no_locations',
    ],
    ['V3 block with something', withGrant({ builtInControls: ['block', 'mfa'] }), 'block_not_alone'],
    [
      'V4 mfa with a strength (row 80)',
      withGrant({ builtInControls: ['mfa'], authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } }),
      'mfa_with_strength',
    ],
    ['I8 a placeholder for an id', withConditions({ users: { includeUsers: ['<user id>'] } }), 'invalid_policy'],
    ['no name', { ...seed, displayName: '' }, 'invalid_policy'],
    ['an unknown state', { ...seed, state: 'unknownFutureValue' }, 'invalid_policy'],
    [
      'an unknown guest type',
      withConditions({ users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'friend' } } }),
      'invalid_policy',
    ],
    ['no object', [seed], 'invalid_policy'],
    [
      '1001 people',
      withConditions({
        users: {
          includeUsers: Array.from(
            { length: 1001 },
            (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
          ),
        },
      }),
      'too_many_users',
    ],
  ])('%s is refused', (_title, raw, code) => {
    expect(failureOf(raw)?.code).toBe(`conditionalAccess.${code}`)
  })

  it('input nested without end is refused, not crashed on', () => {
    let nested: unknown = {}
    for (let depth = 0; depth < 20_000; depth++) nested = { a: nested }
    expect(failureOf(withConditions({ platforms: nested }))?.details).toEqual({ member: 'conditions.platforms' })
  })
})

describe('templates', () => {
  it('the policy of the how-to and every template can be saved as they are', () => {
    for (const document of [trustedNetworksPolicy, ...templates.map((template) => template.document)])
      expect(readPolicy(policyBody(document))).toEqual({ ok: true, value: document })
  })

  it('a policy from a template is report-only and leaves its author out', () => {
    const authorId = '00000000-0000-4000-8000-000000000001'
    const document = policyFromTemplate(securingSecurityInfoTemplate, authorId)
    expect(document).toMatchObject({
      state: 'enabledForReportingButNotEnforced',
      conditions: { users: { includeUsers: ['All'], excludeUsers: [authorId] } },
    })
  })
})
