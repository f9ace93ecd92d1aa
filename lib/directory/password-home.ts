import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'

/**
 * Where somebody's password lives: here, or in a directory that is asked each time. Of a password that lives in a
 * directory nothing is stored here, not even a hash.
 *
 * @see SEC-128, `40` §13
 */
export type PasswordHome =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'directory'
      readonly connectorId: string
      readonly distinguishedName: string
      readonly connectorName: string
      /** The account's id there, where known: nothing is written to an entry that took over the name. */
      readonly entryId?: string
      /** The connector may not set passwords there, or is switched off. */
      readonly isReadOnly?: boolean
    }
export type DirectoryHome = Extract<PasswordHome, { kind: 'directory' }>

/** Of a row `connector`: whether new passwords are written there. */
export const mayWriteTo = Prisma.sql`
  (connector.is_enabled AND coalesce((connector.settings->>'canWriteBackPasswords')::boolean, false))`

/** Of the rows `person` and `connector`, the latter left joined: the home of the password, read by `homeFrom`. */
export const homeColumns = Prisma.sql`
  connector.id::text AS "connectorId", connector.name AS "connectorName",
  coalesce(person.distinguished_name, '') AS "distinguishedName", person.directory_entry_id AS "entryId",
  NOT ${mayWriteTo} AS "isReadOnly"`
export type HomeRow = { readonly [Column in keyof Omit<DirectoryHome, 'kind'>]-?: DirectoryHome[Column] | null }

/** `local` where there is no connector. */
export function homeFrom({
  connectorId,
  connectorName,
  distinguishedName,
  entryId,
  isReadOnly,
}: HomeRow): PasswordHome {
  if (connectorId === null) return { kind: 'local' }
  return {
    kind: 'directory',
    connectorId,
    connectorName: connectorName ?? '',
    distinguishedName: distinguishedName ?? '',
    entryId: entryId ?? undefined,
    isReadOnly: isReadOnly ?? true,
  }
}

/** The home of this person's password as the rows say now; `local` for a person nobody knows. */
export async function passwordHomeOf(tx: Tx, userId: string): Promise<PasswordHome> {
  if (!isUuid(userId)) return { kind: 'local' }
  const [row] = await tx.$queryRaw<HomeRow[]>`
    SELECT ${homeColumns}
    FROM "user" person LEFT JOIN directory_connector connector ON connector.id = person.directory_connector_id
    WHERE person.id = ${userId}::uuid`
  return row ? homeFrom(row) : { kind: 'local' }
}

/** Whether both are the same place, so that what was verified at one holds for the other. */
export function isSameHome(one: PasswordHome, other: PasswordHome): boolean {
  if (one.kind === 'local' || other.kind === 'local') return one.kind === other.kind
  return one.connectorId === other.connectorId && one.distinguishedName === other.distinguishedName
}
