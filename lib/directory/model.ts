/**
 * Who there is: people, groups and the administrator roles they hold.
 *
 * This room knows identities and rights. It does not know how somebody proves to be one of them (security-info), nor
 * what is asked of them (conditional-access). Its invariant: a role that is not in the table below can do nothing.
 */
import { z } from 'zod'

export const userTypes = ['member', 'guest'] as const
export type UserType = (typeof userTypes)[number]

/** Graph's `guestOrExternalUserTypes`, in ascending numeric order. A member has none. */
export const guestOrExternalUserTypes = [
  'internalGuest',
  'b2bCollaborationGuest',
  'b2bCollaborationMember',
  'b2bDirectConnectUser',
  'otherExternalUser',
  'serviceProvider',
] as const
export const guestOrExternalUserTypeSchema = z.enum(guestOrExternalUserTypes)
export type GuestOrExternalUserType = z.infer<typeof guestOrExternalUserTypeSchema>

/** Directory roles by their Graph role template id. Only these have a right here. */
export const directoryRoles = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  privilegedAuthenticationAdministrator: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  authenticationAdministrator: 'c4e39bd9-1100-46d3-8c65-fb160da0071f',
  authenticationPolicyAdministrator: '0526716b-113d-4c15-b2c8-68e3c22b9f80',
  conditionalAccessAdministrator: 'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9',
  securityAdministrator: '194ae4cb-b126-40b2-bd5b-6091b380977d',
  securityReader: '5d6b6bb7-de71-4623-b4af-96380a352509',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  helpdeskAdministrator: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  passwordAdministrator: '966707d0-3269-4727-9be2-8c3a10f19b9d',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  guestInviter: '95e79109-95c0-4d8e-aee3-d01accf2d47b',
  messageCenterReader: '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b',
  groupsAdministrator: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  hybridIdentityAdministrator: '8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2',
} as const
export type DirectoryRole = keyof typeof directoryRoles
export type DirectoryRoleId = (typeof directoryRoles)[DirectoryRole]

/** What a decision needs to know of a person: read in the transaction that acts on the answer. */
export type Subject = {
  readonly id: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly userType: UserType
  readonly guestType: GuestOrExternalUserType | null
  /** The organisation a guest comes from, when known. */
  readonly homeTenantId: string | null
  readonly accountEnabled: boolean
  /** Ids of all groups, direct and through nesting. */
  readonly groupIds: ReadonlySet<string>
  /** Role template ids assigned to the person. */
  readonly roleIds: ReadonlySet<string>
  /** Whether a group of the person is role-assignable; then only the two highest roles may act on them. */
  readonly isInRoleAssignableGroup: boolean
}
