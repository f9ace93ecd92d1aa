import { describe, expect, it } from 'vitest'
import { policyBody } from './body'
import { readPolicy, undecidableMember } from './read-policy'
import { templates } from './template-catalogue'
import { policyFromTemplate, securingSecurityInfoTemplate, trustedNetworksPolicy } from './templates'

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

const allApps = { includeApplications: ['All'] }
const contexts = (id: string) => ({ includeAuthenticationContextClassReferences: [id] })
const onDevices = {
  ...seed,
  conditions: { ...seed.conditions, applications: { includeUserActions: ['urn:user:registerdevice'] } },
}
const withFrequency = (control: object) => ({
  ...seed,
  sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: 'timeBased', ...control } },
})
const forNewPassword = (conditions: object) => ({
  ...seed,
  conditions: { users: { includeUsers: ['All'] }, applications: allApps, userRiskLevels: ['high'], ...conditions },
  grantControls: { operator: 'AND', builtInControls: ['mfa', 'passwordChange'] },
})

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
        platforms: { includePlatforms: [], excludePlatforms: null },
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
    ['conditions.times', withConditions({ times: { includedRanges: [{}] } })],
    ['conditions.devices.includeDevices', withConditions({ devices: { includeDevices: ['Compliant'] } })],
    [
      'conditions.platforms.includePlatforms',
      withConditions({ platforms: { includePlatforms: ['unknownFutureValue'] } }),
      'unknownFutureValue',
    ],
    ['conditions.servicePrincipalRiskLevels', withConditions({ servicePrincipalRiskLevels: ['low'] })],
    ['conditions.clientApplications', withConditions({ clientApplications: { includeServicePrincipals: ['x'] } })],
    [
      'conditions.applications.includeApplications',
      withConditions({ applications: { includeApplications: ['office365'] } }),
      'Office365',
    ],
    ['conditions.weather', withConditions({ weather: 'rain' })],
    ['conditions.users.includeMoods', withConditions({ users: { includeUsers: ['All'], includeMoods: [] } })],
    ['colour', { ...seed, colour: 'red' }],
    ['grantControls.builtInControls', withGrant({ builtInControls: ['riskRemediation'] }), 'riskRemediation'],
    ['grantControls.builtInControls', withGrant({ builtInControls: ['approvedApplication'] }), 'approvedApplication'],
    ['grantControls.customAuthenticationFactors', withGrant({ customAuthenticationFactors: ['x'] })],
    ['grantControls.builtInControls', withGrant({ builtInControls: ['unknownFutureValue'] }), 'unknownFutureValue'],
    [
      'sessionControls.networkAccessSecurity',
      { ...seed, sessionControls: { networkAccessSecurity: { isEnabled: true } } },
    ],
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
      'platforms without an included one',
      withConditions({ platforms: { excludePlatforms: ['iOS'] } }),
      'invalid_policy',
    ],
    ['a context that is none', withConditions({ applications: contexts('c100') }), 'invalid_policy'],
    ['a context beside an app', withConditions({ applications: { ...contexts('c1'), ...allApps } }), 'several_targets'],
    ['V2 a new password alone', withGrant({ builtInControls: ['passwordChange'] }), 'password_change_alone'],
    [
      'V2 and beside it',
      withGrant({ operator: 'AND', builtInControls: ['mfa', 'passwordChange'] }),
      'password_change_alone',
    ],
    ['V2 with a place', forNewPassword({ locations: { includeLocations: ['All'] } }), 'password_change_alone'],
    [
      'V6 a device control on registering devices',
      { ...onDevices, grantControls: { builtInControls: ['compliantDevice'] } },
      'not_for_this_action',
    ],
    [
      'V6 a kind of client on registering devices',
      { ...onDevices, conditions: { ...onDevices.conditions, clientAppTypes: ['browser'] } },
      'not_for_this_action',
    ],
    ['24 hours', withFrequency({ type: 'hours', value: 24 }), 'invalid_policy'],
    ['366 days', withFrequency({ type: 'days', value: 366 }), 'invalid_policy'],
    ['no hours', withFrequency({ type: 'hours', value: 0 }), 'invalid_policy'],
    [
      'an hour every time',
      withFrequency({ frequencyInterval: 'everyTime', type: 'hours', value: 1 }),
      'invalid_policy',
    ],
    [
      'persistence for one action',
      { ...seed, sessionControls: { persistentBrowser: { isEnabled: true, mode: 'never' } } },
      'persistent_for_all_only',
    ],
    [
      'persistence for all apps but one',
      {
        ...withConditions({
          applications: { includeApplications: ['All'], excludeApplications: ['19db86c3-b2b9-44cc-b339-36da233a3be2'] },
        }),
        sessionControls: { persistentBrowser: { isEnabled: true, mode: 'always' } },
      },
      'persistent_for_all_only',
    ],
    [
      'app control without its kind',
      { ...seed, sessionControls: { cloudAppSecurity: { isEnabled: true } } },
      'invalid_policy',
    ],
    [
      'a filter that cannot be read',
      withConditions({ devices: { deviceFilter: { mode: 'include', rule: 'x' } } }),
      'invalid_filter',
    ],
    [
      'a filter of 3073 characters',
      withConditions({
        devices: { deviceFilter: { mode: 'include', rule: `device.model -eq "${'x'.repeat(3056)}"` } },
      }),
      'invalid_policy',
    ],
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

  it.each<[string, unknown]>([
    ['platforms', withConditions({ platforms: { includePlatforms: ['ALL'], excludePlatforms: ['ios'] } })],
    ['kinds of client', withConditions({ clientAppTypes: ['browser', 'easSupported'] })],
    [
      'risks',
      withConditions({ signInRiskLevels: ['high'], userRiskLevels: ['none'], insiderRiskLevels: 'elevated,minor' }),
    ],
    ['flows', withConditions({ authenticationFlows: { transferMethods: 'authenticationTransfer, deviceCodeFlow' } })],
    ['a context', withConditions({ applications: contexts('C99') })],
    ['registering devices', onDevices],
    [
      'a filter',
      withConditions({ devices: { deviceFilter: { mode: 'Exclude', rule: 'device.isCompliant -eq True' } } }),
    ],
    ['device controls', withGrant({ operator: 'OR', builtInControls: ['compliantDevice', 'compliantApplication'] })],
    ['terms of use', withGrant({ builtInControls: ['mfa'], termsOfUse: ['00000000-0000-4000-8000-000000000001'] })],
    ['a new password at a user risk', forNewPassword({})],
    ['23 hours', withFrequency({ type: 'hours', value: 23 })],
    ['every time', withFrequency({ frequencyInterval: 'everyTime', type: null, value: null })],
    ['a session control alone', { ...withFrequency({ type: 'days', value: 365 }), grantControls: null }],
    [
      'a browser that remembers',
      {
        ...withConditions({ applications: allApps }),
        sessionControls: { persistentBrowser: { isEnabled: true, mode: 'always' } },
      },
    ],
    [
      'session controls of other systems',
      {
        ...seed,
        sessionControls: {
          cloudAppSecurity: { isEnabled: true, cloudAppSecurityType: 'monitorOnly' },
          applicationEnforcedRestrictions: { isEnabled: true },
          continuousAccessEvaluation: { mode: 'strictLocation' },
          disableResilienceDefaults: true,
          secureSignInSession: { isEnabled: true },
        },
      },
    ],
    [
      'a browser that forgets',
      {
        ...withConditions({ applications: allApps }),
        sessionControls: {
          persistentBrowser: { isEnabled: true, mode: 'never' },
          signInFrequency: { isEnabled: false },
        },
      },
    ],
  ])('%s: accepted, and written so that it is read again as the same', (_title, raw) => {
    const read = readPolicy(raw)
    expect(read.ok).toBe(true)
    if (read.ok) expect(readPolicy(policyBody(read.value))).toEqual(read)
  })

  it('a filter that cannot be read is told by its place', () => {
    const rule = 'device.isCompliant -eq True -and device.mood -eq "x"'
    expect(failureOf(withConditions({ devices: { deviceFilter: { mode: 'include', rule } } }))).toMatchObject({
      field: 'conditions.devices.deviceFilter.rule',
      details: { position: 34, found: 'device.mood', expected: 'attribute' },
    })
  })

  it('input nested without end is refused, not crashed on', () => {
    let nested: unknown = {}
    for (let depth = 0; depth < 20_000; depth++) nested = { a: nested }
    expect(failureOf(withConditions({ times: nested }))?.details).toEqual({ member: 'conditions.times' })
    expect(failureOf(withConditions({ platforms: nested }))?.code).toBe('conditionalAccess.unsupported_member')
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
