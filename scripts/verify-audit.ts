// npm run verify-audit: walks the audit trail and says whether every event is there, unchanged and in its place.
// Exit code 0 when it is, 1 when it is not, 2 when that could not be found out.
import { readSignedHeads } from '@/lib/audit/head'
import { verifyAudit } from '@/lib/audit/verify'
import { db, disconnect } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'

async function run(): Promise<number> {
  const file = env().AUDIT_HEAD_FILE
  const { heads, refused } = file === null ? { heads: [], refused: 0 } : await readSignedHeads(file)
  if (refused > 0) console.error(`${refused} lines of ${file} are not signed by the audit key`)
  const verdict = await verifyAudit(db(), heads)
  if (!verdict.ok) {
    console.error(`the audit trail is broken: ${verdict.problem} at ${verdict.sequence ?? `event ${verdict.eventId}`}`)
    return 1
  }
  console.log(
    `the audit trail is whole: ${verdict.sequence} events, ${heads.length} signed heads, ends in ${verdict.hash}`,
  )
  return refused > 0 ? 1 : 0
}

run()
  .then(async (code) => {
    await disconnect()
    process.exit(code)
  })
  .catch((error: unknown) => {
    console.error(`verify-audit: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(2)
  })
