import { describe, expect, it } from 'vitest'
import { type DirectoryRole, directoryRoles } from '@/lib/directory/model'
import { holds, isAdministrator, may, type Right, refusalToActOn, rights, rolesWith } from '@/lib/directory/rights'
import { aSubject } from '@/tests/support/builders'

/**
 * The table of `50` §1–§3, written down a second time from the specification and walked: role × right × target class.
 * Whatever no row names must be refused.
 */
const roleNames = Object.keys(directoryRoles) as DirectoryRole[]

/** `50` §1, by role: every right the role has. A role without a line has none. */
const granted: Partial<Record<DirectoryRole, readonly Right[]>> = {
  globalAdministrator: rights,
  globalReader: [
    'registrations.read',
    'methods.read',
    'conditionalAccess.read',
    'namedLocation.read',
    'authenticationMethodsPolicy.read',
    'passwordResetPolicy.read',
    'passwordResets.read',
    'mfaRegistrationPolicy.read',
    'passwordProtection.read',
    'auditLog.read',
    'signInLog.read',
    'signInLog.export',
    'hardwareOath.read',
    'messageDelivery.read',
    'mailSettings.read',
    'directories.read',
    'users.export',
    'groups.export',
  ],
  hybridIdentityAdministrator: ['directories.read', 'directories.update'],
  privilegedAuthenticationAdministrator: [
    'registrations.read',
    'methods.read',
    'methods.update',
    'temporaryAccessPass.create',
    'sessions.revoke',
    'users.requireReregistration',
    'perUserMfa.update',
    'users.resetPassword',
    'passwordResets.read',
    'hardwareOath.read',
  ],
  authenticationAdministrator: [
    'registrations.read',
    'methods.read',
    'methods.update',
    'temporaryAccessPass.create',
    'sessions.revoke',
    'users.requireReregistration',
    'perUserMfa.update',
    'users.resetPassword',
    'passwordResets.read',
    'hardwareOath.read',
  ],
  authenticationPolicyAdministrator: [
    'registrations.read',
    'hardwareOath.read',
    'hardwareOath.update',
    'authenticationMethodsPolicy.read',
    'authenticationMethodsPolicy.update',
    'passwordResetPolicy.read',
    'passwordResetPolicy.update',
    'passwordResetScope.update',
    'passwordResets.read',
    'perUserMfa.update',
    'passwordProtection.read',
    'passwordProtection.update',
    'messageDelivery.read',
    'messageDelivery.update',
    'mailSettings.read',
    'mailSettings.update',
  ],
  conditionalAccessAdministrator: [
    'conditionalAccess.read',
    'conditionalAccess.update',
    'namedLocation.read',
    'namedLocation.update',
  ],
  securityAdministrator: [
    'registrations.read',
    'passwordResets.read',
    'conditionalAccess.read',
    'conditionalAccess.update',
    'namedLocation.read',
    'namedLocation.update',
    'mfaRegistrationPolicy.read',
    'mfaRegistrationPolicy.update',
    'auditLog.read',
    'signInLog.read',
    'signInLog.export',
    'passwordProtection.read',
    'passwordProtection.update',
    'messageDelivery.read',
  ],
  securityReader: [
    'registrations.read',
    'passwordResets.read',
    'conditionalAccess.read',
    'namedLocation.read',
    'mfaRegistrationPolicy.read',
    'auditLog.read',
    'signInLog.read',
    'signInLog.export',
    'messageDelivery.read',
  ],
  reportsReader: [
    'registrations.read',
    'passwordResets.read',
    'auditLog.read',
    'signInLog.read',
    'signInLog.export',
    'messageDelivery.read',
  ],
  userAdministrator: [
    'sessions.revoke',
    'users.resetPassword',
    'passwordResetPolicy.read',
    'passwordResetScope.update',
    'passwordResets.read',
    'users.import',
    'users.export',
    'groups.import',
    'groups.export',
  ],
  groupsAdministrator: ['groups.import', 'groups.export'],
  helpdeskAdministrator: ['sessions.revoke', 'users.resetPassword', 'passwordResets.read'],
  passwordAdministrator: ['users.resetPassword', 'passwordResets.read'],
}

const rightsOnPeople = [
  'methods.read',
  'methods.update',
  'temporaryAccessPass.create',
  'sessions.revoke',
  'users.requireReregistration',
  'perUserMfa.update',
  'users.resetPassword',
  'users.import',
  'groups.import',
] as const satisfies readonly Right[]

