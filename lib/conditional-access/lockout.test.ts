import { describe, expect, it } from 'vitest'
import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import { aPolicy, aSubject } from '@/tests/support/builders'
import { groups, hq, locations, mfaTrustedRanges, type Person, people } from '@/tests/support/decision-table'
import type { Administrator } from './administrator'
import { policyBody } from './body'
import { compile, type ExamplePlace, examplePlacesOf } from './compile'
import { lockoutOf, noLongerExcluded, warningsAbout } from './lockout'
import { applications, type ConditionalAccessPolicy, type StoredLocation, type StoredPolicy } from './model'

const all = { includeApplications: ['All'], includeUserActions: [] }
const block = { builtInControls: ['block' as const] }
const administrators = [people.adm.subject, people.bg.subject]
const stored = (policy: ConditionalAccessPolicy): StoredPolicy => ({ ...policy, document: policyBody(policy) })

const holding = (
  person: Pick<Person, 'subject'>,
  modes: readonly AuthenticationMethodMode[] = ['password', 'softwareOath'],
  more: Partial<Administrator> = {},
): Administrator => ({
  subject: person.subject,
  modes,
  registrable: ['fido2', 'softwareOath'],
  usualPlaces: [],
  ...more,
})
const both = [holding(people.adm), holding(people.bg, ['password', 'fido2'])]
const nothing = [holding(people.adm, []), holding(people.bg, [])]

function lockout(
  policy: ConditionalAccessPolicy | null,
  given: {
    readonly before?: readonly Administrator[]
    readonly after?: readonly Administrator[]
    readonly places?: readonly StoredLocation[]
  } = {},
) {
  const { before = both, after = before, places = locations } = given
  const set = (policies: readonly StoredPolicy[]) => compile(policies, places, [strength], mfaTrustedRanges)
  return lockoutOf(
    { set: set([]), administrators: before },
    { set: set(policy ? [stored(policy)] : []), administrators: after },
    examplePlacesOf(places, mfaTrustedRanges),
  )
}
const concernOf = (...given: Parameters<typeof lockout>) => lockout(...given)?.concern ?? null

const strength = {
  id: '40000000-0000-4000-8000-000000000009',
  displayName: 'Certificates',
  description: null,
  policyType: 'custom' as const,
  allowedCombinations: ['x509CertificateMultiFactor'],
}
const passkeys = { builtInControls: [], authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } }

