import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { plannedAtEachUse } from '@/lib/platform/statement'
import { Prisma } from '@/prisma/client/client'
import type { GroupFacts, Issue } from './model'
import type { StartedRun } from './run-store'

/**
 * Groups that a directory owns, and who stands in them. Members are found by the names that the directory gives, never by
 * what an entry claims of itself; people and groups of another directory, and local ones, are not reached this way.
 */

export type GroupToTakeOver = {
  readonly entryId: string
  readonly distinguishedName: string
  readonly facts: GroupFacts
  /** Null for a group that is not here yet. */
  readonly id: string | null
}

export function groupsToTakeOver(tx: Tx, run: StartedRun, after: string, take: number): Promise<GroupToTakeOver[]> {
  return tx.$queryRaw<GroupToTakeOver[]>`
    SELECT entry.entry_id AS "entryId", entry.distinguished_name AS "distinguishedName", entry.facts, known.id::text
    FROM directory_entry entry LEFT JOIN "group" known
      ON known.directory_connector_id = entry.connector_id AND known.directory_entry_id = entry.entry_id
    WHERE entry.connector_id = ${run.connectorId}::uuid AND entry.kind = 'group' AND entry.seen_run_id = ${run.id}::uuid
      AND entry.facts->>'reason' IS NULL AND entry.entry_id > ${after}
      AND (known.id IS NULL OR known.display_name <> entry.facts->>'displayName'
        OR known.description IS DISTINCT FROM entry.facts->>'description'
        OR known.distinguished_name IS DISTINCT FROM entry.distinguished_name)
    ORDER BY entry.entry_id LIMIT ${take}`
}

/** Writes the groups; answers their ids in the same order. A group from a directory never carries roles. */
export async function writeGroups(
  tx: Tx,
  run: StartedRun,
  groups: readonly GroupToTakeOver[],
  at: Date,
): Promise<string[]> {
  const ids = groups.map(({ id }) => id ?? randomUUID())
  await tx.$executeRaw`
    INSERT INTO "group" AS known (id, display_name, description, is_role_assignable, directory_connector_id,
      directory_entry_id, distinguished_name, created_at)
    SELECT id, name, description, false, ${run.connectorId}::uuid, entry_id, distinguished_name, ${at.toISOString()}::timestamptz
    FROM unnest(${ids}::uuid[], ${groups.map(({ facts }) => facts.displayName)}::text[],
      ${groups.map(({ facts }) => facts.description)}::text[], ${groups.map(({ entryId }) => entryId)}::text[],
      ${groups.map(({ distinguishedName }) => distinguishedName)}::text[])
      AS said (id, name, description, entry_id, distinguished_name)
    ON CONFLICT (directory_connector_id, directory_entry_id) DO UPDATE SET display_name = excluded.display_name,
      description = excluded.description, distinguished_name = excluded.distinguished_name`
  return ids
}

/** Groups here, whether this run saw them, and whether somebody stands in them. */
export async function countGoneGroups(
  tx: Tx,
  run: StartedRun,
): Promise<{ readonly total: number; readonly going: number; readonly allowed: number }> {
  const [row] = await tx.$queryRaw<{ total: number; going: number; allowed: number }[]>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE is_going)::int AS going,
      count(*) FILTER (WHERE is_going AND held_run_id = ${run.allowedRunId}::uuid)::int AS allowed
    FROM (SELECT entry.held_run_id, ${isGone(run)} AS is_going FROM ${ownGroups(run)}) groups`
  return row ?? { total: 0, going: 0, allowed: 0 }
}

export async function markHeldGroups(tx: Tx, run: StartedRun): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_entry SET held_run_id = ${run.id}::uuid
    WHERE connector_id = ${run.connectorId}::uuid AND entry_id IN (
      SELECT entry.entry_id FROM ${ownGroups(run)} WHERE ${isGone(run)})`
}

export function listHeldGroups(tx: Tx, runId: string, take: number): Promise<{ id: string; displayName: string }[]> {
  return tx.$queryRaw<{ id: string; displayName: string }[]>`
    SELECT known.id::text, known.display_name AS "displayName" FROM directory_entry entry
    JOIN "group" known
      ON known.directory_connector_id = entry.connector_id AND known.directory_entry_id = entry.entry_id
    WHERE entry.connector_id = (SELECT connector_id FROM directory_sync_run WHERE id = ${runId}::uuid)
      AND entry.held_run_id = ${runId}::uuid AND entry.kind = 'group'
    ORDER BY known.display_name, known.id LIMIT ${take}`
}

function ownGroups(run: StartedRun): Prisma.Sql {
  return Prisma.sql`"group" known JOIN directory_entry entry
    ON entry.connector_id = known.directory_connector_id AND entry.entry_id = known.directory_entry_id
      AND known.directory_connector_id = ${run.connectorId}::uuid`
}

