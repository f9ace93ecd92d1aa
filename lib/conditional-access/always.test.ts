import { describe, expect, it } from 'vitest'
import { aPolicy, aSubject } from '@/tests/support/builders'
import { everySignInNeedsSecondFactor } from './always'
import { policyBody } from './body'
import { compile } from './compile'
import type { ConditionalAccessPolicy, StoredPolicy } from './model'

const everything = { includeApplications: ['All'], excludeApplications: [], includeUserActions: [] }
const stored = (policy: ConditionalAccessPolicy): StoredPolicy => ({ ...policy, document: policyBody(policy) })
type Given = NonNullable<Parameters<typeof aPolicy>[0]> & {
  conditions?: Partial<ConditionalAccessPolicy['conditions']>
}
const asks = ({ conditions, ...given }: Given, subject = aSubject()) => {
  const policy = aPolicy({ applications: everything, locations: null, ...given })
  const asked = { ...policy, conditions: { ...policy.conditions, ...conditions } }
  return everySignInNeedsSecondFactor(compile([stored(asked)], [], [], []), subject)
}

describe('every sign-in needs a second factor', () => {
  const group = '11111111-1111-4111-8111-111111111111'
  it.each([
    ['everybody, everything, everywhere', {}, true],
    ['report-only', { state: 'enabledForReportingButNotEnforced' }, false],
    ['off', { state: 'disabled' }, false],
    [
      'registering alone',
      {
        applications: { ...everything, includeApplications: [], includeUserActions: ['urn:user:registersecurityinfo'] },
      },
      false,
    ],
    ['all but trusted places', { locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } }, false],
    ['one platform', { conditions: { platforms: { includePlatforms: ['iOS'], excludePlatforms: [] } } }, false],
    ['browsers', { conditions: { clientAppTypes: ['browser'] } }, true],
    ['other clients', { conditions: { clientAppTypes: ['other'] } }, false],
    ['at high risk', { conditions: { signInRiskLevels: ['high'] } }, false],
    ['any place, said', { locations: { includeLocations: ['All'], excludeLocations: [] } }, true],
    [
      'a strength',
      {
        grantControls: { builtInControls: [], authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } },
      },
      true,
    ],
    [
      'a second factor or a managed device',
      { grantControls: { operator: 'OR', builtInControls: ['mfa', 'compliantDevice'] } },
      false,
    ],
    [
      'a second factor and a managed device',
      { grantControls: { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] } },
      true,
    ],
    ['a group the person is not in', { users: { includeUsers: [], includeGroups: [group] } }, false],
    ['everybody but a group', { users: { excludeGroups: [group] } }, true],
  ] as const)('%s: %s', (_, given, expected) => expect(asks(given as unknown as Given)).toBe(expected))

  it('an excluded person needs none', () => {
    expect(asks({ users: { excludeGroups: [group] } }, aSubject({ groupIds: [group] }))).toBe(false)
  })
})
