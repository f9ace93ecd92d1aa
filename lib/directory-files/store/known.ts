import 'server-only'
import { directoryRoles } from '@/lib/directory/model'
import { loadSubjectsWith } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import type { GroupsByName, KnownGroup } from '../memberships'
import type { KnownPerson } from '../plan-people'

/** What is there already, as far as the lines at hand name it. */

/**
 * People by login name. `held`: their rows stay as they are to the end of the transaction, and nobody gives them a role meanwhile,
 * so that what is decided about them is true when it is stored. @see SEC-251
 */
export async function peopleNamed(
  tx: Tx,
  names: readonly string[],
  lock: 'held' | 'free',
): Promise<ReadonlyMap<string, KnownPerson>> {
  if (names.length === 0) return new Map()
  const ids = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM "user" WHERE user_principal_name = ANY(${[...names]}::text[]) ORDER BY id
    ${lock === 'held' ? Prisma.sql`FOR UPDATE` : Prisma.empty}`
  type More = Omit<KnownPerson, 'subject' | 'directGroupIds'> & { readonly directGroupIds: readonly string[] }
  const found = await loadSubjectsWith<More>(
    tx,
    ids.map(({ id }) => id),
    Prisma.sql`, person.mail, person.business_phone AS "businessPhone",
      person.directory_connector_id IS NOT NULL AS "isFromDirectory",
      ARRAY(SELECT group_id::text FROM group_member WHERE user_id = person.id) AS "directGroupIds"`,
  )
  return new Map(
    found.map(({ subject, more: { mail, businessPhone, isFromDirectory, directGroupIds } }) => [
      subject.userPrincipalName,
      { subject, mail, businessPhone, isFromDirectory, directGroupIds: new Set(directGroupIds) },
    ]),
  )
}

/** Groups by name or id, each with what its place among groups and policies means for whoever would change it. */
export async function groupsNamed(tx: Tx, names: readonly string[]): Promise<GroupsByName> {
  const asked = [...new Set(names)]
  if (asked.length === 0) return new Map()
  const ids = asked.filter(isUuid)
  const rows = await tx.$queryRaw<(KnownGroup & { readonly name: string })[]>`
    WITH RECURSIVE named (name, id) AS MATERIALIZED (
      SELECT said.name, known.id FROM unnest(${asked}::text[]) said (name) JOIN "group" known ON known.display_name = said.name
      UNION
      SELECT said.name, known.id FROM unnest(${ids}::text[]) said (name) JOIN "group" known ON known.id = said.name::uuid
    ), above (id, over_id) AS (
      SELECT id, id FROM named
      UNION
      SELECT above.id, nesting.parent_id FROM group_nesting nesting JOIN above ON nesting.child_id = above.over_id
    ), policy AS MATERIALIZED (
      SELECT document->'conditions'->'users' AS users FROM conditional_access_policy
      WHERE deleted_at IS NULL AND state <> 'disabled'
    ), excluded AS MATERIALIZED (
      SELECT DISTINCT jsonb_array_elements_text(users->'excludeGroups') AS id FROM policy
    ), included AS MATERIALIZED (
      SELECT DISTINCT jsonb_array_elements_text(users->'includeGroups') AS id FROM policy
    ), standing AS (
      SELECT above.id, bool_or(over.is_role_assignable) AS is_protected,
        bool_or(over.id::text IN (SELECT id FROM excluded)) AS is_excluded,
        bool_or(over.id::text IN (SELECT id FROM included)) AS is_included
      FROM above JOIN "group" over ON over.id = above.over_id GROUP BY above.id
    )
    SELECT named.name, known.id::text, known.display_name AS "displayName", known.description,
      known.directory_connector_id IS NOT NULL AS "isFromDirectory", standing.is_protected AS "isProtected",
      standing.is_excluded AS "isExcluded", standing.is_included AS "isIncluded"
    FROM named JOIN "group" known ON known.id = named.id JOIN standing ON standing.id = named.id
    ORDER BY named.name, known.id`
  const groups = new Map<string, KnownGroup[]>()
  for (const { name, ...group } of rows) {
    const same = groups.get(name)
    if (same) same.push(group)
    else groups.set(name, [group])
  }
  return groups
}

/** Which of these people are direct members of which of these groups: `group id` and `user id` with a space between. */
export async function membershipsOf(
  tx: Tx,
  groupIds: readonly string[],
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ pair: string }[]>`
    SELECT group_id::text || ' ' || user_id::text AS pair FROM group_member
    WHERE group_id = ANY(${[...groupIds]}::uuid[]) AND user_id = ANY(${[...userIds]}::uuid[])`
  return new Set(rows.map(({ pair }) => pair))
}

/** Which group stands in which, all of them. */
export async function allNestings(tx: Tx): Promise<readonly (readonly [string, string])[]> {
  const rows = await tx.$queryRaw<{ parent: string; child: string }[]>`
    SELECT parent_id::text AS parent, child_id::text AS child FROM group_nesting`
  return rows.map(({ parent, child }) => [parent, child] as const)
}

/** Whether `parentId` is `childId`, or stands in it: then putting the child into it would close a circle. */
export async function wouldCircle(tx: Tx, parentId: string, childId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    WITH RECURSIVE inside (id) AS (
      SELECT ${childId}::uuid
      UNION
      SELECT nesting.child_id FROM group_nesting nesting JOIN inside ON nesting.parent_id = inside.id
    )
    SELECT ${parentId}::uuid IN (SELECT id FROM inside) AS found`
  return row?.found ?? false
}

/** The groups in which a Global Administrator stands, directly or through others. */
export async function groupsOfGlobalAdministrators(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE holder AS (
      SELECT user_id FROM role_assignment WHERE role_id = ${directoryRoles.globalAdministrator}::uuid
    ), inside (id) AS (
      SELECT group_id FROM group_member WHERE user_id IN (SELECT user_id FROM holder)
      UNION
      SELECT nesting.parent_id FROM group_nesting nesting JOIN inside ON nesting.child_id = inside.id
    )
    SELECT id::text FROM inside`
  return new Set(rows.map(({ id }) => id))
}
