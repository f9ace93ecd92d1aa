import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { db, disconnect, type PrismaClient } from '@/lib/platform/db'

/**
 * A database of its own for the test file that calls this at its top: migrated, empty, with the rights of
 * production. `db()` and every command use it; `query` looks at rows as the owner, past those rights.
 */
export function testDatabase(): TestDatabase {
  const name = `test_${randomBytes(8).toString('hex')}`
  const { appUrl, ownerUrl } = inject('postgres')
  const urlOf = (pattern: string, database: string) => pattern.replace(/DATABASE$/, database)
  let owner: pg.Pool | null = null
  const query: TestDatabase['query'] = async (sql, values = []) => {
    if (owner === null) throw new Error('the test database exists from beforeAll on')
    return (await owner.query(sql, [...values])).rows
  }

  beforeAll(async () => {
    await onServer(urlOf(ownerUrl, 'postgres'), `CREATE DATABASE ${name} TEMPLATE twofold_template STRATEGY wal_log`)
    process.env.DATABASE_URL = urlOf(appUrl, name)
    forgetSettings()
    owner = new pg.Pool({ connectionString: urlOf(ownerUrl, name), max: 4 })
    owner.on('error', () => undefined)
  })
  afterAll(async () => {
    await disconnect()
    await owner?.end()
    await onServer(urlOf(ownerUrl, 'postgres'), `DROP DATABASE ${name} WITH (FORCE)`)
  })
  return {
    url: urlOf(appUrl, name),
    ownerUrl: urlOf(ownerUrl, name),
    client: () => db(),
    query,
    somebodyWaits: async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      while ((await query(waiting)).length === 0) await new Promise((done) => setTimeout(done, 10))
    },
  }
}

export type TestDatabase = {
  /** As the role that serves. */
  readonly url: string
  readonly ownerUrl: string
  client(): PrismaClient
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** Resolves once a statement waits for a lock that somebody else holds. */
  somebodyWaits(): Promise<void>
}

/** Makes the next `env()` read `process.env` anew. */
export function forgetSettings(): void {
  Reflect.deleteProperty(globalThis, Symbol.for('twofold.env'))
}

/** Copying waits for nobody: PostgreSQL refuses while another copy of the template is being made, so it is asked again. */
async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query(statement)
        return
      } catch (error) {
        const isBusy = error instanceof pg.DatabaseError && error.code === '55006'
        if (!isBusy || attempt === 50) throw error
        await new Promise((done) => setTimeout(done, 100))
      }
    }
  } finally {
    await client.end()
  }
}
