// npm run new-migration -- add_temporary_access_pass: writes prisma/migrations/<time>_<name>/migration.sql with what
// prisma/schema.prisma has and the migrations have not. Review it, add what Prisma's language cannot say, commit it.
//
// --rebuild-init writes the first migration anew from the schema and prisma/sql/constraints.sql; only before a release.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readMigrations } from '@/lib/platform/migrations'
import { startPostgres } from './embedded-postgres.mjs'
import { diffSchema } from './schema-diff'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const schemaFile = join(root, 'prisma/schema.prisma')
const directory = join(root, 'prisma/migrations')

async function run(argument: string | undefined): Promise<void> {
  const isRebuild = argument === '--rebuild-init'
  if (!isRebuild && !/^[a-z][a-z0-9_]{2,60}$/.test(argument ?? ''))
    throw new Error('usage: npm run new-migration -- <name_in_snake_case>')
  mkdirSync(directory, { recursive: true })
  const scratch = mkdtempSync(join(tmpdir(), 'twofold-shadow-'))
  const server = await startPostgres({
    directory: join(scratch, 'postgres'),
    password: randomBytes(16).toString('hex'),
    flags: ['-c', 'fsync=off'],
  })
  try {
    const migrations = isRebuild ? null : readMigrations(directory)
    const sql = await diffSchema(schemaFile, migrations, server.url('postgres'))
    if (isRebuild)
      write(initName(), `${sql.trimEnd()}\n\n${readFileSync(join(root, 'prisma/sql/constraints.sql'), 'utf8')}`)
    else if (sql === '') console.log('the migrations already lead to the schema')
    else write(`${timestamp(new Date())}_${argument}`, sql)
  } finally {
    await server.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
}

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, name, 'migration.sql'), sql)
  console.log(`wrote prisma/migrations/${name}/migration.sql`)
}

function initName(): string {
  return readdirSync(directory).find((name) => name.endsWith('_init')) ?? `${timestamp(new Date())}_init`
}

function timestamp(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(0, 14)
}

run(process.argv[2]).catch((error: unknown) => {
  console.error(`new-migration: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
