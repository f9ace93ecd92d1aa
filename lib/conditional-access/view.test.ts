import { describe, expect, it } from 'vitest'
import { hasMessage } from '@/lib/i18n'
import { aPolicy } from '@/tests/support/builders'
import { aContext, groups, sessions, setOf } from '@/tests/support/decision-table'
import { evaluate } from './evaluate'
import { failureCodes, sessionControlsSchema } from './model'
import { outcomeText, policyListRow, summaryOf, traceLineView } from './view'

const names = new Map<string, string>([
  [groups.staff, 'Staff'],
  [groups.breakGlass, 'Emergency accounts'],
  ['00000000-0000-0000-0000-000000000004', 'Phishing-resistant MFA'],
])

describe('a policy in words', () => {
  it.each<[string, Parameters<typeof aPolicy>[0]]>([
    [
      'Staff, when registering security info from anywhere but All trusted locations, must do multifactor authentication.',
      { users: { includeUsers: [], includeGroups: [groups.staff] } },
    ],
    [
      'Everyone except Emergency accounts, when signing in to anything, cannot go on: access is blocked.',
      {
        users: { excludeGroups: [groups.breakGlass] },
        applications: { includeApplications: ['All'], includeUserActions: [] },
        locations: null,
        grantControls: { builtInControls: ['block'] },
      },
    ],
    [
      'Holders of Global Administrator, when registering security info from All trusted locations, must sign in with Phishing-resistant MFA.',
      {
        users: { includeUsers: [], includeRoles: ['62e90394-69f5-4237-9190-012177145e10'] },
        locations: { includeLocations: ['AllTrusted'], excludeLocations: [] },
        grantControls: {
          builtInControls: [],
          authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' },
        },
      },
    ],
  ])('%s', (sentence, given) => {
    expect(summaryOf(aPolicy(given), names)).toBe(sentence)
  })

  it('every condition and session control is said', () => {
    const policy = aPolicy()
    const conditions = {
      ...policy.conditions,
      locations: null,
      platforms: { includePlatforms: ['all' as const], excludePlatforms: ['iOS' as const] },
      clientAppTypes: ['browser' as const],
      signInRiskLevels: ['high' as const],
      devices: { deviceFilter: { mode: 'exclude' as const, rule: 'device.isCompliant -eq True' } },
    }
    const signInFrequency = {
      isEnabled: true,
      authenticationType: 'primaryAndSecondaryAuthentication',
      frequencyInterval: 'timeBased',
      type: 'hours',
      value: 4,
    } as const
    const sessionControls = sessionControlsSchema.parse({ signInFrequency })
    expect(summaryOf({ ...policy, conditions, sessionControls }, names)).toBe(
      'Everyone, when registering security info on Any platform but iOS with Browser with a device that the filter does not mean at sign-in risk high, must do multifactor authentication and sign in again after 4 hours.',
    )
  })

  it('what is gone is said to be gone, and a policy that cannot be read says so', () => {
    const gone = { users: { includeUsers: ['00000000-0000-4000-8000-00000000dead'] } }
    expect(summaryOf(aPolicy(gone), names)).toContain('no longer here')
    const policy = aPolicy()
    expect(policyListRow({ ...policy, document: null }, names)).toMatchObject({ isReadable: false, stateText: 'On' })
    expect(policyListRow({ ...policy, document: policy }, names).isReadable).toBe(true)
  })
})

describe('a decision in words', () => {
  it('says of each policy what became of it, and why', () => {
    const decision = evaluate(setOf(['P1', 'P3', 'P14', 'P25']), aContext({ proofs: sessions.tap }))
    expect(decision.trace.map(traceLineView)).toMatchObject([
      { resultText: 'Applied and met', reasonText: 'Met: do multifactor authentication.' },
      { resultText: 'Did not apply', reasonText: 'The person is not included, or is excluded.' },
      {
        resultText: 'Did not apply',
        reasonText:
          'The sign-in risk is not one the policy is about. Nothing here tells risk, so every risk counts as none.',
      },
      {
        resultText: 'Applied and not met',
        reasonText: 'Not met: be blocked. Nothing here tells the state of devices, so nothing is known of this one.',
      },
    ])
    expect(outcomeText(decision)).toBe('Blocked by a policy')
  })

  it('a line is plain data and survives a log', () => {
    const { trace } = evaluate(setOf(['P2', 'P5']), aContext())
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace)
  })
})

it('every failure has its sentence', () => {
  for (const code of failureCodes) expect([code, hasMessage(`failure.${code}`)]).toEqual([code, true])
})
