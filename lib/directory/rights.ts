import { type DirectoryRole, type DirectoryRoleId, directoryRoles, type Subject } from '@/lib/directory/model'

/**
 * Who may do what in the admin area, and to whom: one table, default deny.
 *
 * @see permissions as documented for the directory roles; a role that is not in the table can do nothing.
 */
export const rights = [
  'registrations.read',
  'methods.read',
  'methods.update',
  'temporaryAccessPass.create',
  'sessions.revoke',
  'users.requireReregistration',
  'users.resetPassword',
  'conditionalAccess.read',
  'conditionalAccess.update',
  'namedLocation.read',
  'namedLocation.update',
  'authenticationMethodsPolicy.read',
  'authenticationMethodsPolicy.update',
  'passwordResetPolicy.read',
  'passwordResetPolicy.update',
  'passwordResetScope.update',
  'passwordResets.read',
  'mfaRegistrationPolicy.read',
  'mfaRegistrationPolicy.update',
  'perUserMfa.update',
  'passwordProtection.read',
  'passwordProtection.update',
  'auditLog.read',
  'signInLog.read',
  'signInLog.export',
  'hardwareOath.read',
  'hardwareOath.update',
  'messageDelivery.read',
  'messageDelivery.update',
  'mailSettings.read',
  'mailSettings.update',
  'directories.read',
  'directories.update',
  'users.import',
  'users.export',
  'groups.import',
  'groups.export',
] as const
export type Right = (typeof rights)[number]

