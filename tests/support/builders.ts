/**
 * What tests are about, and nothing else: every builder gives something valid, and a test names only what matters to
 * it. The first ones are pure; those that take a client write rows.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { defaultPasswordResetPolicy, type PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import {
  defaultMfaRegistrationPolicy,
  defaultRegistrationCampaign,
} from '@/lib/authentication-methods/registration-policy'
import type { ConditionalAccessPolicy, PolicyDocument } from '@/lib/conditional-access/model'
import { unconditional } from '@/lib/conditional-access/templates'
import { type DirectoryRole, directoryRoles, type Subject } from '@/lib/directory/model'
import type { PrismaClient, Tx } from '@/lib/platform/db'
import type { RegistrationState } from '@/lib/sign-in/facts'

/** A person as decisions see them; `roles` by name are added to `roleIds`. */
export function aSubject(
  given: Partial<Omit<Subject, 'groupIds' | 'roleIds'>> & {
    readonly groupIds?: Iterable<string>
    readonly roleIds?: Iterable<string>
    readonly roles?: readonly DirectoryRole[]
  } = {},
): Subject {
  const { roles = [], roleIds = [], groupIds = [], ...rest } = given
  return {
    id: randomUUID(),
    userPrincipalName: 'somebody@harbor.example',
    displayName: 'Some Body',
    userType: 'member',
    guestType: null,
    homeTenantId: null,
    accountEnabled: true,
    isInRoleAssignableGroup: false,
    ...rest,
    groupIds: new Set(groupIds),
    roleIds: new Set([...roleIds, ...roles.map((role) => directoryRoles[role])]),
  }
}

/** Password reset with all its defaults, for everybody: by itself it is for nobody. */
export const resetForEverybody: PasswordResetPolicy = { ...defaultPasswordResetPolicy, enabledFor: 'all' }

/** The policy of the seed how-to: everyone, Register security information, any location but trusted ones, MFA, on. */
export function aPolicy(
  given: Partial<Omit<ConditionalAccessPolicy, 'conditions' | 'grantControls'>> & {
    readonly users?: Partial<PolicyDocument['conditions']['users']>
    readonly applications?: Partial<PolicyDocument['conditions']['applications']>
    readonly locations?: PolicyDocument['conditions']['locations']
    readonly grantControls?: Partial<PolicyDocument['grantControls']>
  } = {},
): ConditionalAccessPolicy {
  const { users, applications, locations, grantControls, ...rest } = given
  return {
    id: randomUUID(),
    displayName: 'Combined Security Info Registration on Trusted Networks',
    description: null,
    state: 'enabled',
    templateId: null,
    version: 1,
    createdAt: new Date('2026-01-05T08:00:00Z'),
    modifiedAt: null,
    ...rest,
    conditions: {
      users: {
        includeUsers: ['All'],
        excludeUsers: [],
        includeGroups: [],
        excludeGroups: [],
        includeRoles: [],
        excludeRoles: [],
        includeGuestsOrExternalUsers: null,
        excludeGuestsOrExternalUsers: null,
        ...users,
      },
      applications: {
        includeApplications: [],
        excludeApplications: [],
        includeUserActions: ['urn:user:registersecurityinfo'],
        includeAuthenticationContextClassReferences: [],
        ...applications,
      },
      locations: locations === undefined ? { includeLocations: ['All'], excludeLocations: ['AllTrusted'] } : locations,
      ...unconditional,
    },
    grantControls: {
      ...{ operator: 'OR', builtInControls: ['mfa'], authenticationStrength: null, termsOfUse: [] },
      ...grantControls,
    },
    sessionControls: null,
  }
}

/** The registration of somebody whom no policy of their own asks anything. */
export const notAsked: RegistrationState = {
  mfaRegistrationPolicy: defaultMfaRegistrationPolicy,
  registrationCampaign: defaultRegistrationCampaign,
  perUserMfaState: 'disabled',
  promptedAt: null,
  campaignSnoozes: 0,
  campaignSnoozedAt: null,
}

type Client = PrismaClient | Tx

/** A row of a person without password and methods; `roles` and `groupIds` are assigned too. */
export async function aUser(
  client: Client,
  given: {
    readonly id?: string
    readonly userPrincipalName?: string
    readonly displayName?: string
    readonly mail?: string | null
    readonly userType?: 'member' | 'guest'
    readonly accountEnabled?: boolean
    readonly passwordHash?: string | null
    readonly securityInfoChangedAt?: Date | null
    readonly roles?: readonly DirectoryRole[]
    readonly groupIds?: readonly string[]
  } = {},
): Promise<{ readonly id: string; readonly userPrincipalName: string; readonly displayName: string }> {
  const { roles = [], groupIds = [], ...rest } = given
  const suffix = randomBytes(5).toString('hex')
  // Not `create`: the default method's foreign key contains the id, and Prisma then leaves the id to that relation.
  const [user] = await client.user.createManyAndReturn({
    data: {
      userPrincipalName: `person-${suffix}@harbor.example`,
      displayName: `Person ${suffix}`,
      guestType: rest.userType === 'guest' ? 'b2bCollaborationGuest' : null,
      userHandle: Uint8Array.from(randomBytes(64)),
      ...rest,
    },
    select: { id: true, userPrincipalName: true, displayName: true },
  })
  if (user === undefined) throw new Error('a person was not created')
  const userId = user.id
  if (roles.length > 0)
    await client.roleAssignment.createMany({ data: roles.map((role) => ({ userId, roleId: directoryRoles[role] })) })
  if (groupIds.length > 0)
    await client.groupMember.createMany({ data: groupIds.map((groupId) => ({ userId, groupId })) })
  return user
}

/** A row of a group with these direct members and nested groups. */
export async function aGroup(
  client: Client,
  given: {
    readonly displayName?: string
    readonly isRoleAssignable?: boolean
    readonly memberIds?: readonly string[]
    readonly childIds?: readonly string[]
  } = {},
): Promise<{ readonly id: string; readonly displayName: string }> {
  const { memberIds = [], childIds = [], ...rest } = given
  return client.group.create({
    data: {
      displayName: `Group ${randomBytes(5).toString('hex')}`,
      ...rest,
      members: { create: memberIds.map((userId) => ({ userId })) },
      children: { create: childIds.map((childId) => ({ childId })) },
    },
    select: { id: true, displayName: true },
  })
}
