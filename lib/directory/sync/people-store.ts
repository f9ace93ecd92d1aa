import 'server-only'
import { directoryRoles } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { randomBytes, randomUUID } from '@/lib/platform/random'
import { plannedAtEachUse } from '@/lib/platform/statement'
import type { PersonFacts } from './model'
import type { LinkedPerson, NameHolder, PersonChange, SeenPerson } from './plan'
import type { StartedRun } from './run-store'

/**
 * The rows of people whom a directory owns. Nobody else's row is written here: each statement names the connector. The first run
 * fills the table while it asks it, so what it asks batch after batch is planned at each use.
 */

/**
 * Entries of this run that differ from what was taken over, by id after `after`. Whom an entry belongs to is looked up by key,
 * which LIMIT makes sure of.
 */
export async function entriesToTakeOver(tx: Tx, run: StartedRun, after: string, take: number): Promise<SeenPerson[]> {
  return tx.$queryRaw<SeenPerson[]>`
    SELECT entry.entry_id AS "entryId", entry.distinguished_name AS "distinguishedName", entry.facts
    FROM directory_entry entry
    LEFT JOIN LATERAL (
      SELECT known.id, known.account_enabled FROM "user" known
      WHERE known.directory_connector_id = entry.connector_id AND known.directory_entry_id = entry.entry_id LIMIT 1
    ) person ON true
    WHERE entry.connector_id = ${run.connectorId}::uuid AND entry.kind = 'user' AND entry.seen_run_id = ${run.id}::uuid
      AND entry.facts->>'reason' IS NULL AND entry.entry_id > ${after}
      AND (entry.applied_hash IS DISTINCT FROM entry.facts_hash OR person.id IS NULL
        OR (entry.is_enabled AND NOT person.account_enabled))
    ORDER BY entry.entry_id LIMIT ${take} ${plannedAtEachUse}`
}

