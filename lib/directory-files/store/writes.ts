import 'server-only'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { randomBytes, randomUUID } from '@/lib/platform/random'
import type { GroupWrite } from '../plan-groups'
import type { PersonWrite } from '../plan-people'

/** The rows that lists make and change. No statement here touches a row that a directory owns, a password or a role. */

/** Adds people; answers their ids by login name. Whoever took a name meanwhile keeps it, and it is absent from the answer. */
export async function insertPeople(
  tx: Tx,
  people: readonly PersonWrite[],
  at: Date,
): Promise<ReadonlyMap<string, string>> {
  if (people.length === 0) return new Map()
  const instant = at.toISOString()
  const rows = await tx.$queryRaw<{ id: string; name: string }[]>`
    INSERT INTO "user" (id, user_principal_name, display_name, mail, business_phone, user_type, guest_type,
      account_enabled, user_handle, created_at, updated_at)
    SELECT *, ${instant}::timestamptz, ${instant}::timestamptz
    FROM unnest(${people.map(() => randomUUID())}::uuid[], ${people.map((one) => one.userPrincipalName)}::text[],
      ${people.map((one) => one.displayName)}::text[], ${people.map((one) => one.mail)}::text[],
      ${people.map((one) => one.businessPhone)}::text[], ${people.map((one) => one.userType)}::text[],
      ${people.map((one) => one.guestType)}::text[], ${people.map((one) => one.accountEnabled)}::boolean[],
      ${people.map(() => randomBytes(limits.webauthn.userHandleBytes))}::bytea[])
    ON CONFLICT DO NOTHING RETURNING id::text, user_principal_name AS name`
  return new Map(rows.map(({ id, name }) => [name, id]))
}

/** Changes names, contacts and whether accounts are enabled. Ending sessions is the caller's. */
export async function updatePeople(tx: Tx, people: readonly PersonWrite[], at: Date): Promise<void> {
  if (people.length === 0) return
  await tx.$executeRaw`
    UPDATE "user" AS person SET display_name = said.display_name, mail = said.mail, business_phone = said.phone,
      account_enabled = said.is_enabled, updated_at = ${at.toISOString()}::timestamptz
    FROM unnest(${people.map(({ id }) => id)}::uuid[], ${people.map((one) => one.displayName)}::text[],
      ${people.map((one) => one.mail)}::text[], ${people.map((one) => one.businessPhone)}::text[],
      ${people.map((one) => one.accountEnabled)}::boolean[])
      AS said (id, display_name, mail, phone, is_enabled)
    WHERE person.id = said.id AND person.directory_connector_id IS NULL`
}

/** Adds groups that carry no roles; answers their ids in the same order. */
export async function insertGroups(tx: Tx, groups: readonly GroupWrite[], at: Date): Promise<readonly string[]> {
  const ids = groups.map(() => randomUUID())
  if (groups.length === 0) return ids
  await tx.$executeRaw`
    INSERT INTO "group" (id, display_name, description, is_role_assignable, created_at)
    SELECT id, name, description, false, ${at.toISOString()}::timestamptz
    FROM unnest(${ids}::uuid[], ${groups.map((one) => one.displayName)}::text[],
      ${groups.map((one) => one.description)}::text[]) AS said (id, name, description)`
  return ids
}

export async function describeGroups(
  tx: Tx,
  groups: readonly { readonly id: string; readonly description: string | null }[],
): Promise<void> {
  if (groups.length === 0) return
  await tx.$executeRaw`
    UPDATE "group" AS known SET description = said.description
    FROM unnest(${groups.map(({ id }) => id)}::uuid[], ${groups.map((one) => one.description)}::text[])
      AS said (id, description)
    WHERE known.id = said.id AND known.directory_connector_id IS NULL AND NOT known.is_role_assignable`
}

export type Membership = { readonly groupId: string; readonly userId: string }

export async function insertMemberships(tx: Tx, memberships: readonly Membership[]): Promise<void> {
  if (memberships.length === 0) return
  await tx.$executeRaw`
    INSERT INTO group_member (group_id, user_id)
    SELECT * FROM unnest(${memberships.map(({ groupId }) => groupId)}::uuid[],
      ${memberships.map(({ userId }) => userId)}::uuid[])
    ON CONFLICT DO NOTHING`
}

export async function deleteMemberships(tx: Tx, memberships: readonly Membership[]): Promise<void> {
  if (memberships.length === 0) return
  await tx.$executeRaw`
    DELETE FROM group_member WHERE (group_id, user_id) IN (
      SELECT * FROM unnest(${memberships.map(({ groupId }) => groupId)}::uuid[],
        ${memberships.map(({ userId }) => userId)}::uuid[]))`
}

/** Puts groups into a group; answers the ids of those that were not in it before. */
export async function insertNestings(tx: Tx, parentId: string, childIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO group_nesting (parent_id, child_id)
    SELECT ${parentId}::uuid, id FROM unnest(${[...childIds]}::uuid[]) AS said (id)
    ON CONFLICT DO NOTHING RETURNING child_id::text AS id`
  return rows.map(({ id }) => id)
}