function isGone(run: StartedRun): Prisma.Sql {
  return Prisma.sql`(entry.seen_run_id <> ${run.id}::uuid AND (
    EXISTS (SELECT 1 FROM group_member WHERE group_id = known.id)
    OR EXISTS (SELECT 1 FROM group_nesting WHERE parent_id = known.id OR child_id = known.id)))`
}

/** How many stand in groups of this directory, people and groups together. */
export async function countMemberships(tx: Tx, run: StartedRun): Promise<number> {
  const own = Prisma.sql`(SELECT id FROM "group" WHERE directory_connector_id = ${run.connectorId}::uuid)`
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT ((SELECT count(*) FROM group_member WHERE group_id IN ${own})
      + (SELECT count(*) FROM group_nesting WHERE parent_id IN ${own}))::int AS count`
  return row?.count ?? 0
}

export type Membership = { readonly groupId: string; readonly memberId: string }

/** One part of a long list: everything after `from` up to `to`; without `to` everything after. */
export type Part<Key> = { readonly from: Key; readonly to: Key | null }

export type NamedKey = { readonly groupEntryId: string; readonly nameKey: Uint8Array }
export const beforeAllNamed: NamedKey = { groupEntryId: '', nameKey: new Uint8Array() }

/** The end of the next `size` names in the lists of groups; null when fewer are left. */
export async function endOfNamed(tx: Tx, run: StartedRun, from: NamedKey, size: number): Promise<NamedKey | null> {
  const [row] = await tx.$queryRaw<NamedKey[]>`
    SELECT group_entry_id AS "groupEntryId", member_name_key AS "nameKey" FROM directory_member
    WHERE connector_id = ${run.connectorId}::uuid
      AND (group_entry_id, member_name_key) > (${from.groupEntryId}, ${Buffer.from(from.nameKey)}::bytea)
    ORDER BY group_entry_id, member_name_key OFFSET ${size - 1} LIMIT 1`
  return row ?? null
}

/** Adds the people whom this part of the lists names and who are not in their group yet, all but `except`. */
export function addNamedMembers(
  tx: Tx,
  run: StartedRun,
  { from, to }: Part<NamedKey>,
  except: readonly string[],
): Promise<Membership[]> {
  const isWithin =
    to === null
      ? Prisma.empty
      : Prisma.sql`AND (group_entry_id, member_name_key) <= (${to.groupEntryId}, ${Buffer.from(to.nameKey)}::bytea)`
  return tx.$queryRaw<Membership[]>`
    WITH named AS MATERIALIZED (
      SELECT group_entry_id, member_name_key FROM directory_member WHERE connector_id = ${run.connectorId}::uuid
        AND (group_entry_id, member_name_key) > (${from.groupEntryId}, ${Buffer.from(from.nameKey)}::bytea) ${isWithin}
    )
    INSERT INTO group_member (group_id, user_id)
    SELECT known.id, person.id FROM named
    JOIN directory_entry listing ON listing.connector_id = ${run.connectorId}::uuid
      AND listing.entry_id = named.group_entry_id AND listing.seen_run_id = ${run.id}::uuid
    JOIN "group" known ON known.directory_connector_id = ${run.connectorId}::uuid
      AND known.directory_entry_id = named.group_entry_id
    JOIN directory_entry entry ON entry.connector_id = ${run.connectorId}::uuid
      AND entry.name_key = named.member_name_key AND entry.kind = 'user' AND ${isNamed(run)}
    JOIN "user" person ON person.directory_connector_id = ${run.connectorId}::uuid
      AND person.directory_entry_id = entry.entry_id AND person.id <> ALL(${[...except]}::uuid[])
    WHERE NOT EXISTS (SELECT 1 FROM group_member held WHERE held.group_id = known.id AND held.user_id = person.id)
    ON CONFLICT DO NOTHING RETURNING group_id::text AS "groupId", user_id::text AS "memberId" ${plannedAtEachUse}`
}

/** Whether accounts of this directory name primary groups; only those of Active Directory do. */
export async function hasPrimaryGroups(tx: Tx, run: StartedRun): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM directory_entry WHERE connector_id = ${run.connectorId}::uuid
      AND facts->>'primaryGroupSid' IS NOT NULL) AS found`
  return row?.found ?? false
}

