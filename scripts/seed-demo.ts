// Loads the demonstration's organisation into an empty database and prints its people as one line of JSON.
// Started by `npm start` for the embedded database alone; settings say so (TWOFOLD_DEMO or TWOFOLD_TEST) or it refuses.
import { db, disconnect } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { demoCast } from '@/prisma/cast'
import { seedDemo } from '@/prisma/seed'

async function run(): Promise<void> {
  if (!env().TWOFOLD_DEMO && !env().TWOFOLD_TEST) throw new Error('demo people are for the embedded database only')
  if ((await db().user.count()) === 0) await seedDemo()
  console.log(JSON.stringify(demoCast))
  await disconnect()
}

run().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
