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

/** Stores what was read. Of an entry that was found twice the last one counts. */
export async function stageEntries(tx: Tx, run: StartedRun, rows: readonly MirrorRow[]): Promise<void> {
  const unique = [...new Map(rows.map((row) => [row.entryId, row])).values()]
  if (unique.length === 0) return
  const column = <Name extends keyof MirrorRow>(name: Name) => unique.map((row) => row[name])
  await tx.$executeRaw`
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
      seen_run_id = excluded.seen_run_id`
}

/** Marks entries as seen that still are what they were; answers the ids of all others. */
export async function markUnchanged(
  tx: Tx,
  run: StartedRun,
  rows: readonly Pick<MirrorRow, 'entryId' | 'nameKey' | 'version'>[],
): Promise<ReadonlySet<string>> {
  const marked = await tx.$queryRaw<{ entryId: string }[]>`
    UPDATE directory_entry AS entry SET seen_run_id = ${run.id}::uuid
    FROM unnest(${rows.map(({ entryId }) => entryId)}::text[], ${rows.map(({ nameKey }) => bytes(nameKey))}::bytea[],
      ${rows.map(({ version }) => version)}::text[]) AS read (entry_id, name_key, version)
    WHERE entry.connector_id = ${run.connectorId}::uuid AND entry.entry_id = read.entry_id AND entry.kind = 'user'
      AND entry.name_key = read.name_key AND entry.version = read.version AND read.version <> ''
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

/** Whether anything was read of this directory before. */
export async function hasEntries(tx: Tx, run: StartedRun): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM directory_entry WHERE connector_id = ${run.connectorId}::uuid) AS found`
  return row?.found ?? false
}

/** The hash of the group's list of members as it is stored; null for a new group. */
export async function membersHashOf(tx: Tx, run: StartedRun, groupEntryId: string): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ hash: string | null }[]>`
    SELECT facts->>'membersHash' AS hash FROM directory_entry
    WHERE connector_id = ${run.connectorId}::uuid AND entry_id = ${groupEntryId} AND kind = 'group'`
  return row?.hash ?? null
}

/** Empties the list of a group, to be filled anew. Its hash is forgotten first, so that a run that dies in between is made up for. */
export async function clearMembers(tx: Tx, run: StartedRun, groupEntryId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_entry SET facts = facts - 'membersHash'
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
