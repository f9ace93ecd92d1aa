import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { mayWriteTo } from './password-home'

/** The directory that somebody lives in, as their page in the admin area shows it. */
export type PersonHome = {
  readonly connectorId: string
  readonly name: string
  /** When a synchronisation last found the entry; null where none that is still remembered did. */
  readonly lastSeenAt: Date | null
  /** New passwords are set there from here. */
  readonly isWritable: boolean
}

/** Null: the account is kept here. */
export async function personHomeOf(tx: Tx, userId: string): Promise<PersonHome | null> {
  if (!isUuid(userId)) return null
  const [row] = await tx.$queryRaw<PersonHome[]>`
    SELECT connector.id::text AS "connectorId", connector.name, run.started_at AS "lastSeenAt", ${mayWriteTo} AS "isWritable"
    FROM "user" person JOIN directory_connector connector ON connector.id = person.directory_connector_id
    LEFT JOIN directory_entry entry
      ON entry.connector_id = connector.id AND entry.entry_id = person.directory_entry_id
    LEFT JOIN directory_sync_run run ON run.id = entry.seen_run_id
    WHERE person.id = ${userId}::uuid`
  return row ?? null
}
