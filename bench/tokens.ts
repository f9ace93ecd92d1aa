import { insertUpload } from '@/lib/hardware-oath/store/uploads'
import { now } from '@/lib/platform/clock'
import { disconnect, transaction } from '@/lib/platform/db'
import type { Figures } from './figure'
import type { Installation } from './installation'
import { memoryOf } from './memory'

const rows = 100_000
const secondsMax = 180

/**
 * The import of a file of 100 000 hardware tokens by the job of a serving process: how long it takes from the moment it is
 * accepted, what it costs, and how much memory the process needs beyond what it had. Memory is Linux's own high-water mark;
 * elsewhere there is no such figure.
 */
export async function benchTokens(installation: Installation, figures: Figures): Promise<void> {
  const server = await installation.serve(1)
  try {
    const { owner } = installation
    const admin = await owner.query<{ id: string }>(
      `SELECT id FROM "user" WHERE user_principal_name = 'ada@harbor.example'`,
    )
    const before = memoryOf(server.pid)
    const [cpu, databaseCpu] = [server.cpu(), installation.databaseCpu()]
    const begun = performance.now()
    const bytes = Buffer.from(file())
    const createdById = admin.rows[0]?.id ?? ''
    const id = await transaction((tx) =>
      insertUpload(tx, { fileName: 'tokens.csv', format: 'csv', bytes, key: null, createdById, at: now() }),
    )
    const imported = await untilEnded(installation, id)
    const seconds = (performance.now() - begun) / 1000
    if (imported !== rows) throw new Error(`${imported} of ${rows} tokens were imported`)
    const after = memoryOf(server.pid)
    figures.lower('import of 100,000 tokens', seconds, 's', 60)
    figures.higher('tokens imported a second', rows / seconds, '1/s')
    figures.lower('CPU of the process a token', ((server.cpu() - cpu) / rows) * 1000, 'µs')
    figures.lower('CPU of the database a token', ((installation.databaseCpu() - databaseCpu) / rows) * 1000, 'µs')
    figures.lower('memory at its highest', after.peak, 'MiB', 512)
    figures.lower('memory more than before the import', after.peak - before.present, 'MiB', 256)
  } finally {
    await server.stop()
    await disconnect()
  }
}

function file(): string {
  const lines = Array.from(
    { length: rows },
    (_, index) => `,BENCH-${index},${secretOf(index)},${index % 2 ? 30 : 60},Contoso,HardwareKey`,
  )
  return ['upn,serial number,secret key,time interval,manufacturer,model', ...lines].join('\r\n')
}

/** Base32 of 160 bits, another one for each token. */
function secretOf(index: number): string {
  return index.toString(2).replaceAll('0', 'A').replaceAll('1', 'B').padStart(32, 'C')
}

async function untilEnded({ owner }: Installation, id: string): Promise<number> {
  for (let waited = 0; waited < secondsMax * 10; waited++) {
    const { rows: found } = await owner.query<{ imported: number }>(
      'SELECT imported FROM hardware_oath_upload WHERE id = $1 AND ended_at IS NOT NULL',
      [id],
    )
    if (found[0]) return found[0].imported
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`the import did not end within ${secondsMax} s`)
}
