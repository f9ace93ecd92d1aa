import { describe, expect, it } from 'vitest'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import type { DirectoryRole } from '@/lib/directory/model'
import { aSubject, resetForEverybody } from '@/tests/support/builders'
import { type Account, standingOf } from './eligibility'
import type { GateKind } from './model'

const group = '00000000-0000-7000-8000-0000000000aa'
const policy = (given: Partial<PasswordResetPolicy> = {}): PasswordResetPolicy => ({
  ...resetForEverybody,
  ...given,
})
type Given = Partial<Omit<Account, 'gates' | 'policy'>> & {
  readonly kinds?: readonly GateKind[]
  readonly reset?: Partial<PasswordResetPolicy>
  readonly roles?: readonly DirectoryRole[]
  readonly groups?: readonly string[]
  readonly person?: Partial<Parameters<typeof aSubject>[0]>
}
const account = ({
  kinds = ['email', 'softwareOath'],
  reset,
  roles = [],
  groups = [],
  person,
  ...given
}: Given): Account => ({
  subject: aSubject({ roles, groupIds: groups, ...person }),
  policy: policy(reset),
  gates: kinds.map((kind) => ({ methodId: kind, kind, phoneNumber: null, emailAddress: null, deviceName: null })),
  home: 'local',
  hasPassword: true,
  outcome: 'allow',
  ...given,
})

describe('the first reason in the order of the numbers is the one that is told', () => {
  it.each<[number, string, Given | null, string]>([
    [1, 'nobody', null, 'account_unknown hidden'],
    [2, 'a blocked account', { person: { accountEnabled: false } }, 'account_disabled hidden'],
    [3, 'nobody may reset', { reset: { enabledFor: 'none' } }, 'SSPR_0009 hidden'],
    [
      4,
      'nobody may reset, and an administrator asks',
      { reset: { enabledFor: 'none' }, roles: ['globalAdministrator'] },
      'able 2',
    ],
    [5, 'no method is allowed at all', { reset: { allowedMethodKinds: [] } }, 'SSPR_0011'],
    [6, 'outside of the group', { reset: { enabledFor: 'selected', groupId: group } }, 'SSPR_0013'],
    [7, 'inside of the group', { reset: { enabledFor: 'selected', groupId: group }, groups: [group] }, 'able 1'],
    [
      8,
      'an administrator outside of the group',
      { reset: { enabledFor: 'selected', groupId: group }, roles: ['helpdeskAdministrator'] },
      'able 2',
    ],
    [
      9,
      'administrators may not',
      { reset: { isAdministratorResetAllowed: false }, roles: ['userAdministrator'] },
      'administrator_not_allowed',
    ],
    [
      10,
      'a phone alone where two are asked',
      { kinds: ['mobilePhone'], reset: { numberOfMethodsRequired: 2 } },
      'SSPR_0014',
    ],
    [
      11,
      'an app and a token where two are asked',
      { kinds: ['softwareOath', 'hardwareOath'], reset: { numberOfMethodsRequired: 2 } },
      'SSPR_0014',
    ],
    [12, 'an administrator with a mail alone', { kinds: ['email'], roles: ['reportsReader'] }, 'SSPR_0014'],
    [
      13,
      'a guest whose organisation is known',
      { person: { userType: 'guest', guestType: 'b2bCollaborationGuest', homeTenantId: group }, kinds: ['email'] },
      'guest_of_other_organisation',
    ],
    [
      14,
      'a guest with a mail',
      { person: { userType: 'guest', guestType: 'b2bCollaborationGuest' }, kinds: ['email'] },
      'able 1',
    ],
    [15, 'a password in a directory', { home: 'directory', hasPassword: false }, 'able 1'],
    [15, 'a password in a directory that is only read', { home: 'readOnlyDirectory', hasPassword: false }, 'SSPR_0010'],
    [
      16,
      'a password in a directory that is not written',
      {
        home: 'directory',
        reset: { selfService: { ...resetForEverybody.selfService, isWritebackAllowed: false } },
      },
      'SSPR_0010',
    ],
    [17, 'no password to forget', { hasPassword: false }, 'no_password'],
    [18, 'a policy blocks', { outcome: 'block' }, 'policy_blocked'],
    [19, 'a policy wants something that nobody can register here', { outcome: 'register' }, 'policy_blocked'],
    [20, 'a policy asks for more', { outcome: 'challenge' }, 'able 1'],
    [
      21,
      'a blocked account outside of the group',
      { person: { accountEnabled: false }, reset: { enabledFor: 'selected', groupId: group } },
      'account_disabled hidden',
    ],
    [22, 'a policy blocks somebody who has nothing', { outcome: 'block', kinds: [] }, 'SSPR_0014'],
  ])('%i %s', (_number, _title, given, expected) => {
    const standing = standingOf(given === null ? null : account(given))
    const said = standing.isAble
      ? `able ${standing.gatesNeeded}`
      : `${standing.refusal}${standing.isHidden ? ' hidden' : ''}`
    expect(said).toBe(expected)
  })
})