const everyTarget = [...roleNames, 'nobody'] as const
type Target = (typeof everyTarget)[number]

/** `50` §2: AA manages people without a role and these. */
const openToAuthenticationAdministrator: readonly Target[] = [
  'nobody',
  'authenticationAdministrator',
  'directoryReaders',
  'guestInviter',
  'messageCenterReader',
  'passwordAdministrator',
  'reportsReader',
]
/** `50` §3, row Helpdesk Admin, applied to tokens too. */
const openToHelpdesk: readonly Target[] = [
  'nobody',
  'directoryReaders',
  'guestInviter',
  'passwordAdministrator',
  'helpdeskAdministrator',
  'messageCenterReader',
  'reportsReader',
]

/** Whom a role may act on with a right it holds; nobody when it has no line. */
const reach: Partial<Record<DirectoryRole, (right: Right) => readonly Target[]>> = {
  globalAdministrator: () => everyTarget,
  privilegedAuthenticationAdministrator: () => everyTarget,
  globalReader: (right) => (right === 'methods.read' ? everyTarget : []),
  authenticationAdministrator: (right) =>
    right === 'temporaryAccessPass.create' ? ['nobody'] : openToAuthenticationAdministrator,
  // `60` X2: per-user MFA is for both roles, and for this one it is the only thing done to a person.
  authenticationPolicyAdministrator: () => openToAuthenticationAdministrator,
  helpdeskAdministrator: () => openToHelpdesk,
  passwordAdministrator: () => ['nobody', 'directoryReaders', 'guestInviter', 'passwordAdministrator'],
  groupsAdministrator: () => ['nobody'],
  userAdministrator: () => [...openToHelpdesk, 'groupsAdministrator', 'userAdministrator'],
}

const actorWith = (...roles: DirectoryRole[]) => aSubject({ roles })
const targetOf = (target: Target) => aSubject({ roles: target === 'nobody' ? [] : [target] })

describe('rights by role (50 §1)', () => {
  for (const role of roleNames) {
    it(`${role} holds exactly the rights of its rows`, () => {
      const held = rights.filter((right) => may(actorWith(role), right))
      expect(new Set(held)).toEqual(new Set(granted[role] ?? []))
    })
  }

  it('a person without a role holds no right and is no administrator', () => {
    expect(rights.filter((right) => may(aSubject(), right))).toEqual([])
    expect(isAdministrator(aSubject())).toBe(false)
  })

  it('a role that is not in the table can do nothing', () => {
    const stranger = aSubject({ roleIds: ['00000000-0000-4000-8000-000000000001'] })
    expect(rights.filter((right) => may(stranger, right))).toEqual([])
  })

  it('a disabled account holds no right, whatever its roles', () => {
    const disabled = aSubject({ roles: roleNames, accountEnabled: false })
    expect(rights.filter((right) => may(disabled, right))).toEqual([])
  })

  it('rights of several roles add up', () => {
    const both = actorWith('reportsReader', 'conditionalAccessAdministrator')
    expect(may(both, 'auditLog.read') && may(both, 'conditionalAccess.update')).toBe(true)
    expect(holds(both, 'globalAdministrator')).toBe(false)
  })
})

describe('whom an administrator may act on (50 §2 and §3)', () => {
  for (const role of roleNames) {
    for (const right of rightsOnPeople) {
      it(`${role} with ${right} reaches exactly the targets of its row`, () => {
        const held = (granted[role] ?? []).includes(right)
        for (const target of everyTarget) {
          const expected = !held
            ? 'directory.forbidden'
            : (reach[role]?.(right) ?? []).includes(target)
              ? null
              : 'directory.target_protected'
          expect(refusalToActOn(actorWith(role), right, targetOf(target)), target).toBe(expected)
        }
      })
    }
  }

  it('nobody acts on their own account, not even the highest role', () => {
    for (const role of roleNames)
      for (const right of granted[role] ?? []) {
        const self = aSubject({ id: '00000000-0000-7000-8000-0000000000aa', roles: [role] })
        expect(refusalToActOn(self, right, self)).toBe('directory.own_account')
      }
  })

  it('members of role-assignable groups are for the two highest roles only', () => {
    const protectedPerson = aSubject({ isInRoleAssignableGroup: true })
    const allowed = roleNames.filter(
      (role) => refusalToActOn(actorWith(role), 'methods.update', protectedPerson) === null,
    )
    expect(new Set(allowed)).toEqual(new Set(['globalAdministrator', 'privilegedAuthenticationAdministrator']))
  })

  it('one protected role among several of the target protects', () => {
    const target = aSubject({ roles: ['reportsReader', 'securityReader'] })
    expect(refusalToActOn(actorWith('authenticationAdministrator'), 'methods.update', target)).toBe(
      'directory.target_protected',
    )
  })

  it('a role nobody knows protects its holder from all but the two highest roles', () => {
    const target = aSubject({ roleIds: ['00000000-0000-4000-8000-000000000001'] })
    expect(refusalToActOn(actorWith('authenticationAdministrator'), 'sessions.revoke', target)).toBe(
      'directory.target_protected',
    )
    expect(refusalToActOn(actorWith('globalAdministrator'), 'sessions.revoke', target)).toBeNull()
  })
})

