import { describe, expect, it } from 'vitest'
import { type PolicyDocument, registerSecurityInformation, sessionControlsSchema } from '@/lib/conditional-access/model'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import { securingSecurityInfoTemplate, trustedNetworksPolicy } from '@/lib/conditional-access/templates'
import { emptyPolicyFields, fieldOfMember, newPolicyValues, policyFromFields, valuesOfPolicy } from './policy-fields'

const staff = 'a3b4c5d6-0000-4000-8000-000000000001'
const quay = 'a3b4c5d6-0000-4000-8000-000000000002'
const strength = '00000000-0000-0000-0000-000000000004'
const { conditions } = trustedNetworksPolicy

function changed(users: Partial<PolicyDocument['conditions']['users']>): PolicyDocument {
  return { ...trustedNetworksPolicy, conditions: { ...conditions, users: { ...conditions.users, ...users } } }
}

const documents: Readonly<Record<string, PolicyDocument>> = {
  'the policy of the how-to': trustedNetworksPolicy,
  'the template': securingSecurityInfoTemplate.document,
  'a description that the form does not show': { ...trustedNetworksPolicy, description: 'Kept by Harbor' },
  'groups, people and roles': changed({ includeUsers: [staff], includeGroups: [staff], excludeRoles: [staff] }),
  'guests of some organisations only': changed({
    includeUsers: [],
    includeGuestsOrExternalUsers: {
      guestOrExternalUserTypes: ['internalGuest', 'serviceProvider'],
      externalTenants: { membershipKind: 'enumerated', members: [staff] },
    },
  }),
  'trusted locations beside single ones': {
    ...trustedNetworksPolicy,
    conditions: {
      ...conditions,
      locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted', quay] },
    },
  },
  'everywhere excluded': {
    ...trustedNetworksPolicy,
    conditions: { ...conditions, locations: { includeLocations: [quay], excludeLocations: ['All'] } },
  },
  'no location and a strength': {
    ...trustedNetworksPolicy,
    conditions: { ...conditions, locations: null },
    grantControls: { operator: 'AND', builtInControls: [], authenticationStrength: { id: strength }, termsOfUse: [] },
  },
  'all apps but one, blocked': {
    ...trustedNetworksPolicy,
    conditions: {
      ...conditions,
      applications: {
        ...conditions.applications,
        ...{ includeApplications: ['All'], excludeApplications: [quay], includeUserActions: [] },
      },
    },
    grantControls: { operator: 'OR', builtInControls: ['block'], authenticationStrength: null, termsOfUse: [] },
  },
  'platforms, clients, a filter and session controls': {
    ...trustedNetworksPolicy,
    conditions: {
      ...conditions,
      platforms: { includePlatforms: ['all'], excludePlatforms: ['windows', 'windowsPhone'] },
      clientAppTypes: ['browser', 'other'],
      devices: { deviceFilter: { mode: 'exclude', rule: 'device.isCompliant -eq True' } },
    },
    sessionControls: sessionControlsSchema.parse({
      signInFrequency: {
        ...{ isEnabled: true, frequencyInterval: 'timeBased', type: 'days', value: 7 },
        authenticationType: 'secondaryAuthentication',
      },
    }),
  },
  'what other systems do: session controls that are kept': {
    ...trustedNetworksPolicy,
    sessionControls: sessionControlsSchema.parse({
      applicationEnforcedRestrictions: { isEnabled: true },
      cloudAppSecurity: { isEnabled: true, cloudAppSecurityType: 'blockDownloads' },
      continuousAccessEvaluation: { mode: 'strictLocation' },
      disableResilienceDefaults: true,
      secureSignInSession: { isEnabled: true },
    }),
  },
  'guests of two organisations': changed({
    includeUsers: [],
    includeGuestsOrExternalUsers: {
      guestOrExternalUserTypes: ['b2bCollaborationGuest'],
      externalTenants: { membershipKind: 'enumerated', members: [staff, quay] },
    },
  }),
  'a new password at a user risk': {
    ...trustedNetworksPolicy,
    conditions: {
      ...conditions,
      applications: { ...conditions.applications, includeApplications: ['All'], includeUserActions: [] },
      locations: null,
      userRiskLevels: ['medium', 'high'],
    },
    grantControls: {
      ...trustedNetworksPolicy.grantControls,
      operator: 'AND',
      builtInControls: ['mfa', 'passwordChange'],
    },
  },
  'risk, flows, a context and terms of use': {
    ...trustedNetworksPolicy,
    conditions: {
      ...conditions,
      applications: {
        ...{ includeApplications: [], excludeApplications: [], includeUserActions: [] },
        includeAuthenticationContextClassReferences: ['c1'],
      },
      signInRiskLevels: ['high'],
      insiderRiskLevels: ['minor', 'elevated'],
      authenticationFlows: { transferMethods: ['deviceCodeFlow'] },
    },
    grantControls: { ...trustedNetworksPolicy.grantControls, termsOfUse: [quay] },
  },
  'every time, and never a persistent browser': {
    ...trustedNetworksPolicy,
    conditions: {
      ...conditions,
      applications: { ...conditions.applications, includeApplications: ['All'], includeUserActions: [] },
    },
    sessionControls: sessionControlsSchema.parse({
      signInFrequency: { isEnabled: true, frequencyInterval: 'everyTime' },
      persistentBrowser: { isEnabled: true, mode: 'never' },
    }),
  },
  'nobody, off': { ...changed({ includeUsers: ['None'] }), state: 'disabled' },
}