const holders: Readonly<Record<Right, readonly DirectoryRole[]>> = {
  'registrations.read': [
    'reportsReader',
    'securityReader',
    'globalReader',
    'securityAdministrator',
    'authenticationPolicyAdministrator',
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  'methods.read': [
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalReader',
    'globalAdministrator',
  ],
  'methods.update': ['authenticationAdministrator', 'privilegedAuthenticationAdministrator', 'globalAdministrator'],
  'temporaryAccessPass.create': [
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  'sessions.revoke': [
    'helpdeskAdministrator',
    'userAdministrator',
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  'users.requireReregistration': [
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  'users.resetPassword': [
    'passwordAdministrator',
    'helpdeskAdministrator',
    'userAdministrator',
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  'conditionalAccess.read': [
    'securityReader',
    'globalReader',
    'conditionalAccessAdministrator',
    'securityAdministrator',
    'globalAdministrator',
  ],
  'conditionalAccess.update': ['conditionalAccessAdministrator', 'securityAdministrator', 'globalAdministrator'],
  'namedLocation.read': [
    'securityReader',
    'globalReader',
    'conditionalAccessAdministrator',
    'securityAdministrator',
    'globalAdministrator',
  ],
  'namedLocation.update': ['conditionalAccessAdministrator', 'securityAdministrator', 'globalAdministrator'],
  'authenticationMethodsPolicy.read': ['authenticationPolicyAdministrator', 'globalReader', 'globalAdministrator'],
  'authenticationMethodsPolicy.update': ['authenticationPolicyAdministrator', 'globalAdministrator'],
  'passwordResetPolicy.read': [
    'authenticationPolicyAdministrator',
    'userAdministrator',
    'globalReader',
    'globalAdministrator',
  ],
  'passwordResetPolicy.update': ['authenticationPolicyAdministrator', 'globalAdministrator'],
  // Of that policy only whom reset is for. Whoever may change all of it may change this.
  'passwordResetScope.update': ['authenticationPolicyAdministrator', 'userAdministrator', 'globalAdministrator'],
  // Whoever reads reports, and whoever is told a reference by somebody who could not get back in.
  'passwordResets.read': [
    'reportsReader',
    'securityReader',
    'globalReader',
    'securityAdministrator',
    'authenticationPolicyAdministrator',
    'helpdeskAdministrator',
    'passwordAdministrator',
    'userAdministrator',
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  'mfaRegistrationPolicy.read': ['securityReader', 'globalReader', 'securityAdministrator', 'globalAdministrator'],
  'mfaRegistrationPolicy.update': ['securityAdministrator', 'globalAdministrator'],
  'perUserMfa.update': [
    'authenticationPolicyAdministrator',
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  // Two public documents name two roles; both may.
  'passwordProtection.read': [
    'authenticationPolicyAdministrator',
    'securityAdministrator',
    'globalReader',
    'globalAdministrator',
  ],
  'passwordProtection.update': ['authenticationPolicyAdministrator', 'securityAdministrator', 'globalAdministrator'],
  'auditLog.read': ['reportsReader', 'securityReader', 'globalReader', 'securityAdministrator', 'globalAdministrator'],
  // Taking the log away is a right of its own; who reads it all can copy it all, so it is the same roles.
  'signInLog.export': [
    'reportsReader',
    'securityReader',
    'globalReader',
    'securityAdministrator',
    'globalAdministrator',
  ],
  'signInLog.read': ['reportsReader', 'securityReader', 'globalReader', 'securityAdministrator', 'globalAdministrator'],
  'hardwareOath.read': [
    'globalReader',
    'authenticationPolicyAdministrator',
    'authenticationAdministrator',
    'privilegedAuthenticationAdministrator',
    'globalAdministrator',
  ],
  // The inventory; whose a token is asks for `methods.update` on that person.
  'hardwareOath.update': ['authenticationPolicyAdministrator', 'globalAdministrator'],
  // Whoever reads the logs, and who decides on text messages at all.
  'messageDelivery.read': [
    'reportsReader',
    'securityReader',
    'globalReader',
    'securityAdministrator',
    'authenticationPolicyAdministrator',
    'globalAdministrator',
  ],
  'messageDelivery.update': ['authenticationPolicyAdministrator', 'globalAdministrator'],
  // What all people read from the organisation: whoever could change it could ask them for anything.
  'mailSettings.read': ['authenticationPolicyAdministrator', 'globalReader', 'globalAdministrator'],
  'mailSettings.update': ['authenticationPolicyAdministrator', 'globalAdministrator'],
  // Whoever names the directory decides who may sign in from there: the role that exists for this, and the highest.
  'directories.read': ['hybridIdentityAdministrator', 'globalReader', 'globalAdministrator'],
  'directories.update': ['hybridIdentityAdministrator', 'globalAdministrator'],
  // Lists of people and groups as files. Whose line may be changed is asked line by line.
  'users.import': ['userAdministrator', 'globalAdministrator'],
  'users.export': ['userAdministrator', 'globalReader', 'globalAdministrator'],
  'groups.import': ['groupsAdministrator', 'userAdministrator', 'globalAdministrator'],
  'groups.export': ['groupsAdministrator', 'userAdministrator', 'globalReader', 'globalAdministrator'],
}

/** What rights rest on. */
export type RightsHolder = Pick<Subject, 'accountEnabled' | 'roleIds'>

/** Whether a role of the subject carries the right. Says nothing about a target: `refusalToActOn` does. */
export function may(subject: RightsHolder, right: Right): boolean {
  return subject.accountEnabled && holders[right].some((role) => holds(subject, role))
}

/** The template ids of the roles that carry the right. */
export function rolesWith(right: Right): readonly DirectoryRoleId[] {
  return holders[right].map((role) => directoryRoles[role])
}

/** Whether the subject holds any right of the admin area. */
export function isAdministrator(subject: RightsHolder): boolean {
  return rights.some((right) => may(subject, right))
}

export function holds(subject: RightsHolder, role: DirectoryRole): boolean {
  return subject.roleIds.has(directoryRoles[role])
}

/** Roles whose holders an Authentication Administrator may act on, beside people without any role. */
const openToAuthenticationAdministrator: readonly DirectoryRole[] = [
  'authenticationAdministrator',
  'directoryReaders',
  'guestInviter',
  'messageCenterReader',
  'passwordAdministrator',
  'reportsReader',
]
/** Roles whose holders a Password Administrator may act on (passwords). */
const openToPasswordAdministrator: readonly DirectoryRole[] = [
  'directoryReaders',
  'guestInviter',
  'passwordAdministrator',
]
/** Roles whose holders a Helpdesk Administrator may act on (sessions, passwords). */
const openToHelpdesk: readonly DirectoryRole[] = [
  'directoryReaders',
  'guestInviter',
  'passwordAdministrator',
  'helpdeskAdministrator',
  'messageCenterReader',
  'reportsReader',
]
const openToUserAdministrator: readonly DirectoryRole[] = [
  ...openToHelpdesk,
  'groupsAdministrator',
  'userAdministrator',
]

export type TargetRefusal = 'directory.forbidden' | 'directory.own_account' | 'directory.target_protected'

/**
 * Whether `actor` may use `right` on the person `target`; null when allowed, else why not. Nobody acts on the own
 * account in the admin area; members of role-assignable groups and holders of higher roles only by the two highest.
 */
export function refusalToActOn(actor: Subject, right: Right, target: Subject): TargetRefusal | null {
  if (!may(actor, right)) return 'directory.forbidden'
  if (actor.id === target.id) return 'directory.own_account'
  if (holds(actor, 'globalAdministrator') || holds(actor, 'privilegedAuthenticationAdministrator')) return null
  if (right === 'methods.read' && holds(actor, 'globalReader')) return null
  if (target.isInRoleAssignableGroup) return 'directory.target_protected'
  // A pass is a way to sign in as somebody: below the two highest roles it is for people without any role.
  if (right === 'temporaryAccessPass.create') return target.roleIds.size === 0 ? null : 'directory.target_protected'
  const open = openRoles(actor, right)
  const openIds = new Set<string>(open.map((role) => directoryRoles[role]))
  return [...target.roleIds].every((role) => openIds.has(role)) ? null : 'directory.target_protected'
}

function openRoles(actor: Subject, right: Right): readonly DirectoryRole[] {
  const open: DirectoryRole[] = []
  if (holds(actor, 'authenticationAdministrator')) open.push(...openToAuthenticationAdministrator)
  // The one thing that this role does to single people (`60` X2), and to no others than Authentication Administrators.
  if (right === 'perUserMfa.update' && holds(actor, 'authenticationPolicyAdministrator'))
    open.push(...openToAuthenticationAdministrator)
  const isForHelpdesk = right === 'sessions.revoke' || right === 'users.resetPassword'
  if (isForHelpdesk && holds(actor, 'helpdeskAdministrator')) open.push(...openToHelpdesk)
  const isForUserAdministrator = isForHelpdesk || right === 'users.import' || right === 'groups.import'
  if (isForUserAdministrator && holds(actor, 'userAdministrator')) open.push(...openToUserAdministrator)
  if (right === 'users.resetPassword' && holds(actor, 'passwordAdministrator'))
    open.push(...openToPasswordAdministrator)
  return open
}
