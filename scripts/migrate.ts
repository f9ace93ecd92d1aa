// npm run migrate: brings the schema of MIGRATION_DATABASE_URL (or DATABASE_URL) up to date and gives the role of
// DATABASE_URL its rights. Reads these two settings alone, so that it runs where no key is known.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { grantRights } from '@/lib/platform/database-rights'
import { MigrationError, migrate, readMigrations } from '@/lib/platform/migrations'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

async function run(): Promise<void> {
  const { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl = appUrl } = process.env
  if (!appUrl || !ownerUrl) throw new MigrationError('set DATABASE_URL')
  const applied = await migrate(ownerUrl, readMigrations(join(root, 'prisma/migrations')))
  const appRole = decodeURIComponent(new URL(appUrl).username)
  if (appRole !== '') await grantRights(ownerUrl, appRole)
  for (const name of applied) console.log(`applied ${name}`)
  if (applied.length === 0) console.log('the schema is up to date')
}

run().catch((error: unknown) => {
  console.error(`migrate: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
})
