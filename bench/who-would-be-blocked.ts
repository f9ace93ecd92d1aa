import { trustedNetworksPolicy } from '@/lib/conditional-access/templates'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, disconnect } from '@/lib/platform/db'
import { insertTrial } from '@/lib/policy-trials/store/trials'
import type { Figures } from './figure'
import { percentile } from './figure'
import type { Installation } from './installation'
import { memoryOf } from './memory'
import { addPeople } from './people'

const people = 100_000
const secondsMax = 300

/**
 * Who would be blocked, for 100 000 people by the job of a serving process: a third have an authenticator app, two thirds
 * signed in lately from two places each, all are in a group within a group. How long it takes from the moment it is asked
 * for, what it costs, how much memory, and how long somebody who opens the sign-in page meanwhile waits.
 */
export async function benchWhoWouldBeBlocked(installation: Installation, figures: Figures): Promise<void> {
  await prepare(installation)
  const server = await installation.serve(1)
  try {
    const { owner } = installation
    const { rows } = await owner.query<{ id: string; total: number }>(
      `SELECT id, (SELECT count(*)::int FROM "user" WHERE account_enabled) AS total FROM "user"
       WHERE user_principal_name = 'ada@harbor.example'`,
    )
    const { id: createdById = '', total = 0 } = rows[0] ?? {}
    // Until the process has drawn the page often enough: its first drawings cost seconds and memory of their own.
    await waits(server.origin, async () => new Promise((done) => setTimeout(done, 15_000)))
    const idle = await waits(server.origin, async () => new Promise((done) => setTimeout(done, 10_000)))
    const before = memoryOf(server.pid)
    const [cpu, databaseCpu] = [server.cpu(), installation.databaseCpu()]
    const begun = performance.now()
    const { displayName, state: _, ...document } = trustedNetworksPolicy
    const trial = { createdById, createdAt: now(), policyId: null, displayName, candidate: document }
    const id = await insertTrial(db(), trial)
    let seconds = 0
    const during = await waits(server.origin, async () => {
      const ended = await untilEnded(installation, id)
      seconds = (performance.now() - begun) / 1000
      if (ended.state !== 'done' || ended.done !== total) throw new Error(`the trial ended as ${JSON.stringify(ended)}`)
    })
    const after = memoryOf(server.pid)
    figures.lower(
      `who would be blocked, ${people.toLocaleString('en')} people`,
      seconds,
      's',
      limits.policyTrial.secondsMax,
    )
    figures.higher('people judged a second', total / seconds, '1/s')
    figures.lower('CPU of the process a person', ((server.cpu() - cpu) / total) * 1000, 'µs')
    figures.lower('CPU of the database a person', ((installation.databaseCpu() - databaseCpu) / total) * 1000, 'µs')
    figures.lower('memory at its highest, pages drawn meanwhile included', after.peak, 'MiB')
    figures.lower('memory more than before', after.present - before.present, 'MiB')
    figures.lower('p95 of the sign-in page, idle', percentile(idle, 0.95), 'ms')
    figures.lower('p95 of the sign-in page, meanwhile', percentile(during, 0.95), 'ms')
  } finally {
    await server.stop()
    await disconnect()
  }
}

async function prepare({ owner }: Installation): Promise<void> {
  const { rows } = await owner.query<{ there: number }>(
    `SELECT count(*)::int AS there FROM "user" WHERE user_principal_name LIKE 'bench-%'`,
  )
  const missing = Math.max(0, people - (rows[0]?.there ?? 0))
  await addPeople(owner, Math.ceil(missing / 3), true)
  await addPeople(owner, Math.floor((missing * 2) / 3), false)
  await owner.query(`INSERT INTO group_member (group_id, user_id)
    SELECT (SELECT id FROM "group" WHERE display_name = 'HR'), id FROM "user"
    WHERE user_principal_name LIKE 'bench-%' ON CONFLICT DO NOTHING`)
  await owner.query(
    `INSERT INTO sign_in_log (id, at, user_id, target, client_address, address_source, user_agent, error_code,
       authentication_details, conditional_access_status, applied_policies, correlation_id, request_id)
     SELECT gen_random_uuid(), now() - n * interval '1 day', id, '19db86c3-b2b9-44cc-b339-36da233a3be2',
       CASE n % 2 WHEN 0 THEN '203.0.113.10' ELSE '198.51.100.23' END, 'peer',
       'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', CASE n WHEN 4 THEN 50126 ELSE 0 END,
       '[{"mode": "password", "methodId": null, "succeeded": true, "result": "completed", "at": 0}]', 'notApplied', '[]',
       gen_random_uuid(), 'bench'
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM "user" WHERE user_principal_name LIKE 'bench-%') person,
       generate_series(1, 4) n WHERE place % 3 <> 0`,
  )
  await owner.query('ANALYZE')
}

/** Milliseconds that the sign-in page takes, asked for once a second while `work` goes on. */
async function waits(origin: string, work: () => Promise<void>): Promise<number[]> {
  const taken: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const begun = performance.now()
      const answer = await fetch(`${origin}/sign-in`)
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`the sign-in page answered ${answer.status}`)
      taken.push(performance.now() - begun)
      await new Promise((done) => setTimeout(done, 1000))
    }
  })()
  try {
    await work()
  } finally {
    isOver = true
    await asking
  }
  return taken
}

async function untilEnded({ owner }: Installation, id: string): Promise<{ state: string; done: number }> {
  for (let waited = 0; waited < secondsMax * 10; waited++) {
    const { rows } = await owner.query<{ state: string; done: number }>(
      'SELECT state, people_done AS done FROM policy_trial WHERE id = $1 AND ended_at IS NOT NULL',
      [id],
    )
    if (rows[0]) return rows[0]
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`the trial did not end within ${secondsMax} s`)
}
