import 'server-only'
import {
  type GuestOrExternalUserType,
  guestOrExternalUserTypes,
  type Subject,
  type UserType,
  userTypes,
} from '@/lib/directory/model'
import { type HomeRow, homeColumns, homeFrom, type PasswordHome } from '@/lib/directory/password-home'
import { storedName } from '@/lib/directory/user-principal-name'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'

/**
 * Rows of people, groups and roles. Groups nest and the nesting may contain cycles: every resolution here unites sets
 * (`UNION`, not `UNION ALL`), so a cycle ends by itself.
 */

/**
 * The person as the decisions see them: groups direct and through nesting, and roles, read in one statement, so that
 * they are true at one instant. Null when there is no such person, also when the text is not an id.
 */
export async function loadSubject(tx: Tx, userId: string): Promise<Subject | null> {
  const found = await loadSubjectWith<object>(tx, userId, Prisma.empty)
  return found?.subject ?? null
}

/** As `loadSubject`, by login name in any case. */
export async function loadSubjectByName(tx: Tx, userPrincipalName: string): Promise<Subject | null> {
  const which = Prisma.sql`user_principal_name = ${storedName(userPrincipalName)}`
  const row = await readSubject<object>(tx, which, Prisma.empty)
  return row && toSubject(row)
}

/**
 * As `loadSubject`, and in the same statement what `more` selects about `person`, the row of the user: `, column AS
 * name, …`. One question instead of many, and all its answers are true at one instant.
 */
export async function loadSubjectWith<More extends object>(
  tx: Tx,
  userId: string,
  more: Prisma.Sql,
): Promise<{ readonly subject: Subject; readonly more: More } | null> {
  if (!isUuid(userId)) return null
  const row = await readSubject<More>(tx, Prisma.sql`id = ${userId}::uuid`, more)
  return row && { subject: toSubject(row), more: row }
}

/** As `loadSubjectWith`, for the person whose id `owner` selects: `SELECT user_id FROM …`. */
export async function loadOwnerWith<More extends object>(
  tx: Tx,
  owner: Prisma.Sql,
  more: Prisma.Sql,
): Promise<{ readonly subject: Subject; readonly more: More } | null> {
  const row = await readSubject<More>(tx, Prisma.sql`id = (${owner})`, more)
  return row && { subject: toSubject(row), more: row }
}

type SubjectRow = {
  id: string
  user_principal_name: string
  display_name: string
  user_type: string
  guest_type: string | null
  home_tenant_id: string | null
  account_enabled: boolean
  group_ids: string[]
  role_ids: string[]
  is_in_role_assignable_group: boolean
}

async function readSubject<More extends object>(
  tx: Tx,
  which: Prisma.Sql,
  more: Prisma.Sql,
): Promise<(SubjectRow & More) | null> {
  const [row] = await tx.$queryRaw<(SubjectRow & More)[]>`
    WITH RECURSIVE person AS (
      SELECT id, user_principal_name, display_name, user_type, guest_type, home_tenant_id, account_enabled,
        default_method_id, default_method_mode, must_reregister_since, security_info_confirmed_at, mail, business_phone,
        per_user_mfa_state, mfa_registration_prompted_at, campaign_snoozes, campaign_snoozed_at,
        temporary_password_ends_at, password_renewed_at, directory_connector_id,
        (password_hash IS NOT NULL OR directory_connector_id IS NOT NULL) AS has_password
      FROM "user" WHERE ${which}
    ), member_of (group_id) AS (
      SELECT direct.group_id FROM group_member direct JOIN person ON direct.user_id = person.id
      UNION
      SELECT nesting.parent_id FROM group_nesting nesting JOIN member_of ON nesting.child_id = member_of.group_id
    )
    SELECT person.id::text, user_principal_name, display_name, user_type, guest_type, home_tenant_id, account_enabled,
      ARRAY(SELECT group_id::text FROM member_of) AS group_ids,
      ARRAY(SELECT role_id::text FROM role_assignment WHERE user_id = person.id) AS role_ids,
      EXISTS (
        SELECT 1 FROM member_of JOIN "group" ON "group".id = member_of.group_id WHERE "group".is_role_assignable
      ) AS is_in_role_assignable_group
      ${more}
    FROM person`
  return row ?? null
}

/**
 * As `loadSubjectWith`, for several people in one statement; who is gone is absent. `more` selects about `person`, a
 * row of "user".
 */
