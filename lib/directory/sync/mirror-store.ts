import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { GroupFacts, Issue, PersonFacts } from './model'
import type { StartedRun } from './run-store'

/**
 * What a directory last said, entry by entry. A run writes here what it reads and marks what it saw; only when all of it
 * was read is anything taken over, and only what differs from what was taken over before.
 */

export type MirrorRow = {
  readonly entryId: string
  readonly kind: 'user' | 'group'
  readonly distinguishedName: string
  readonly nameKey: Uint8Array
  readonly version: string
  readonly facts: PersonFacts | GroupFacts | Issue
  readonly factsHash: Uint8Array
  readonly isEnabled: boolean
}

/**
 * Stores what was read, and answers how many entries say something else than the last time. Of an entry that was found
 * twice the last one counts.
 */
export async function stageEntries(tx: Tx, run: StartedRun, rows: readonly MirrorRow[]): Promise<number> {
  const unique = [...new Map(rows.map((row) => [row.entryId, row])).values()]
  if (unique.length === 0) return 0
  const column = <Name extends keyof MirrorRow>(name: Name) => unique.map((row) => row[name])
  const written = await tx.$executeRaw`
    INSERT INTO directory_entry AS entry (connector_id, entry_id, kind, distinguished_name, name_key, version, facts,
      facts_hash, is_enabled, seen_run_id)
    SELECT ${run.connectorId}::uuid, entry_id, kind, distinguished_name, name_key, version, facts::jsonb, facts_hash,
      is_enabled, ${run.id}::uuid
    FROM unnest(${column('entryId')}::text[], ${column('kind')}::text[], ${column('distinguishedName')}::text[],
      ${column('nameKey').map(bytes)}::bytea[], ${column('version')}::text[],
      ${column('facts').map((facts) => JSON.stringify(facts))}::text[], ${column('factsHash').map(bytes)}::bytea[],
      ${column('isEnabled')}::boolean[])
      AS read (entry_id, kind, distinguished_name, name_key, version, facts, facts_hash, is_enabled)
    ON CONFLICT (connector_id, entry_id) DO UPDATE SET kind = excluded.kind,
      distinguished_name = excluded.distinguished_name, name_key = excluded.name_key, version = excluded.version,
      facts = excluded.facts, facts_hash = excluded.facts_hash, is_enabled = excluded.is_enabled,
      seen_run_id = excluded.seen_run_id
    WHERE (entry.kind, entry.facts_hash, entry.is_enabled, entry.facts ? 'membersHash')
      IS DISTINCT FROM (excluded.kind, excluded.facts_hash, excluded.is_enabled, excluded.facts ? 'membersHash')`
  if (written === unique.length) return written
  // A new version with nothing new in it: whoever only counts as changed by it is not read again.
  await tx.$executeRaw`
    UPDATE directory_entry AS entry SET seen_run_id = ${run.id}::uuid, version = read.version
    FROM unnest(${column('entryId')}::text[], ${column('version')}::text[]) AS read (entry_id, version)
    WHERE entry.connector_id = ${run.connectorId}::uuid AND entry.entry_id = ANY(${column('entryId')}::text[])
      AND entry.entry_id = read.entry_id AND entry.seen_run_id <> ${run.id}::uuid`
  return written
}

/**
 * Marks entries as seen that still are what they were; answers the ids of all others. Each is looked up by its key, which
 * LIMIT makes sure of: right after a first run the database has no figures yet and would take joining whole sets for cheap.
 */
export async function markUnchanged(
  tx: Tx,
  run: StartedRun,
  rows: readonly Pick<MirrorRow, 'entryId' | 'distinguishedName' | 'version'>[],
): Promise<ReadonlySet<string>> {
  const marked = await tx.$queryRaw<{ entryId: string }[]>`
    UPDATE directory_entry AS entry SET seen_run_id = ${run.id}::uuid
    FROM unnest(${rows.map(({ entryId }) => entryId)}::text[],
      ${rows.map(({ distinguishedName }) => distinguishedName)}::text[], ${rows.map(({ version }) => version)}::text[])
      AS read (entry_id, distinguished_name, version)
    CROSS JOIN LATERAL (
      SELECT known.ctid AS place FROM directory_entry known
      WHERE known.connector_id = ${run.connectorId}::uuid AND known.entry_id = read.entry_id AND known.kind = 'user'
        AND known.distinguished_name = read.distinguished_name AND known.version = read.version AND read.version <> ''
      LIMIT 1
    ) found
    WHERE entry.ctid = found.place
    RETURNING entry.entry_id AS "entryId"`
  const others = new Set(rows.map(({ entryId }) => entryId))
  for (const { entryId } of marked) others.delete(entryId)
  return others
}

