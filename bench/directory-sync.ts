import { disconnect } from '@/lib/platform/db'
import { aConnector, slapdSettings } from '@/tests/support/connectors'
import { hasSlapd, type Slapd, slapdBase, startSlapd } from '@/tests/support/slapd'
import { cpuOfTree } from './cpu'
import type { Figures } from './figure'
import type { Installation, RunningServer } from './installation'
import { memoryOf } from './memory'

const peopleCount = 100_000
const groupCount = 500
const membersEach = 400
const secondsMax = 900

/**
 * A directory of 100 000 people and 500 groups in a real slapd, taken over by the job of a serving process: the first run,
 * and those that find nothing changed and few people changed. Times are those that the run itself notes; what they cost
 * whom is CPU. The shares compare runs of one and the same process, so that a busy machine says little about them.
 */
export async function benchDirectorySync(installation: Installation, figures: Figures): Promise<void> {
  if (!hasSlapd) {
    console.log('directory-sync: skipped, because there is no slapd (Debian: apt-get install slapd)')
    return
  }
  const slapd = await startSlapd(directoryLdif())
  const server = await installation.serve(1)
  try {
    const before = memoryOf(server.pid)
    const connectorId = await addConnector(installation, slapd)
    const run = (after: number) => nextRun({ installation, server, slapd, connectorId, after })
    const first = await run(0)
    if (first.created !== peopleCount) throw new Error(`${first.created} of ${peopleCount} people were taken over`)
    const second = await again(installation, connectorId, () => run(1))
    const third = await again(installation, connectorId, () => run(2))
    for (const { created, updated, membersAdded } of [second, third])
      if (created + updated + membersAdded > 0) throw new Error('a run without changes changed something')
    const best = second.seconds < third.seconds ? second : third
    const { peak } = memoryOf(server.pid)
    figures.lower('first run, 100,000 people, 500 groups', first.seconds, 's')
    figures.lower('run without changes', best.seconds, 's')
    figures.lower('run without changes, share of the first', (100 * best.seconds) / first.seconds, '%', 15)
    figures.higher('people taken over a second', peopleCount / first.seconds, '/s')
    for (const [name, { cpu }] of [
      ['first run', first],
      ['run without changes', best],
    ] as const) {
      figures.lower(`${name}, CPU of the process`, cpu.server, 's')
      figures.lower(`${name}, CPU of the database`, cpu.database, 's')
      figures.lower(`${name}, CPU of the directory`, cpu.slapd, 's')
    }
    figures.lower('memory at its highest', peak, 'MiB', 768)
    figures.lower('memory more than before the first run', peak - before.present, 'MiB', 512)
  } finally {
    await server.stop()
    await slapd.stop()
  }
}

/** Asks for another run, as an administrator does, and waits for it. */
async function again<T>({ owner }: Installation, connectorId: string, run: () => Promise<T>): Promise<T> {
  await owner.query('UPDATE directory_connector SET sync_requested_at = now() WHERE id = $1', [connectorId])
  return run()
}

async function addConnector({ owner }: Installation, slapd: Slapd): Promise<string> {
  // Not in the first moment of its existence: the rows say `enabled` only when all is there.
  const id = await aConnector('Bench', slapdSettings(slapd, { syncEveryMinutes: 1440 }))
  await disconnect()
  await owner.query('ANALYZE')
  return id
}

type Watched = {
  readonly installation: Installation
  readonly server: RunningServer
  readonly slapd: Slapd
  readonly connectorId: string
  /** How many runs have ended before. */
  readonly after: number
}

async function nextRun({ installation, server, slapd, connectorId, after }: Watched) {
  const directoryCpu = cpuOfTree(slapd.pid)
  const used = () => ({ server: server.cpu(), database: installation.databaseCpu(), slapd: directoryCpu() })
  const before = used()
  for (let waited = 0; waited < secondsMax * 5; waited++) {
    const { rows } = await installation.owner.query<Row>(
      `SELECT state, failure_reason AS "failureReason", created, updated, members_added AS "membersAdded",
         extract(epoch FROM ended_at - started_at)::float8 AS seconds
       FROM directory_sync_run WHERE connector_id = $1 AND ended_at IS NOT NULL ORDER BY started_at OFFSET $2 LIMIT 1`,
      [connectorId, after],
    )
    const [run] = rows
    if (run && run.state !== 'done') throw new Error(`a run ended as ${run.state} ${run.failureReason ?? ''}`)
    if (run) {
      const now = used()
      const seconds = (of: keyof typeof now) => (now[of] - before[of]) / 1000
      return { ...run, cpu: { server: seconds('server'), database: seconds('database'), slapd: seconds('slapd') } }
    }
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error(`a run did not end within ${secondsMax} s`)
}

type Row = {
  readonly state: string
  readonly failureReason: string | null
  readonly created: number
  readonly updated: number
  readonly membersAdded: number
  readonly seconds: number
}

/** Everybody is in two groups of 400 as far as these reach; contacts as directories have them. */
export function directoryLdif(people = peopleCount, groups = groupCount): string {
  const nameOf = (index: number) => `cn=person${index},ou=people,${slapdBase}`
  const parts: string[] = []
  for (let index = 0; index < people; index++)
    parts.push(
      [
        `dn: ${nameOf(index)}`,
        'objectClass: inetOrgPerson',
        `cn: person${index}`,
        `sn: Number ${index}`,
        `displayName: Person Number ${index}`,
        `mail: person${index}@bench.example`,
        `telephoneNumber: +49 30 ${100_000 + index}`,
        'title: Measured by the bench',
        'description: A description that nobody asks for, as many entries have one',
      ].join('\n'),
    )
  for (let group = 0; group < groups; group++)
    parts.push(
      [
        `dn: cn=group${group},ou=groups,${slapdBase}`,
        'objectClass: groupOfNames',
        `cn: group${group}`,
        ...Array.from(
          { length: membersEach },
          (_, index) => `member: ${nameOf((group * membersEach + index) % people)}`,
        ),
      ].join('\n'),
    )
  return parts.join('\n\n')
}
