import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { grantRights } from '@/lib/platform/database-rights'
import { migrate, readMigrations } from '@/lib/platform/migrations'
import { startPostgres } from '@/scripts/embedded-postgres.mjs'

export const migrationsDirectory = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

export type TestServer = {
  /** As the role that serves: rows, no tables of its own, no change to the audit trail. */
  appUrl(database: string): string
  ownerUrl(database: string): string
  /** An empty copy of the migrated database; fails when the name is taken. */
  createDatabase(name: string): Promise<void>
  stop(): Promise<void>
}

const template = 'twofold_template'
const appRole = 'twofold_app'

/** A PostgreSQL of one's own in a temporary directory, with a migrated database to copy and the two roles. */
export async function startTestServer(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-test-'))
  const password = randomBytes(16).toString('hex')
  const server = await startPostgres({
    directory: join(directory, 'postgres'),
    password,
    // Nothing here outlives the run, so nothing needs to reach the disk.
    flags: [
      '-c',
      'fsync=off',
      '-c',
      'synchronous_commit=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'max_connections=200',
    ],
  })
  const run = async (statement: string, database = 'postgres') => {
    const client = new pg.Client({ connectionString: server.url(database) })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await run(`CREATE ROLE ${appRole} LOGIN PASSWORD '${password}'`)
  await run(`CREATE DATABASE ${template}`)
  await migrate(server.url(template), readMigrations(migrationsDirectory))
  await grantRights(server.url(template), appRole)
  return {
    ownerUrl: server.url,
    appUrl: (database) => server.url(database).replace('//postgres:', `//${appRole}:`),
    createDatabase: (name) => run(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY wal_log`),
    stop: async () => {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