export async function loadSubjectsWith<More extends object>(
  tx: Tx,
  userIds: readonly string[],
  more: Prisma.Sql,
): Promise<readonly { readonly subject: Subject; readonly more: More }[]> {
  const ids = userIds.filter(isUuid)
  const rows = await tx.$queryRaw<(SubjectRow & More)[]>`
    WITH RECURSIVE member_of (user_id, group_id) AS (
      SELECT user_id, group_id FROM group_member WHERE user_id = ANY(${ids}::uuid[])
      UNION
      SELECT member_of.user_id, nesting.parent_id
      FROM group_nesting nesting JOIN member_of ON nesting.child_id = member_of.group_id
    ), belonging AS (
      SELECT user_id, array_agg(group_id::text) AS group_ids, bool_or("group".is_role_assignable) AS is_role_assignable
      FROM member_of JOIN "group" ON "group".id = member_of.group_id GROUP BY user_id
    )
    SELECT person.id::text, user_principal_name, display_name, user_type, guest_type, home_tenant_id, account_enabled,
      coalesce(belonging.group_ids, '{}') AS group_ids,
      ARRAY(SELECT role_id::text FROM role_assignment WHERE user_id = person.id) AS role_ids,
      coalesce(belonging.is_role_assignable, FALSE) AS is_in_role_assignable_group
      ${more}
    FROM "user" person LEFT JOIN belonging ON belonging.user_id = person.id WHERE person.id = ANY(${ids}::uuid[])`
  return rows.map((row) => ({ subject: toSubject(row), more: row }))
}

function toSubject(row: SubjectRow): Subject {
  return {
    id: row.id,
    userPrincipalName: row.user_principal_name,
    displayName: row.display_name,
    userType: userTypeOf(row.user_type),
    guestType: guestTypeOf(row.guest_type),
    homeTenantId: row.home_tenant_id,
    accountEnabled: row.account_enabled,
    groupIds: new Set(row.group_ids),
    roleIds: new Set(row.role_ids),
    isInRoleAssignableGroup: row.is_in_role_assignable_group,
  }
}

/** A word the database holds and the program does not know throws: guessing "member" would widen access. */
function userTypeOf(text: string): UserType {
  const known = userTypes.find((type) => type === text)
  if (known === undefined) throw new Error(`unknown user type ${text}`)
  return known
}

function guestTypeOf(text: string | null): GuestOrExternalUserType | null {
  if (text === null) return null
  const known = guestOrExternalUserTypes.find((type) => type === text)
  if (known === undefined) throw new Error(`unknown guest type ${text}`)
  return known
}

/** A person's own row, as far as changes to the person need it. */
export type LockedUser = {
  readonly id: string
  readonly userPrincipalName: string
  readonly accountEnabled: boolean
  readonly defaultMethodId: string | null
  readonly mustReregisterSince: Date | null
}

/**
 * Locks the person until the transaction ends; every change of a person's methods, roles or sessions begins with it, so
 * such changes happen one after the other. Null when the person is gone. Waits at most the lock time of the
 * connection.
 */
export async function lockUser(tx: Tx, userId: string): Promise<LockedUser | null> {
  if (!isUuid(userId)) return null
  const [row] = await tx.$queryRaw<LockedUser[]>`
    SELECT id::text, user_principal_name AS "userPrincipalName", account_enabled AS "accountEnabled",
      default_method_id::text AS "defaultMethodId", must_reregister_since AS "mustReregisterSince"
    FROM "user" WHERE id = ${userId}::uuid FOR UPDATE`
  return row ?? null
}

/** What the first factor is checked against. `passwordHash` is secret (one way) and goes nowhere but to the check. */
export type SignInUser = {
  readonly id: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly userType: UserType
  readonly accountEnabled: boolean
  readonly passwordHash: string | null
  /** Where its password lives. */
  readonly home: PasswordHome
  readonly temporaryPasswordEndsAt: Date | null
  readonly userHandle: Uint8Array
}

/**
 * By login name in any case; null when unknown. The caller answers both the same way and in the same time. `locked`: the
 * row stays as it is to the end of the transaction, so that a session that is opened by this password has ended, too, when
 * a new one is set.
 */
export async function findUserForSignIn(
  tx: Tx,
  userPrincipalName: string,
  lock: 'locked' | 'free' = 'free',
): Promise<SignInUser | null> {
  const [row] = await tx.$queryRaw<SignInRow[]>`
    SELECT ${signInColumns} FROM ${peopleAndHomes} WHERE user_principal_name = ${storedName(userPrincipalName)}
    ${lock === 'locked' ? Prisma.sql`FOR UPDATE OF person` : Prisma.empty}`
  return row === undefined ? null : signInUserFrom(row)
}

/** As `findUserForSignIn`, and the ids of the directories that are asked for passwords, in a fixed order. */
export async function findUserAndDirectories(
  tx: Tx,
  userPrincipalName: string,
): Promise<{ readonly user: SignInUser | null; readonly directories: readonly string[] }> {
  const [row] = await tx.$queryRaw<(SignInRow & { readonly directories: readonly string[] })[]>`
    SELECT ${signInColumns},
      ARRAY(SELECT id::text FROM directory_connector WHERE is_enabled ORDER BY id) AS directories
    FROM (SELECT 1) AS asked LEFT JOIN (${peopleAndHomes}) ON user_principal_name = ${storedName(userPrincipalName)}`
  return { user: row?.id ? signInUserFrom(row) : null, directories: row?.directories ?? [] }
}

