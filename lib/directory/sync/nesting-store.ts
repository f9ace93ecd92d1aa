import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import { groupIds, isNamed, type MayLeave, type Membership, memberIds } from './group-store'
import type { StartedRun } from './run-store'

/** Which groups of a directory stand in which: `groupId` is the outer one, `memberId` the one within. */

/**
 * How many memberships groups in groups of this directory stand for, and how many of them the directory no longer names, where
 * neither group is gone. A group counts as everybody in it, through others as well, and as one at least.
 */
export async function countGoneNestings(
  tx: Tx,
  run: StartedRun,
): Promise<{ readonly total: number; readonly going: number; readonly isAnyGoing: boolean }> {
  const [found] = await tx.$queryRaw<{ seen: boolean; any: boolean }[]>`
    SELECT coalesce(bool_or(is_going AND is_seen), false) AS seen, coalesce(bool_or(is_going), false) AS any
    FROM (${judgedNestings(run)}) judged`
  // Mostly none goes, and then it need not be known who is in them.
  if (!found?.seen) return { total: 0, going: 0, isAnyGoing: found?.any ?? false }
  const [row] = await tx.$queryRaw<{ total: number; going: number }[]>`
    WITH RECURSIVE judged AS MATERIALIZED (${judgedNestings(run)}),
    within (child_id, id) AS (
      SELECT child_id, child_id FROM judged
      UNION
      SELECT within.child_id, deeper.child_id FROM within JOIN group_nesting deeper ON deeper.parent_id = within.id
    ), weighed AS (
      SELECT within.child_id, greatest(1, count(DISTINCT member.user_id)) AS people
      FROM within LEFT JOIN group_member member ON member.group_id = within.id GROUP BY within.child_id
    )
    SELECT sum(people)::int AS total, coalesce(sum(people) FILTER (WHERE is_going AND is_seen), 0)::int AS going
    FROM judged JOIN weighed ON weighed.child_id = judged.child_id`
  return { total: row?.total ?? 0, going: row?.going ?? 0, isAnyGoing: true }
}

/** Groups in groups of this directory, each with whether this run saw both, and whether the directory no longer names it there. */
function judgedNestings(run: StartedRun): Prisma.Sql {
  return Prisma.sql`
    SELECT held.parent_id, held.child_id,
      entry.seen_run_id = ${run.id}::uuid AND coalesce(inner_entry.seen_run_id = ${run.id}::uuid, true) AS is_seen,
      named.child_id IS NULL AS is_going
    FROM group_nesting held
    JOIN "group" known ON known.id = held.parent_id AND known.directory_connector_id = ${run.connectorId}::uuid
    JOIN directory_entry entry ON entry.connector_id = known.directory_connector_id
      AND entry.entry_id = known.directory_entry_id
    JOIN "group" child ON child.id = held.child_id
    LEFT JOIN directory_entry inner_entry ON inner_entry.connector_id = child.directory_connector_id
      AND child.directory_connector_id = ${run.connectorId}::uuid AND inner_entry.entry_id = child.directory_entry_id
    LEFT JOIN (${namedNestings(run)}) named ON named.parent_id = held.parent_id AND named.child_id = held.child_id`
}

/** Which groups the directory puts into which and that are not there yet, circles included. */
export function missingNestings(tx: Tx, run: StartedRun): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    SELECT parent_id::text AS "groupId", child_id::text AS "memberId" FROM (${namedNestings(run)}) named
    WHERE NOT EXISTS (SELECT 1 FROM group_nesting held
      WHERE held.parent_id = named.parent_id AND held.child_id = named.child_id)`
}

/** Which groups the directory no longer names in which, as far as `may` lets them go. */
export function goneNestings(tx: Tx, run: StartedRun, may: MayLeave): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    SELECT parent_id::text AS "groupId", child_id::text AS "memberId" FROM (${judgedNestings(run)}) judged
    WHERE is_going AND CASE WHEN is_seen THEN ${may.remove}::boolean ELSE ${may.withGone}::boolean END`
}

export async function insertNestings(tx: Tx, pairs: readonly Membership[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.$executeRaw`
    INSERT INTO group_nesting (parent_id, child_id)
    SELECT * FROM unnest(${groupIds(pairs)}::uuid[], ${memberIds(pairs)}::uuid[]) ON CONFLICT DO NOTHING`
}

export async function deleteNestings(tx: Tx, pairs: readonly Membership[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.$executeRaw`
    DELETE FROM group_nesting WHERE (parent_id, child_id) IN (
      SELECT * FROM unnest(${groupIds(pairs)}::uuid[], ${memberIds(pairs)}::uuid[]))`
}

/** The groups in which one of these people stands, directly or through others. */
export async function groupsAround(tx: Tx, people: readonly string[]): Promise<ReadonlySet<string>> {
  if (people.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE inside (id) AS (
      SELECT group_id FROM group_member WHERE user_id = ANY(${[...people]}::uuid[])
      UNION
      SELECT nesting.parent_id FROM group_nesting nesting JOIN inside ON nesting.child_id = inside.id
    )
    SELECT id::text FROM inside`
  return new Set(rows.map(({ id }) => id))
}

function namedNestings(run: StartedRun): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT parent.id AS parent_id, child.id AS child_id
    FROM directory_member named
    JOIN directory_entry listing ON listing.connector_id = named.connector_id
      AND listing.entry_id = named.group_entry_id AND listing.seen_run_id = ${run.id}::uuid
    JOIN "group" parent ON parent.directory_connector_id = named.connector_id
      AND parent.directory_entry_id = named.group_entry_id
    JOIN directory_entry entry ON entry.connector_id = named.connector_id
      AND entry.name_key = named.member_name_key AND entry.kind = 'group' AND ${isNamed(run)}
    JOIN "group" child ON child.directory_connector_id = entry.connector_id
      AND child.directory_entry_id = entry.entry_id
    WHERE named.connector_id = ${run.connectorId}::uuid AND parent.id <> child.id`
}