/** Login names that several entries of this run claim. */
export async function namesTwice(tx: Tx, run: StartedRun): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT facts->>'userPrincipalName' AS name FROM directory_entry
    WHERE connector_id = ${run.connectorId}::uuid AND kind = 'user' AND seen_run_id = ${run.id}::uuid
      AND facts->>'reason' IS NULL
    GROUP BY 1 HAVING count(*) > 1 LIMIT 100000`
  return new Set(rows.map(({ name }) => name))
}

export async function linkedPeople(
  tx: Tx,
  run: StartedRun,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, LinkedPerson>> {
  const rows = await tx.$queryRaw<LinkedPerson[]>`
    SELECT id::text, directory_entry_id AS "entryId", user_principal_name AS "userPrincipalName",
      display_name AS "displayName", mail, business_phone AS "businessPhone", directory_language AS language,
      account_enabled AS "accountEnabled", distinguished_name AS "distinguishedName"
    FROM "user" WHERE directory_connector_id = ${run.connectorId}::uuid
      AND directory_entry_id = ANY(${[...entryIds]}::text[]) ${plannedAtEachUse}`
  return new Map(rows.map((row) => [row.entryId, row]))
}

export async function nameHolders(
  tx: Tx,
  run: StartedRun,
  names: readonly string[],
): Promise<ReadonlyMap<string, NameHolder>> {
  type Row = Omit<NameHolder, 'home'> & { readonly name: string; readonly connectorId: string | null }
  const rows = await tx.$queryRaw<Row[]>`
    SELECT person.user_principal_name AS name, person.directory_connector_id::text AS "connectorId",
      person.directory_entry_id AS "entryId", 
      person.account_enabled AS "accountEnabled",
      CASE WHEN entry.entry_id IS NOT NULL
        THEN coalesce(entry.facts->>'userPrincipalName', person.user_principal_name) END AS "wantsName"
    FROM "user" person
    LEFT JOIN directory_entry entry ON entry.connector_id = person.directory_connector_id
      AND entry.entry_id = person.directory_entry_id AND entry.seen_run_id = ${run.id}::uuid
    WHERE person.user_principal_name = ANY(${[...names]}::text[]) ${plannedAtEachUse}`
  return new Map(
    rows.map(({ name, connectorId, entryId, ...rest }) => {
      const home = connectorId === null ? 'here' : connectorId === run.connectorId ? 'thisDirectory' : 'otherDirectory'
      return [name, { home, entryId: home === 'thisDirectory' ? entryId : null, ...rest }]
    }),
  )
}

/** Adds people; answers entry ids with the new ids. A name that was taken since is left out, and planned again next time. */
export async function insertPeople(
  tx: Tx,
  run: StartedRun,
  people: readonly SeenPerson[],
  at: Date,
): Promise<ReadonlyMap<string, string>> {
  if (people.length === 0) return new Map()
  const fact = <Name extends keyof PersonFacts>(name: Name) => people.map(({ facts }) => facts[name])
  const instant = at.toISOString()
  const rows = await tx.$queryRaw<{ id: string; entryId: string }[]>`
    INSERT INTO "user" (id, user_principal_name, display_name, mail, business_phone, directory_language, account_enabled,
      user_handle, directory_connector_id, directory_entry_id, distinguished_name, created_at, updated_at)
    SELECT id, name, display_name, mail, phone, language, is_enabled, handle, ${run.connectorId}::uuid, entry_id,
      distinguished_name, ${instant}::timestamptz, ${instant}::timestamptz
    FROM unnest(${people.map(() => randomUUID())}::uuid[], ${fact('userPrincipalName')}::text[],
      ${fact('displayName')}::text[], ${fact('mail')}::text[], ${fact('businessPhone')}::text[],
      ${fact('language')}::text[], ${fact('isEnabled')}::boolean[],
      ${people.map(() => randomBytes(limits.webauthn.userHandleBytes))}::bytea[],
      ${people.map(({ entryId }) => entryId)}::text[],
      ${people.map(({ distinguishedName }) => distinguishedName)}::text[])
      AS new (id, name, display_name, mail, phone, language, is_enabled, handle, entry_id, distinguished_name)
    ON CONFLICT DO NOTHING RETURNING id::text, directory_entry_id AS "entryId"`
  return new Map(rows.map(({ id, entryId }) => [entryId, id]))
}

export async function updatePeople(tx: Tx, run: StartedRun, changes: readonly PersonChange[], at: Date): Promise<void> {
  if (changes.length === 0) return
  const column = <Name extends keyof PersonChange>(name: Name) => changes.map((change) => change[name])
  await tx.$executeRaw`
    UPDATE "user" AS person SET user_principal_name = said.name, display_name = said.display_name, mail = said.mail,
      business_phone = said.phone, directory_language = said.language, distinguished_name = said.distinguished_name,
      account_enabled = person.account_enabled OR said.is_enabled_again, updated_at = ${at.toISOString()}::timestamptz
    FROM unnest(${column('id')}::uuid[], ${column('userPrincipalName')}::text[], ${column('displayName')}::text[],
      ${column('mail')}::text[], ${column('businessPhone')}::text[], ${column('language')}::text[],
      ${column('distinguishedName')}::text[], ${column('isEnabledAgain')}::boolean[])
      AS said (id, name, display_name, mail, phone, language, distinguished_name, is_enabled_again)
    WHERE person.id = said.id AND person.directory_connector_id = ${run.connectorId}::uuid`
}

/** Frees a login name by one that nobody can have; answers whose it was. */
export async function parkName(
  tx: Tx,
  run: StartedRun,
  entryId: string,
): Promise<{ readonly id: string; readonly before: string; readonly after: string } | null> {
  const name = `moved-${randomUUID()}@moved.invalid`
  const [row] = await tx.$queryRaw<{ id: string; before: string }[]>`
    UPDATE "user" AS person SET user_principal_name = ${name}
    FROM (SELECT id, user_principal_name FROM "user" WHERE directory_connector_id = ${run.connectorId}::uuid
      AND directory_entry_id = ${entryId} FOR UPDATE) was
    WHERE person.id = was.id RETURNING person.id::text, was.user_principal_name AS before`
  return row ? { ...row, after: name } : null
}

/** A person whose account must end, because the directory says so or no longer knows them. */
export type Leaver = {
  readonly id: string
  readonly entryId: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly distinguishedName: string
}

/** How many enabled people live in this directory, how many would be disabled, and how many of those somebody let go. */
export async function countLeavers(
  tx: Tx,
  run: StartedRun,
): Promise<{ readonly total: number; readonly going: number; readonly allowed: number }> {
  const [row] = await tx.$queryRaw<{ total: number; going: number; allowed: number }[]>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE is_going)::int AS going,
      count(*) FILTER (WHERE is_going AND held_run_id = ${run.allowedRunId}::uuid)::int AS allowed
    FROM (
      SELECT entry.held_run_id,
        entry.entry_id IS NULL OR entry.seen_run_id <> ${run.id}::uuid OR NOT entry.is_enabled AS is_going
      FROM "user" person
      LEFT JOIN directory_entry entry
        ON entry.connector_id = person.directory_connector_id AND entry.entry_id = person.directory_entry_id
      WHERE person.directory_connector_id = ${run.connectorId}::uuid AND person.account_enabled
    ) people`
  return row ?? { total: 0, going: 0, allowed: 0 }
}