const signInColumns = Prisma.sql`
  person.id::text, user_principal_name AS "userPrincipalName", person.display_name AS "displayName",
  user_type AS "userType", account_enabled AS "accountEnabled", password_hash AS "passwordHash",
  temporary_password_ends_at AS "temporaryPasswordEndsAt", user_handle AS "userHandle", ${homeColumns}`
const peopleAndHomes = Prisma.sql`
  "user" AS person LEFT JOIN directory_connector AS connector ON connector.id = person.directory_connector_id`

function signInUserFrom(row: SignInRow): SignInUser {
  const { id, userPrincipalName, displayName, accountEnabled, passwordHash, temporaryPasswordEndsAt, userHandle } = row
  return {
    ...{ id, userPrincipalName, displayName, accountEnabled, passwordHash, temporaryPasswordEndsAt, userHandle },
    userType: userTypeOf(row.userType),
    home: homeFrom(row),
  }
}

type SignInRow = Omit<SignInUser, 'userType' | 'home'> & HomeRow & { readonly userType: string }

/** A person as lists and headings show them. */
export type PersonSummary = {
  readonly id: string
  readonly userPrincipalName: string
  readonly displayName: string
}

export type GroupSummary = {
  readonly id: string
  readonly displayName: string
  readonly description: string | null
  readonly isRoleAssignable: boolean
  /** Direct members; those of nested groups are not counted. */
  readonly memberCount: number
}

/** All groups by name. */
export async function listGroups(tx: Tx): Promise<GroupSummary[]> {
  const rows = await tx.group.findMany({
    orderBy: [{ displayName: 'asc' }, { id: 'asc' }],
    select: {
      id: true,
      displayName: true,
      description: true,
      isRoleAssignable: true,
      _count: { select: { members: true } },
    },
  })
  return rows.map(({ _count, ...group }) => ({ ...group, memberCount: _count.members }))
}

/** At most this many of each in a picker; who needs more types another letter. */
const pickerMax = 20

/** People by name or login name, and groups by name, that contain `text`, for pickers; empty text gives the first ones. */
export async function searchPeopleAndGroups(
  tx: Tx,
  text: string,
): Promise<{ people: PersonSummary[]; groups: GroupSummary[] }> {
  const pattern = containsPattern(text)
  const people = await tx.$queryRaw<PersonSummary[]>`
    SELECT id::text, user_principal_name AS "userPrincipalName", display_name AS "displayName"
    FROM "user" WHERE lower(display_name) LIKE ${pattern} OR user_principal_name LIKE ${pattern}
    ORDER BY display_name, id LIMIT ${pickerMax}`
  const groups = await tx.$queryRaw<GroupSummary[]>`
    SELECT id::text, display_name AS "displayName", description, is_role_assignable AS "isRoleAssignable",
      (SELECT count(*)::int FROM group_member WHERE group_id = "group".id) AS "memberCount"
    FROM "group" WHERE lower(display_name) LIKE ${pattern} ORDER BY display_name, id LIMIT ${pickerMax}`
  return { people, groups }
}

/** Names of groups by id; ids of groups that are gone are absent. */
export async function groupNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = ids.filter(isUuid)
  if (known.length === 0) return new Map()
  const rows = await tx.group.findMany({ where: { id: { in: known } }, select: { id: true, displayName: true } })
  return new Map(rows.map((row) => [row.id, row.displayName]))
}

/** Names of people by id; ids of people who are gone are absent. */
export async function userNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, PersonSummary>> {
  const known = ids.filter(isUuid)
  if (known.length === 0) return new Map()
  const rows = await tx.user.findMany({
    where: { id: { in: known } },
    select: { id: true, userPrincipalName: true, displayName: true },
  })
  return new Map(rows.map((row) => [row.id, row]))
}

/** The given groups and all groups nested in them: whoever is a direct member of one of these is a member of a given one. */
export async function withNestedGroups(tx: Tx, groupIds: readonly string[]): Promise<string[]> {
  const known = groupIds.filter(isUuid)
  if (known.length === 0) return []
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE inside (id) AS (
      SELECT unnest(${known}::uuid[])
      UNION
      SELECT nesting.child_id FROM group_nesting nesting JOIN inside ON nesting.parent_id = inside.id
    )
    SELECT id::text FROM inside`
  return rows.map((row) => row.id)
}

/** Whether somebody with an enabled account holds the role. */
export async function roleIsHeld(tx: Tx, roleId: string): Promise<boolean> {
  return (await tx.roleAssignment.findFirst({ where: { roleId, user: { accountEnabled: true } } })) !== null
}

/** A LIKE pattern for "contains", lower case, with its own wildcards taken literally. */
export function containsPattern(text: string): string {
  return `%${text
    .trim()
    .toLowerCase()
    .slice(0, 256)
    .replace(/[\\%_]/g, '\\$&')}%`
}