/** Adds people, all but `except`, to the primary groups of their accounts, `size` accounts after `after`; `last`: the last one looked at. */
export async function addPrimaryMembers(
  tx: Tx,
  run: StartedRun,
  after: string,
  size: number,
  except: readonly string[],
): Promise<{ readonly added: Membership[]; readonly last: string | null }> {
  const rows = await tx.$queryRaw<{ last: string | null }[]>`
    SELECT max(entry_id) AS last FROM (SELECT entry_id FROM directory_entry
      WHERE connector_id = ${run.connectorId}::uuid AND entry_id > ${after} ORDER BY entry_id LIMIT ${size}) part`
  const last = rows[0]?.last ?? null
  if (last === null) return { added: [], last }
  const added = await tx.$queryRaw<Membership[]>`
    WITH part AS MATERIALIZED (
      SELECT entry_id, facts->>'primaryGroupSid' AS sid FROM directory_entry
      WHERE connector_id = ${run.connectorId}::uuid AND entry_id > ${after} AND entry_id <= ${last} AND kind = 'user'
    ), listing AS MATERIALIZED (
      SELECT entry_id, facts->>'sid' AS sid FROM directory_entry
      WHERE connector_id = ${run.connectorId}::uuid AND kind = 'group' AND seen_run_id = ${run.id}::uuid
    )
    INSERT INTO group_member (group_id, user_id)
    SELECT known.id, person.id FROM part JOIN listing ON listing.sid = part.sid
    JOIN "group" known ON known.directory_connector_id = ${run.connectorId}::uuid
      AND known.directory_entry_id = listing.entry_id
    JOIN "user" person ON person.directory_connector_id = ${run.connectorId}::uuid
      AND person.directory_entry_id = part.entry_id AND person.id <> ALL(${[...except]}::uuid[])
    WHERE NOT EXISTS (SELECT 1 FROM group_member held WHERE held.group_id = known.id AND held.user_id = person.id)
    ON CONFLICT DO NOTHING RETURNING group_id::text AS "groupId", user_id::text AS "memberId" ${plannedAtEachUse}`
  return { added, last }
}

export const beforeAllMembers: Membership = { groupId: nobody(), memberId: nobody() }

/** The end of the next `size` memberships in groups of this directory; null when fewer are left. */
export async function endOfMembers(
  tx: Tx,
  run: StartedRun,
  from: Membership,
  size: number,
): Promise<Membership | null> {
  const [row] = await tx.$queryRaw<Membership[]>`
    SELECT held.group_id::text AS "groupId", held.user_id::text AS "memberId" FROM group_member held
    JOIN "group" known ON known.id = held.group_id AND known.directory_connector_id = ${run.connectorId}::uuid
    WHERE (held.group_id, held.user_id) > (${from.groupId}::uuid, ${from.memberId}::uuid)
    ORDER BY held.group_id, held.user_id OFFSET ${size - 1} LIMIT 1`
  return row ?? null
}

/** How many memberships this part has, and how many of them the directory no longer names. */
export async function countGoneMembers(
  tx: Tx,
  run: StartedRun,
  part: Part<Membership>,
): Promise<{ readonly total: number; readonly going: number }> {
  const [row] = await tx.$queryRaw<{ total: number; going: number }[]>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE is_going AND is_seen)::int AS going
    FROM (${judgedMembers(run, part)}) judged`
  return row ?? { total: 0, going: 0 }
}

export type MayLeave = {
  /** Members of groups that are there. */
  readonly remove: boolean
  /** Members of groups that are gone. */
  readonly withGone: boolean
}

/** Removes those of this part whom the directory no longer names, as `may` says; all but `except`. */
export function removeGoneMembers(
  tx: Tx,
  run: StartedRun,
  part: Part<Membership>,
  may: MayLeave,
  except: readonly string[],
): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    DELETE FROM group_member WHERE (group_id, user_id) IN (
      SELECT group_id, user_id FROM (${judgedMembers(run, part)}) judged
        WHERE is_going AND CASE WHEN is_seen THEN ${may.remove}::boolean ELSE ${may.withGone}::boolean END
          AND user_id <> ALL(${[...except]}::uuid[]))
    RETURNING group_id::text AS "groupId", user_id::text AS "memberId"`
}

