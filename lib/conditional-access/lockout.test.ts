import { describe, expect, it } from 'vitest'
import { aPolicy } from '@/tests/support/builders'
import { groups, hq, locations, mfaTrustedRanges, people } from '@/tests/support/decision-table'
import { policyBody } from './body'
import { compile, examplePlacesOf } from './compile'
import { noLongerExcluded, shutsOutEveryone, warningsAbout } from './lockout'
import type { ConditionalAccessPolicy, StoredLocation, StoredPolicy } from './model'

const administrators = [people.adm.subject, people.bg.subject]
const all = { includeApplications: ['All'], includeUserActions: [] }
const block = { builtInControls: ['block' as const] }
const stored = (policy: ConditionalAccessPolicy): StoredPolicy => ({ ...policy, document: policyBody(policy) })
const shutsOut = (policy: ConditionalAccessPolicy, places: readonly StoredLocation[] = locations) =>
  shutsOutEveryone(
    compile([], places, [], mfaTrustedRanges),
    compile([stored(policy)], places, [], mfaTrustedRanges),
    administrators,
    examplePlacesOf(places, mfaTrustedRanges),
  )

describe('a policy that would shut out every Global Administrator (SEC-015)', () => {
  it('blocks everyone from everything', () => {
    expect(shutsOut(aPolicy({ applications: all, locations: null, grantControls: block }))).toBe(true)
  })

  it('is not one that excludes an emergency account, or only reports, or is about something else', () => {
    const users = { excludeGroups: [groups.breakGlass] }
    expect(shutsOut(aPolicy({ users, applications: all, locations: null, grantControls: block }))).toBe(false)
    const state = 'enabledForReportingButNotEnforced'
    expect(shutsOut(aPolicy({ state, applications: all, locations: null, grantControls: block }))).toBe(false)
    expect(shutsOut(aPolicy({ locations: null, grantControls: block }))).toBe(false)
    expect(shutsOut(aPolicy({ applications: all, locations: null }))).toBe(false)
  })

  it('blocks from anywhere but trusted places, while nothing is trusted', () => {
    const policy = aPolicy({ applications: all, grantControls: block })
    expect(shutsOut(policy)).toBe(false)
    const untrusted = [{ ...hq, isTrusted: false }]
    expect(
      shutsOutEveryone(compile([], [], [], []), compile([stored(policy)], untrusted, [], []), administrators, [
        { address: '203.0.113.1' },
      ]),
    ).toBe(true)
  })

  it('asks for a strength that no method of this product has', () => {
    const strength = {
      id: '40000000-0000-4000-8000-000000000009',
      displayName: 'Certificates',
      description: null,
      policyType: 'custom' as const,
      allowedCombinations: ['x509CertificateMultiFactor'],
    }
    const policy = aPolicy({
      applications: all,
      locations: null,
      grantControls: { builtInControls: [], authenticationStrength: { id: strength.id } },
    })
    const after = compile([stored(policy)], [], [strength], [])
    expect(shutsOutEveryone(compile([], [], [], []), after, administrators, [])).toBe(true)
  })

  it('is not blamed when they were out already, or when there is none', () => {
    const closed = compile([stored(aPolicy({ applications: all, locations: null, grantControls: block }))], [], [], [])
    expect(shutsOutEveryone(closed, closed, administrators, [])).toBe(false)
    expect(shutsOutEveryone(compile([], [], [], []), closed, [], [])).toBe(false)
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