describe('a change that would shut out every Global Administrator (SEC-015)', () => {
  it('blocks everyone from everything, and says who is stopped by what', () => {
    const policy = aPolicy({ displayName: 'Nobody in', applications: all, locations: null, grantControls: block })
    const found = lockout(policy)
    expect(found?.concern).toBe('shutsOutGlobalAdministrators')
    expect(found?.shutOut.map(({ administrator, policies }) => [administrator.subject.id, policies])).toEqual([
      [people.adm.subject.id, ['Nobody in']],
      [people.bg.subject.id, ['Nobody in']],
    ])
    expect(found?.repairers).toEqual([])
  })

  it('is not one that excludes an emergency account, or only reports, or is about something else', () => {
    const users = { excludeGroups: [groups.breakGlass] }
    expect(concernOf(aPolicy({ users, applications: all, locations: null, grantControls: block }))).toBeNull()
    const state = 'enabledForReportingButNotEnforced'
    expect(concernOf(aPolicy({ state, applications: all, locations: null, grantControls: block }))).toBeNull()
    expect(concernOf(aPolicy({ locations: null, grantControls: block }))).toBeNull()
    expect(concernOf(aPolicy({ applications: all, locations: null }))).toBeNull()
  })

  it.each([['securityInfo'], ['administration']] as const)('is about %s alone, which everybody passes', (name) => {
    const target = { includeApplications: [applications[name]], includeUserActions: [] }
    const policy = aPolicy({ displayName: 'Nobody', applications: target, locations: null, grantControls: block })
    const found = lockout(policy)
    expect(found?.concern).toBe('shutsOutGlobalAdministrators')
    expect(found?.shutOut.map(({ policies }) => policies)).toEqual([['Nobody'], ['Nobody']])
  })

  it('excludes an emergency account that holds no method: it would be a way in on paper only', () => {
    const users = { excludeGroups: [groups.breakGlass] }
    const policy = aPolicy({ users, applications: all, locations: null, grantControls: block })
    for (const modes of [[], ['softwareOath']] as const)
      expect(concernOf(policy, { before: [holding(people.adm), holding(people.bg, modes)] })).toBe(
        'shutsOutGlobalAdministrators',
      )
    // With a password alone it is led to register, unless nothing may be registered.
    expect(concernOf(policy, { before: [holding(people.adm), holding(people.bg, ['password'])] })).toBeNull()
    const stuck = holding(people.bg, ['password'], { registrable: [] })
    expect(concernOf(policy, { before: [holding(people.adm), stuck] })).toBe('shutsOutGlobalAdministrators')
  })

  it('asks for a strength that nobody holds and nobody may register', () => {
    const policy = aPolicy({ applications: all, locations: null, grantControls: passkeys })
    const app = (registrable: readonly AuthenticationMethodMode[]) => [
      holding(people.adm, ['password', 'softwareOath'], { registrable }),
    ]
    expect(concernOf(policy, { before: app(['fido2']) })).toBeNull()
    expect(concernOf(policy, { before: app(['softwareOath']) })).toBe('shutsOutGlobalAdministrators')
    const impossible = { builtInControls: [], authenticationStrength: { id: strength.id } }
    expect(concernOf(aPolicy({ applications: all, locations: null, grantControls: impossible }))).toBe(
      'shutsOutGlobalAdministrators',
    )
  })

  it('blocks from anywhere but trusted places, while nothing is trusted', () => {
    const policy = aPolicy({ applications: all, grantControls: block })
    expect(concernOf(policy)).toBeNull()
    const untrusted = compile([stored(policy)], [{ ...hq, isTrusted: false }], [], [])
    const before = { set: compile([], [], [], []), administrators: both }
    expect(lockoutOf(before, { ...before, set: untrusted }, [{ address: '203.0.113.1' }])?.concern).toBe(
      'shutsOutGlobalAdministrators',
    )
  })

  it('takes the last method, or the last holder of the role, without touching a policy', () => {
    expect(concernOf(null, { before: both, after: nothing })).toBe('shutsOutGlobalAdministrators')
    const former = both.map((one) => ({ ...one, subject: { ...one.subject, roleIds: new Set<string>() } }))
    expect(concernOf(null, { before: both, after: former })).toBe('shutsOutGlobalAdministrators')
    expect(concernOf(null, { before: both, after: both.slice(1) })).toBeNull()
  })

  it('is not blamed when they were out already, or when there is none', () => {
    const policy = aPolicy({ applications: all, locations: null, grantControls: block })
    const closed = { set: compile([stored(policy)], [], [], []), administrators: both }
    expect(lockoutOf(closed, closed, [])).toBeNull()
    expect(concernOf(policy, { before: [] })).toBeNull()
  })

  it('is found on a new installation too, where nobody holds anything yet', () => {
    const policy = aPolicy({ applications: all, locations: null, grantControls: block })
    expect(concernOf(policy, { before: nothing })).toBe('shutsOutGlobalAdministrators')
    expect(concernOf(aPolicy({ applications: all, locations: null }), { before: nothing })).toBeNull()
  })

  it('names who is not Global Administrator and could still repair it', () => {
    const subject = aSubject({ displayName: 'Rae', roles: ['conditionalAccessAdministrator'] })
    const policy = aPolicy({
      users: { includeUsers: [], includeRoles: [...people.adm.subject.roleIds] },
      ...{ applications: all, locations: null, grantControls: block },
    })
    const found = lockout(policy, { before: [...both, holding({ subject })] })
    expect(found?.concern).toBe('shutsOutGlobalAdministrators')
    expect(found?.repairers.map((one) => one.subject.displayName)).toEqual(['Rae'])
  })
})

describe('where Global Administrators usually are', () => {
  const fromGermany: readonly ExamplePlace[] = [{ address: '185.0.2.7', country: 'DE' }]
  const de = locations.find(({ displayName }) => displayName === 'DE')?.id ?? ''
  const everywhereBut = aPolicy({
    applications: all,
    locations: { includeLocations: ['All'], excludeLocations: [de] },
    grantControls: block,
  })
  const usually = (usualPlaces: readonly ExamplePlace[]) => ({
    before: [holding(people.adm, undefined, { usualPlaces })],
  })

  it('counts beside where they could be: a country where nobody ever was is a way in on paper only', () => {
    expect(concernOf(everywhereBut, usually([{ address: '198.18.0.5', country: 'US' }]))).toBe('shutsOutOfUsualPlaces')
    expect(concernOf(everywhereBut, usually(fromGermany))).toBeNull()
    expect(concernOf(everywhereBut, usually([]))).toBeNull()
  })
})

describe('excluded emergency accounts stay excluded', () => {
  it('names those who would not be', () => {
    const before = aPolicy({ users: { excludeGroups: [groups.breakGlass] }, state: 'disabled' })
    const after = { ...before, conditions: aPolicy().conditions }
    expect(noLongerExcluded(stored(before), stored(after), administrators)).toEqual([people.bg.subject])
    expect(noLongerExcluded(stored(before), stored(before), administrators)).toEqual([])
    expect(noLongerExcluded(stored(after), stored(after), administrators)).toEqual([])
  })
})

describe('warnings', () => {
  it('say what is risky, and nothing about the policy of the how-to with a group excluded', () => {
    expect(warningsAbout(aPolicy({ users: { excludeGroups: [groups.breakGlass] } }))).toEqual([])
    expect(warningsAbout(aPolicy())).toEqual(['nobodyExcluded'])
    expect(warningsAbout(aPolicy({ applications: all }))).toEqual(['everyoneEverywhere', 'nobodyExcluded'])
    expect(warningsAbout(aPolicy({ locations: null, grantControls: block }))).toEqual([
      'nobodyCanRegister',
      'nobodyExcluded',
    ])
  })
})