/** Those who would be disabled, by id after `after`; locked until the transaction ends. */
export function lockLeavers(tx: Tx, run: StartedRun, after: string, take: number): Promise<Leaver[]> {
  return tx.$queryRaw<Leaver[]>`
    SELECT person.id::text, person.directory_entry_id AS "entryId", person.user_principal_name AS "userPrincipalName",
      person.display_name AS "displayName", coalesce(person.distinguished_name, '') AS "distinguishedName"
    FROM "user" person
    LEFT JOIN directory_entry entry
      ON entry.connector_id = person.directory_connector_id AND entry.entry_id = person.directory_entry_id
    WHERE person.directory_connector_id = ${run.connectorId}::uuid AND person.account_enabled
      AND person.id > ${after}::uuid
      AND (entry.entry_id IS NULL OR entry.seen_run_id <> ${run.id}::uuid OR NOT entry.is_enabled)
    ORDER BY person.id LIMIT ${take} FOR UPDATE OF person`
}

/** Notes whom the run held back, for the list that an administrator is shown. */
export async function markHeldPeople(tx: Tx, run: StartedRun): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_entry AS entry SET held_run_id = ${run.id}::uuid
    FROM "user" person
    WHERE person.directory_connector_id = entry.connector_id AND person.directory_entry_id = entry.entry_id
      AND entry.connector_id = ${run.connectorId}::uuid AND person.account_enabled
      AND (entry.seen_run_id <> ${run.id}::uuid OR NOT entry.is_enabled)`
}

/** Whom the run held back, by login name after `after`. */
export function listHeldPeople(
  tx: Tx,
  runId: string,
  after: string,
  take: number,
): Promise<Pick<Leaver, 'id' | 'userPrincipalName' | 'displayName'>[]> {
  return tx.$queryRaw<Pick<Leaver, 'id' | 'userPrincipalName' | 'displayName'>[]>`
    SELECT person.id::text, person.user_principal_name AS "userPrincipalName", person.display_name AS "displayName"
    FROM directory_entry entry JOIN "user" person
      ON person.directory_connector_id = entry.connector_id AND person.directory_entry_id = entry.entry_id
    WHERE entry.connector_id = (SELECT connector_id FROM directory_sync_run WHERE id = ${runId}::uuid)
      AND entry.held_run_id = ${runId}::uuid AND entry.kind = 'user' AND person.account_enabled
      AND person.user_principal_name > ${after}
    ORDER BY person.user_principal_name LIMIT ${take}`
}

/** Everybody who can administer everything, locked until the transaction ends, so that nobody else disables them meanwhile. */
export async function lockAdministrators(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT person.id::text FROM "user" person JOIN role_assignment held ON held.user_id = person.id
    WHERE held.role_id = ${directoryRoles.globalAdministrator}::uuid AND person.account_enabled
    ORDER BY person.id FOR UPDATE OF person`
  return rows.map(({ id }) => id)
}

/** As `lockAdministrators`, without keeping anybody waiting. */
export async function listAdministrators(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT person.id::text FROM "user" person JOIN role_assignment held ON held.user_id = person.id
    WHERE held.role_id = ${directoryRoles.globalAdministrator}::uuid AND person.account_enabled`
  return rows.map(({ id }) => id)
}

/** Disables the accounts and ends their sessions. Methods stay: whoever comes back finds them. */
export async function disablePeople(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return
  await tx.$executeRaw`
    UPDATE "user" SET account_enabled = false, updated_at = ${at.toISOString()}::timestamptz
    WHERE id = ANY(${[...ids]}::uuid[])`
  await tx.$executeRaw`DELETE FROM session WHERE user_id = ANY(${[...ids]}::uuid[])`
}