describe('policy form', () => {
  it.each(Object.entries(documents))('saving %s unchanged changes nothing', (_name, document) => {
    const fields = { ...emptyPolicyFields, ...valuesOfPolicy(document) }
    expect(readPolicy(policyFromFields(fields, document))).toEqual({ ok: true, value: document })
  })

  it('the steps of the how-to give the policy of the how-to', () => {
    const fields = {
      ...emptyPolicyFields,
      ...newPolicyValues,
      displayName: trustedNetworksPolicy.displayName,
      includeWho: 'all',
      target: 'userActions',
      userActions: [registerSecurityInformation],
      locationsConfigured: 'yes',
      includeWhere: 'any',
      excludeWhere: 'trusted',
      access: 'grant',
      controls: ['mfa'],
      operator: 'OR',
      state: 'enabled',
    }
    expect(readPolicy(policyFromFields(fields, null))).toEqual({ ok: true, value: trustedNetworksPolicy })
  })

  it('what was chosen in a part that is folded away does not count', () => {
    const fields = {
      ...emptyPolicyFields,
      ...valuesOfPolicy(trustedNetworksPolicy),
      includeGroups: [staff],
      apps: [quay],
      locationsConfigured: 'no',
      access: 'block',
      strengthId: strength,
    }
    expect(readPolicy(policyFromFields(fields, null))).toMatchObject({
      value: {
        conditions: { users: { includeGroups: [] }, applications: { includeApplications: [] }, locations: null },
        grantControls: { builtInControls: ['block'], authenticationStrength: null, termsOfUse: [] },
      },
    })
  })

  it('a policy that is on needs people; one that is off may have none', () => {
    const nobody = { ...emptyPolicyFields, ...valuesOfPolicy(trustedNetworksPolicy), includeWho: 'none' }
    expect(readPolicy(policyFromFields(nobody, null))).toMatchObject({
      failure: { code: 'conditionalAccess.no_users', field: 'conditions.users' },
    })
    expect(fieldOfMember('conditions.users', nobody)).toBe('includeWho')
  })

  it('the word for all guests, written by another program, becomes every kind of guest', () => {
    const values = valuesOfPolicy(changed({ includeUsers: ['GuestsOrExternalUsers'] }))
    expect(values.includeGuests).toHaveLength(6)
    expect(values.includeWho).toBe('selected')
  })
})