/** Memberships that these people lack by what the directory says, in its lists and as primary groups. */
export function missingMembershipsOf(tx: Tx, run: StartedRun, people: readonly string[]): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    SELECT known.id::text AS "groupId", person.id::text AS "memberId"
    FROM "user" person
    JOIN directory_entry entry ON entry.connector_id = ${run.connectorId}::uuid AND entry.kind = 'user'
      AND entry.entry_id = person.directory_entry_id
    JOIN directory_entry listing ON listing.connector_id = ${run.connectorId}::uuid AND listing.kind = 'group'
      AND listing.seen_run_id = ${run.id}::uuid
      AND (listing.facts->>'sid' = entry.facts->>'primaryGroupSid' OR (${isNamed(run)} AND EXISTS (
        SELECT 1 FROM directory_member named WHERE named.connector_id = ${run.connectorId}::uuid
          AND named.group_entry_id = listing.entry_id AND named.member_name_key = entry.name_key)))
    JOIN "group" known ON known.directory_connector_id = ${run.connectorId}::uuid
      AND known.directory_entry_id = listing.entry_id
    WHERE person.id = ANY(${[...people]}::uuid[]) AND person.directory_connector_id = ${run.connectorId}::uuid
      AND NOT EXISTS (SELECT 1 FROM group_member held WHERE held.group_id = known.id AND held.user_id = person.id)`
}

/** Memberships of these people that the directory no longer names, as far as `may` lets them go. */
export function goneMembershipsOf(
  tx: Tx,
  run: StartedRun,
  people: readonly string[],
  may: MayLeave,
): Promise<Membership[]> {
  return tx.$queryRaw<Membership[]>`
    SELECT group_id::text AS "groupId", user_id::text AS "memberId"
    FROM (${judgedMembers(run, { from: beforeAllMembers, to: null })}) judged
    WHERE user_id = ANY(${[...people]}::uuid[])
      AND is_going AND CASE WHEN is_seen THEN ${may.remove}::boolean ELSE ${may.withGone}::boolean END`
}

export async function insertMemberships(tx: Tx, pairs: readonly Membership[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.$executeRaw`
    INSERT INTO group_member (group_id, user_id)
    SELECT * FROM unnest(${groupIds(pairs)}::uuid[], ${memberIds(pairs)}::uuid[]) ON CONFLICT DO NOTHING`
}

export async function deleteMemberships(tx: Tx, pairs: readonly Membership[]): Promise<void> {
  if (pairs.length === 0) return
  await tx.$executeRaw`
    DELETE FROM group_member WHERE (group_id, user_id) IN (
      SELECT * FROM unnest(${groupIds(pairs)}::uuid[], ${memberIds(pairs)}::uuid[]))`
}

export function groupIds(pairs: readonly Membership[]): string[] {
  return pairs.map(({ groupId }) => groupId)
}

export function memberIds(pairs: readonly Membership[]): string[] {
  return pairs.map(({ memberId }) => memberId)
}

/** What a page shows of these groups, and by what their directory knows them. */
export async function aboutGroups(tx: Tx, ids: readonly string[]): Promise<Omit<Issue, 'reason'>[]> {
  if (ids.length === 0) return []
  return tx.$queryRaw<Omit<Issue, 'reason'>[]>`
    SELECT coalesce(directory_entry_id, '') AS "entryId", display_name AS name,
      coalesce(distinguished_name, '') AS "distinguishedName"
    FROM "group" WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY display_name, id`
}

/**
 * The memberships of a part, each with whether this run saw the group, and whether the directory no longer names the person
 * there: neither in the group's list nor as the primary group of the account.
 */
function judgedMembers(run: StartedRun, { from, to }: Part<Membership>): Prisma.Sql {
  const isWithin =
    to === null
      ? Prisma.empty
      : Prisma.sql`AND (held.group_id, held.user_id) <= (${to.groupId}::uuid, ${to.memberId}::uuid)`
  return Prisma.sql`
    SELECT held.group_id, held.user_id, listing.seen_run_id = ${run.id}::uuid AS is_seen,
      listing.seen_run_id <> ${run.id}::uuid OR entry.entry_id IS NULL OR NOT (
        entry.facts->>'primaryGroupSid' IS NOT DISTINCT FROM listing.facts->>'sid' AND listing.facts->>'sid' IS NOT NULL
        OR (${isNamed(run)} AND EXISTS (SELECT 1 FROM directory_member named
          WHERE named.connector_id = ${run.connectorId}::uuid AND named.group_entry_id = listing.entry_id
            AND named.member_name_key = entry.name_key))) AS is_going
    FROM group_member held
    JOIN "group" known ON known.id = held.group_id AND known.directory_connector_id = ${run.connectorId}::uuid
    JOIN directory_entry listing ON listing.connector_id = ${run.connectorId}::uuid
      AND listing.entry_id = known.directory_entry_id
    JOIN "user" person ON person.id = held.user_id
    LEFT JOIN directory_entry entry ON entry.connector_id = ${run.connectorId}::uuid
      AND person.directory_connector_id = ${run.connectorId}::uuid AND entry.entry_id = person.directory_entry_id
    WHERE (held.group_id, held.user_id) > (${from.groupId}::uuid, ${from.memberId}::uuid) ${isWithin}`
}

function nobody(): string {
  return '00000000-0000-0000-0000-000000000000'
}

/** A name means the entry that has it now; one that is gone is meant only as long as nobody else has its name. */
export function isNamed(run: StartedRun): Prisma.Sql {
  return Prisma.sql`(entry.seen_run_id = ${run.id}::uuid OR NOT EXISTS (SELECT 1 FROM directory_entry newer
    WHERE newer.connector_id = entry.connector_id AND newer.name_key = entry.name_key
      AND newer.seen_run_id = ${run.id}::uuid))`
}
