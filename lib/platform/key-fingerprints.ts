import 'server-only'
import { createHmac } from 'node:crypto'
import type pg from 'pg'
import { env } from './env'

const keyNames = ['ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'CODE_KEY', 'FORM_KEY', 'AUDIT_KEY'] as const

/**
 * The names of the keys that differ from those this database was begun with; empty when all are the same. The first
 * process writes them down. With another key passwords would fail, secrets would not open and forms of one instance
 * would be refused by the next, each looking like somebody's mistake.
 *
 * @see REL-064
 */
export async function differingKeys(client: pg.ClientBase): Promise<string[]> {
  const fingerprints = keyNames.map((name) => fingerprint(env()[name]))
  await client.query(
    `INSERT INTO installation_key (name, fingerprint) SELECT * FROM unnest($1::text[], $2::bytea[])
     ON CONFLICT (name) DO NOTHING`,
    [keyNames, fingerprints],
  )
  const { rows } = await client.query<{ name: string }>(
    `SELECT known.name FROM installation_key known
     JOIN unnest($1::text[], $2::bytea[]) AS own (name, fingerprint) USING (name)
     WHERE known.fingerprint <> own.fingerprint ORDER BY known.name`,
    [keyNames, fingerprints],
  )
  return rows.map(({ name }) => name)
}

/** A key is 32 random bytes, so nobody finds it by its fingerprint. */
function fingerprint(key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update('twofold key fingerprint v1').digest().subarray(0, 16)
}
