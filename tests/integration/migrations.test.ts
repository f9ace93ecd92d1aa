import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { migrate, readMigrations } from '@/lib/platform/migrations'
import { diffSchema } from '@/scripts/schema-diff'
import { testDatabase } from '../support/database'
import { migrationsDirectory } from '../support/test-server'

const database = testDatabase()
const migrations = readMigrations(migrationsDirectory)
const schemaFile = fileURLToPath(new URL('../../prisma/schema.prisma', import.meta.url))

test('the migrations lead to the schema, so no column lives in one of them only', async () => {
  expect(await diffSchema(schemaFile, migrations, database.ownerUrl)).toBe('')
})

test('migrating again changes nothing', async () => {
  expect(await migrate(database.ownerUrl, migrations)).toEqual([])
})

test('an applied file that was changed is refused', async () => {
  const changed = migrations.map((migration, index) => (index === 0 ? { ...migration, checksum: 'x' } : migration))
  await expect(migrate(database.ownerUrl, changed)).rejects.toThrow(/was changed after it was applied/)
})

test('a database that is newer than the program is refused', async () => {
  await expect(migrate(database.ownerUrl, migrations.slice(0, -1))).rejects.toThrow(/newer than this program/)
})

describe('on an empty database', () => {
  const name = `empty_${process.pid}_${Date.now()}`
  const { ownerUrl } = inject('postgres')
  const url = ownerUrl.replace(/DATABASE$/, name)
  const server = new pg.Pool({ connectionString: ownerUrl.replace(/DATABASE$/, 'postgres'), max: 1 })
  const made = { name: '20990101000000_probe', sql: 'CREATE TABLE probe (id int)', checksum: 'probe' }

  beforeAll(() => server.query(`CREATE DATABASE ${name}`))
  afterAll(async () => {
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await server.end()
  })

  test('three that start at once apply each migration once', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(url, migrations)))
    expect(applied.flat().sort()).toEqual(migrations.map((migration) => migration.name))
  })

  test('a file that fails leaves nothing, and the next run goes on', async () => {
    const broken = { ...made, sql: `${made.sql}; SELECT 1/0` }
    await expect(migrate(url, [...migrations, broken])).rejects.toThrow(/division by zero/)
    expect(await migrate(url, [...migrations, made])).toEqual([made.name])
  })
})

describe('SEC-332: the role that serves', () => {
  const refused = async (sql: string) => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' })
    } finally {
      await client.end()
    }
  }

  test('owns no table and can create none', async () => {
    await refused('CREATE TABLE mine (id int)')
    await refused('ALTER TABLE "user" ADD COLUMN mine int')
    const owned = await database.query("SELECT tablename FROM pg_tables WHERE tableowner = 'twofold_app'")
    expect(owned).toEqual([])
  })

  test.each(['audit_event', 'audit_seal', 'audit_head'])('cannot change or remove %s', async (table) => {
    await refused(`DELETE FROM ${table}`)
    await refused(`TRUNCATE ${table}`)
    await refused(`UPDATE ${table} SET ${table === 'audit_event' ? 'id = id' : 'hash = hash'}`)
  })

  test('reads and writes ordinary rows', async () => {
    expect(await database.client().user.count()).toBe(0)
  })
})