describe('acceptance cases of 50 §12', () => {
  const authenticationAdministrator = actorWith('authenticationAdministrator')

  it('1: an Authentication Administrator may create a pass for a member', () => {
    expect(refusalToActOn(authenticationAdministrator, 'temporaryAccessPass.create', aSubject())).toBeNull()
  })
  it('2: an Authentication Administrator may not create a pass for a Global Administrator', () => {
    expect(
      refusalToActOn(authenticationAdministrator, 'temporaryAccessPass.create', targetOf('globalAdministrator')),
    ).toBe('directory.target_protected')
  })
  it('3: a Privileged Authentication Administrator may not create a pass for the own account', () => {
    const self = actorWith('privilegedAuthenticationAdministrator')
    expect(refusalToActOn(self, 'temporaryAccessPass.create', self)).toBe('directory.own_account')
  })
  it('4: a Global Reader sees the methods of a person and may not change them', () => {
    const reader = actorWith('globalReader')
    expect(refusalToActOn(reader, 'methods.read', targetOf('globalAdministrator'))).toBeNull()
    expect(refusalToActOn(reader, 'methods.update', aSubject())).toBe('directory.forbidden')
    expect(refusalToActOn(reader, 'temporaryAccessPass.create', aSubject())).toBe('directory.forbidden')
  })
  it('5: an Authentication Administrator may require a person to register again', () => {
    expect(refusalToActOn(authenticationAdministrator, 'users.requireReregistration', aSubject())).toBeNull()
  })
  it.each([
    [6, 'helpdeskAdministrator', 'reportsReader', null],
    [7, 'passwordAdministrator', 'helpdeskAdministrator', 'directory.target_protected'],
    [8, 'userAdministrator', 'groupsAdministrator', null],
    [9, 'authenticationAdministrator', 'userAdministrator', 'directory.target_protected'],
  ] as const)('%d: %s resets the password of %s: %s', (_, role, target, expected) => {
    expect(refusalToActOn(actorWith(role), 'users.resetPassword', targetOf(target))).toBe(expected)
  })
  it('10: a Security Reader reads policies and may not edit them', () => {
    const reader = actorWith('securityReader')
    expect(may(reader, 'conditionalAccess.read')).toBe(true)
    expect(may(reader, 'conditionalAccess.update')).toBe(false)
  })
  it('12: an Authentication Policy Administrator may not edit Conditional Access', () => {
    expect(may(actorWith('authenticationPolicyAdministrator'), 'conditionalAccess.update')).toBe(false)
  })
  it('13: an Authentication Policy Administrator may not delete a method of a person', () => {
    expect(refusalToActOn(actorWith('authenticationPolicyAdministrator'), 'methods.update', aSubject())).toBe(
      'directory.forbidden',
    )
  })
  it('14: a member of a role-assignable group is out of reach of an Authentication Administrator', () => {
    const target = aSubject({ isInRoleAssignableGroup: true })
    expect(refusalToActOn(authenticationAdministrator, 'sessions.revoke', target)).toBe('directory.target_protected')
  })
  it('whoever may change all of the reset policy may change whom it is for, and whoever may change it may read it', () => {
    const scope = rolesWith('passwordResetScope.update')
    expect(scope).toEqual(expect.arrayContaining([...rolesWith('passwordResetPolicy.update')]))
    expect(rolesWith('passwordResetPolicy.read')).toEqual(expect.arrayContaining([...scope]))
  })
  it('17: nobody deletes the own phone on the admin page', () => {
    const self = actorWith('globalAdministrator')
    expect(refusalToActOn(self, 'methods.update', self)).toBe('directory.own_account')
  })
})
