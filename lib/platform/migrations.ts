import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/**
 * Applies `prisma/migrations` in order. The history is Prisma's own table, so its tools agree with what happened; the
 * runner is ours because Prisma's needs an engine that is downloaded and does not run a file as one transaction.
 */
export type Migration = { readonly name: string; readonly sql: string; readonly checksum: string }

/** The schema and the files disagree in a way that nobody may repair by guessing; the message is one line. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** Prisma's own number for its advisory lock: its tools and ours wait for each other. */
const advisoryLock = 72_707_369

/** Reads all migrations, oldest first. */
export function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Applies what is missing and answers its names. Runs once when several start together; a crash in the middle leaves
 * the state before the file that was running. Throws `MigrationError` when an applied file was changed, when the
 * database knows a migration that the files do not (it is newer than this program), or when an earlier run by
 * another tool failed half-way.
 */
export async function migrate(ownerUrl: string, migrations: readonly Migration[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'twofold migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
    await client.query(historyTable)
    const history = await readHistory(client)
    const missing = compare(history, migrations)
    for (const migration of missing) await apply(client, migration)
    return missing.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}

/**
 * Whether the schema has all that this program was written for, or is `too_old` (migrate). One that is newer is `current`,
 * too: migrations keep the program before working (expand, then contract).
 */
export async function schemaState(
  query: (sql: string) => Promise<readonly { readonly migration_name: string }[]>,
  names: readonly string[],
): Promise<'current' | 'too_old'> {
  const rows = await query('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL')
  const applied = new Set(rows.map((row) => row.migration_name))
  return names.every((name) => applied.has(name)) ? 'current' : 'too_old'
}

const historyTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

type HistoryRow = { migration_name: string; checksum: string; finished_at: Date | null }

async function readHistory(client: pg.Client): Promise<HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at',
  )
  return rows
}

function compare(history: readonly HistoryRow[], migrations: readonly Migration[]): Migration[] {
  const files = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const row of history) {
    const file = files.get(row.migration_name)
    if (row.finished_at === null)
      throw new MigrationError(
        `migration ${row.migration_name} failed half-way: repair it by hand and mark it rolled back`,
      )
    if (file === undefined)
      throw new MigrationError(`the database is newer than this program: it knows migration ${row.migration_name}`)
    if (file.checksum !== row.checksum)
      throw new MigrationError(`migration ${row.migration_name} was changed after it was applied: restore the file`)
  }
  const applied = new Set(history.map((row) => row.migration_name))
  return migrations.filter((migration) => !applied.has(migration.name))
}

/** A file is one transaction with its row in the history, unless its first line is `-- no-transaction` (concurrent indexes). */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  if (migration.sql.startsWith('-- no-transaction')) {
    await client.query(migration.sql)
    await remember(client, migration)
    return
  }
  try {
    await client.query("BEGIN; SET LOCAL lock_timeout = '2s'")
    await client.query(migration.sql)
    await remember(client, migration)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function remember(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  )
}
