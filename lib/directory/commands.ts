import 'server-only'
import type { AuditActor, AuditEvent, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { type DirectoryRole, directoryRoles, type GuestOrExternalUserType } from '@/lib/directory/model'
import { roleIsHeld } from '@/lib/directory/store'
import { displayNameSchema, userPrincipalNameSchema } from '@/lib/directory/user-principal-name'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { randomBytes } from '@/lib/platform/random'
import { fail, ok, type Result } from '@/lib/result'

/**
 * The verbs of the directory. Each runs in the caller's transaction and records its event there. Whether the one who
 * asks may do it was decided before, by `rights.ts`, or is the host's operator's.
 */

/** On whose behalf, from where and when; the same for every event of one request. */
export type By = { readonly actor: AuditActor; readonly origin: AuditOrigin; readonly at: Date }

/** The installation itself, asked by whoever operates the host: no request, no address. */
export function bySystem(at: Date, requestId: string): By {
  return {
    actor: { kind: 'system' },
    origin: { requestId, clientAddress: null, addressSource: 'unknown', userAgent: null },
    at,
  }
}

export type NewUser = {
  readonly userPrincipalName: string
  readonly displayName: string
  /** Profile contact; never an authentication method. */
  readonly mail?: string | null
  /** Profile property as well: whoever has one may be asked for an office phone. */
  readonly businessPhone?: string | null
  /** Present for a guest. */
  readonly guestType?: GuestOrExternalUserType
  /** Already hashed, outside the transaction. Null: no sign-in by password. */
  readonly passwordHash: string | null
  /** When the person came to the organisation, where that was before today. */
  readonly joinedAt?: Date
}

/**
 * Adds a person without groups, roles and methods, and answers the id. Refuses with
 * `directory.user_principal_name_invalid`, `directory.display_name_invalid` or `directory.user_exists`.
 */
export async function createUser(
  tx: Tx,
  input: NewUser,
  by: By,
): Promise<
  Result<
    { readonly id: string },
    'directory.user_principal_name_invalid' | 'directory.display_name_invalid' | 'directory.user_exists'
  >
> {
  const name = userPrincipalNameSchema.safeParse(input.userPrincipalName)
  if (!name.success) return fail('invalid', 'directory.user_principal_name_invalid', { field: 'userPrincipalName' })
  const displayName = displayNameSchema.safeParse(input.displayName)
  if (!displayName.success) return fail('invalid', 'directory.display_name_invalid', { field: 'displayName' })
  // Skipping the duplicate instead of failing on it keeps the caller's transaction usable; a race has one winner.
  const [user] = await tx.user.createManyAndReturn({
    data: [
      {
        userPrincipalName: name.data,
        displayName: displayName.data,
        mail: input.mail ?? null,
        businessPhone: input.businessPhone ?? null,
        userType: input.guestType === undefined ? 'member' : 'guest',
        guestType: input.guestType ?? null,
        passwordHash: input.passwordHash,
        passwordChangedAt: input.passwordHash === null ? null : by.at,
        userHandle: Uint8Array.from(randomBytes(limits.webauthn.userHandleBytes)),
        createdAt: input.joinedAt ?? by.at,
      },
    ],
    skipDuplicates: true,
    select: { id: true },
  })
  if (user === undefined) return fail('refused', 'directory.user_exists', { field: 'userPrincipalName' })
  await record(tx, {
    ...event(by, 'userCreated', { kind: 'user', id: user.id, name: name.data }),
    after: { userPrincipalName: name.data, displayName: displayName.data, guestType: input.guestType ?? null },
  })
  return ok(user)
}

/** Adds an empty group and answers its id. */
export async function createGroup(
  tx: Tx,
  input: {
    readonly displayName: string
    readonly description?: string | null
    readonly isRoleAssignable?: boolean
  },
  by: By,
): Promise<{ readonly id: string }> {
  const data = {
    displayName: displayNameSchema.parse(input.displayName),
    description: input.description ?? null,
    isRoleAssignable: input.isRoleAssignable ?? false,
  }
  const group = await tx.group.create({ data: { ...data, createdAt: by.at }, select: { id: true } })
  await record(tx, {
    ...event(by, 'groupChanged', { kind: 'group', id: group.id, name: data.displayName }),
    reason: 'created',
    after: data,
  })
  return group
}

/** Makes the person a direct member; once more changes nothing and records nothing. */
export async function addMember(
  tx: Tx,
  input: { readonly groupId: string; readonly userId: string },
  by: By,
): Promise<void> {
  const { count } = await tx.groupMember.createMany({ data: [input], skipDuplicates: true })
  if (count === 0) return
  await record(tx, {
    ...event(by, 'groupChanged', { kind: 'group', id: input.groupId }),
    reason: 'member_added',
    after: { memberId: input.userId },
  })
}

/** Puts the group `childId` into `parentId`; its members are then members of both. A cycle is allowed and harmless. */
export async function nestGroup(
  tx: Tx,
  input: { readonly parentId: string; readonly childId: string },
  by: By,
): Promise<void> {
  const { count } = await tx.groupNesting.createMany({ data: [input], skipDuplicates: true })
  if (count === 0) return
  await record(tx, {
    ...event(by, 'groupChanged', { kind: 'group', id: input.parentId }),
    reason: 'group_nested',
    after: { childId: input.childId },
  })
}

/** Assigns an administrator role tenant-wide; once more changes nothing and records nothing. */
export async function assignRole(
  tx: Tx,
  input: { readonly userId: string; readonly role: DirectoryRole },
  by: By,
): Promise<void> {
  const { count } = await tx.roleAssignment.createMany({
    data: [{ userId: input.userId, roleId: directoryRoles[input.role], createdAt: by.at }],
    skipDuplicates: true,
  })
  if (count === 0) return
  await record(tx, {
    ...event(by, 'roleAssigned', { kind: 'user', id: input.userId }),
    reason: 'assigned',
    after: { role: input.role },
  })
}

/**
 * Adds the first Global Administrator, without any way to sign in yet: the caller gives them one in the same
 * transaction. Refuses with `directory.administrator_exists` when the role is held; two at once have one winner.
 */
export async function addFirstAdministrator(
  tx: Tx,
  input: { readonly userPrincipalName: string; readonly displayName: string },
  by: By,
): Promise<
  Result<
    { readonly id: string },
    | 'directory.administrator_exists'
    | 'directory.user_principal_name_invalid'
    | 'directory.display_name_invalid'
    | 'directory.user_exists'
  >
> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('twofold first administrator'))`
  if (await roleIsHeld(tx, directoryRoles.globalAdministrator)) return fail('refused', 'directory.administrator_exists')
  const created = await createUser(tx, { ...input, passwordHash: null }, by)
  if (created.ok) await assignRole(tx, { userId: created.value.id, role: 'globalAdministrator' }, by)
  return created
}

function event(by: By, activity: AuditEvent['activity'], target: NonNullable<AuditEvent['target']>): AuditEvent {
  return { activity, at: by.at, outcome: 'success', actor: by.actor, origin: by.origin, target }
}
