import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { unseal } from '@/lib/platform/seal'
import { isUuid } from '@/lib/platform/uuid'
import {
  type Connector,
  type ConnectorKind,
  connectorKinds,
  connectorSettingsSchema,
  type DirectoryHome,
} from './model'

/** Rows of connectors, and where people live. */

/** The connector, enabled or not; null when there is none, also when the text is not an id. */
export async function findConnector(tx: Tx, id: string): Promise<Connector | null> {
  const row = isUuid(id) ? await tx.directoryConnector.findUnique({ where: { id }, select }) : null
  return row && fromRow(row)
}

/** As `findConnector`; the row stays locked until the transaction ends. */
export async function lockConnector(tx: Tx, id: string): Promise<Connector | null> {
  if (!isUuid(id)) return null
  await tx.$queryRaw`SELECT 1 FROM directory_connector WHERE id = ${id}::uuid FOR UPDATE`
  return findConnector(tx, id)
}

/** All connectors by name. */
export async function listConnectors(tx: Tx): Promise<Connector[]> {
  const rows = await tx.directoryConnector.findMany({ orderBy: [{ name: 'asc' }], select })
  return rows.map(fromRow)
}

/** How many people live in each directory, and how many of them have an enabled account. */
export async function countPeople(
  tx: Tx,
): Promise<ReadonlyMap<string, { readonly people: number; readonly enabled: number; readonly groups: number }>> {
  const rows = await tx.$queryRaw<{ id: string; people: number; enabled: number; groups: number }[]>`
    SELECT c.id::text, coalesce(p.people, 0)::int AS people, coalesce(p.enabled, 0)::int AS enabled,
      (SELECT count(*)::int FROM "group" WHERE directory_connector_id = c.id) AS groups
    FROM directory_connector c LEFT JOIN (
      SELECT directory_connector_id AS id, count(*) AS people, count(*) FILTER (WHERE account_enabled) AS enabled
      FROM "user" WHERE directory_connector_id IS NOT NULL GROUP BY 1
    ) p ON p.id = c.id`
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

/** The password of the service account; secret, for the connection alone. Null when the connector is gone. */
export async function connectorPassword(tx: Tx, id: string): Promise<string | null> {
  const row = await tx.directoryConnector.findUnique({ where: { id }, select: { bindPasswordSealed: true } })
  return row && unseal(row.bindPasswordSealed, bindPasswordPlace(id))
}

/** Where the person's account lives; null for a local account. */
export async function directoryHomeOf(tx: Tx, userId: string): Promise<DirectoryHome | null> {
  if (!isUuid(userId)) return null
  const [row] = await tx.$queryRaw<DirectoryHome[]>`
    SELECT directory_connector_id::text AS "connectorId", directory_entry_id AS "entryId",
      coalesce(distinguished_name, '') AS "distinguishedName"
    FROM "user" WHERE id = ${userId}::uuid AND directory_connector_id IS NOT NULL`
  return row ?? null
}

/** Where the password of a connector is sealed to. */
export function bindPasswordPlace(id: string) {
  return { table: 'directory_connector', column: 'bind_password_sealed', rowId: id, ownerId: '' }
}

const select = {
  id: true,
  name: true,
  kind: true,
  settings: true,
  isEnabled: true,
  isFromFile: true,
  version: true,
  syncRequestedAt: true,
  lastSyncAt: true,
  lastSyncDoneAt: true,
} as const

type Row = Omit<Connector, 'kind' | 'settings'> & { readonly kind: string; readonly settings: unknown }

function fromRow(row: Row): Connector {
  return { ...row, kind: kindOf(row.kind), settings: connectorSettingsSchema.parse(row.settings) }
}

function kindOf(text: string): ConnectorKind {
  const known = connectorKinds.find((kind) => kind === text)
  if (known === undefined) throw new Error(`unknown kind of directory ${text}`)
  return known
}
