import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import type { Migration } from '@/lib/platform/migrations'

/**
 * The SQL that leads from the migrations (or, with `null`, from nothing) to the schema file; empty when they agree.
 *
 * Prisma's own command needs an engine that is downloaded; its WebAssembly twin does the same from a package. It
 * replays the migrations on a database of its own, made and dropped on the server of `ownerUrl`.
 */
export async function diffSchema(
  schemaFile: string,
  migrations: readonly Migration[] | null,
  ownerUrl: string,
): Promise<string> {
  const datamodel = readFileSync(schemaFile, 'utf8')
  const server = new URL(ownerUrl)
  await loadEngine()
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', datamodel]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapterFactory(server)),
  )
  const { stdout } = await engine.diff({
    from:
      migrations === null
        ? { tag: 'empty' }
        : {
            tag: 'migrations',
            baseDir: '/migrations',
            lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
            shadowDbInitScript: '',
            migrationDirectories: migrations.map(({ name, sql }) => ({
              path: name,
              migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
            })),
          },
    to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: datamodel }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  const sql = stdout ?? ''
  return sql.includes('This is an empty migration') ? '' : sql
}

let loaded = false

async function loadEngine(): Promise<void> {
  if (loaded) return
  loaded = true
  Reflect.set(globalThis, 'PRISMA_WASM_PANIC_REGISTRY', {
    set_message: (message: string) => console.error(message),
  })
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(readFileSync(file), {
    './schema_engine_bg.js': { ...bindings },
  })
  bindings.__wbg_set_wasm(instance.exports)
  const start: unknown = instance.exports.__wbindgen_start
  if (typeof start === 'function') start()
}

/**
 * The adapter, with three faults of the original put right: it splits scripts at every semicolon (a trigger's body
 * breaks), runs the replay on the real database when given a connection string, and does not know the type `"char"`.
 */
function adapterFactory(server: URL): SqlMigrationAwareDriverAdapterFactory {
  const connect = (database: string, afterwards?: () => Promise<void>) => open(server, database, afterwards)
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(server.pathname.slice(1)),
    connectToShadowDb: async () => {
      const name = `shadow_${globalThis.crypto.randomUUID().replaceAll('-', '')}`
      await onServer(server, `CREATE DATABASE ${name}`)
      return connect(name, () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`))
    },
  }
}

async function open(server: URL, database: string, afterwards?: () => Promise<void>): Promise<SqlDriverAdapter> {
  const pool = new CharPool(credentials(server, database))
  const adapter = await new PrismaPg(pool).connect()
  const plainQuery = adapter.queryRaw.bind(adapter)
  adapter.executeScript = async (script) => void (await pool.query(script))
  adapter.queryRaw = async (query) => {
    const result = await plainQuery(query)
    const columnTypes = result.columnTypes.map((type) =>
      type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
    )
    return { ...result, columnTypes }
  }
  adapter.dispose = async () => {
    await pool.end()
    await afterwards?.()
  }
  return adapter
}

const charType = 18
const charArrayType = 1002

/** Reports `"char"` columns under a number the adapter knows and the catalogue queries never use. */
class CharPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config)
    const plainQuery: (query: string | pg.QueryConfig) => Promise<pg.QueryResult> = this.query.bind(this)
    const query = async (text: string | pg.QueryConfig) => {
      const result = await plainQuery(text)
      for (const field of result.fields ?? []) if (field.dataTypeID === charType) field.dataTypeID = charArrayType
      return result
    }
    Object.assign(this, { query })
  }
}

async function onServer(server: URL, statement: string): Promise<void> {
  const client = new pg.Client(credentials(server, server.pathname.slice(1)))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function credentials(server: URL, database: string) {
  return {
    host: server.hostname,
    port: Number(server.port || 5432),
    user: decodeURIComponent(server.username),
    password: decodeURIComponent(server.password),
    database,
  }
}