/** Marks entries as seen whatever they are: they exist, and nothing more was learned of them. */
export async function markSeen(tx: Tx, run: StartedRun, entryIds: readonly string[]): Promise<void> {
  if (entryIds.length === 0) return
  await tx.$executeRaw`
    UPDATE directory_entry SET seen_run_id = ${run.id}::uuid
    WHERE connector_id = ${run.connectorId}::uuid AND entry_id = ANY(${[...entryIds]}::text[])`
}

/** Whether an entry that the run `beforeId` saw was not seen by this one. */
export async function hasVanished(tx: Tx, run: StartedRun, beforeId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM directory_entry
      WHERE connector_id = ${run.connectorId}::uuid AND seen_run_id = ${beforeId}::uuid) AS found`
  return row?.found ?? true
}

/** Whether people of this directory were read before. */
export async function hasPeople(tx: Tx, run: StartedRun): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM directory_entry
      WHERE connector_id = ${run.connectorId}::uuid AND kind = 'user') AS found`
  return row?.found ?? false
}

/** What stands for the lists of members of these groups as they are stored; without new ones and those that were lost halfway. */
export async function membersReadBefore(
  tx: Tx,
  run: StartedRun,
  groupEntryIds: readonly string[],
): Promise<ReadonlyMap<string, Pick<GroupFacts, 'membersHash' | 'membersText'>>> {
  const rows = await tx.$queryRaw<{ entryId: string; membersHash: string; membersText: string }[]>`
    SELECT entry_id AS "entryId", facts->>'membersHash' AS "membersHash",
      coalesce(facts->>'membersText', '') AS "membersText"
    FROM directory_entry WHERE connector_id = ${run.connectorId}::uuid
      AND entry_id = ANY(${[...groupEntryIds]}::text[]) AND kind = 'group' AND facts ? 'membersHash'`
  return new Map(rows.map(({ entryId, ...members }) => [entryId, members]))
}

/** Empties the list of a group, to be filled anew. Its hash is forgotten first, so that a run that dies in between is made up for. */
export async function clearMembers(tx: Tx, run: StartedRun, groupEntryId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_entry SET facts = facts - 'membersHash' - 'membersText'
    WHERE connector_id = ${run.connectorId}::uuid AND entry_id = ${groupEntryId} AND kind = 'group'`
  await tx.$executeRaw`
    DELETE FROM directory_member WHERE connector_id = ${run.connectorId}::uuid AND group_entry_id = ${groupEntryId}`
}

export async function addMemberKeys(
  tx: Tx,
  run: StartedRun,
  groupEntryId: string,
  keys: readonly Uint8Array[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO directory_member (connector_id, group_entry_id, member_name_key)
    SELECT ${run.connectorId}::uuid, ${groupEntryId}, key FROM unnest(${keys.map(bytes)}::bytea[]) AS read (key)
    ON CONFLICT DO NOTHING`
}

/**
 * Lets the database look at how much is there now. It does so by itself, but minutes later, and until then it plans as if
 * what a first run brought were not there: statements of milliseconds take minutes.
 */
export async function refreshStatistics(tx: Tx): Promise<void> {
  await tx.$queryRaw`SELECT analyze_directory()::text`
}

/** How many entries of a kind this run saw, and how many issues are among them. */
export async function countSeen(tx: Tx, run: StartedRun, kind: MirrorRow['kind']): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM directory_entry
    WHERE connector_id = ${run.connectorId}::uuid AND kind = ${kind} AND seen_run_id = ${run.id}::uuid`
  return row?.count ?? 0
}

/** Entries of this run that cannot be taken over as they are, after `after`. */
export function unfitEntries(tx: Tx, run: StartedRun, after: string, take: number): Promise<{ facts: Issue }[]> {
  return tx.$queryRaw<{ facts: Issue }[]>`
    SELECT facts FROM directory_entry
    WHERE connector_id = ${run.connectorId}::uuid AND seen_run_id = ${run.id}::uuid AND facts->>'reason' IS NOT NULL
      AND entry_id > ${after}
    ORDER BY entry_id LIMIT ${take}`
}

/** Remembers that these entries are taken over as they were read. */
export async function markApplied(tx: Tx, run: StartedRun, entryIds: readonly string[]): Promise<void> {
  if (entryIds.length === 0) return
  await tx.$executeRaw`
    UPDATE directory_entry SET applied_hash = facts_hash
    WHERE connector_id = ${run.connectorId}::uuid AND entry_id = ANY(${[...entryIds]}::text[])`
}

/** The driver writes buffers as bytes, and arrays of anything else as text. */
function bytes(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
