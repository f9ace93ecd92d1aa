import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { readSignedHeads } from '@/lib/audit/head'
import { startJobs, stopJobs } from '@/lib/jobs'
import { measureClockOffset } from '@/lib/jobs/clock-offset'
import { purgeExpired } from '@/lib/jobs/purge'
import { repeat } from '@/lib/jobs/repeat'
import { clockOffset, setClockOffset } from '@/lib/platform/clock'
import { db, disconnect } from '@/lib/platform/db'
import { consume } from '@/lib/throttle/store'
import { forgetSettings, testDatabase } from '@/tests/support/database'

const database = testDatabase()
const at = new Date('2026-11-22T09:00:00Z')

afterEach(() => stopJobs())

async function fill(): Promise<void> {
  await database.query('TRUNCATE session, challenge, throttle_counter, outbox_message, sign_in_log, "user" CASCADE')
  await database.query(`INSERT INTO "user" (id, user_principal_name, display_name, user_handle)
    VALUES ('01890000-0000-7000-8000-000000000001', 'ada@harbor.example', 'Ada', decode(repeat('ab', 64), 'hex'))`)
  const session = (id: number, ends: string, seen: string) => `('01890000-0000-7000-8000-0000000001${id}',
    decode(repeat('0${id - 10}', 32), 'hex'), '01890000-0000-7000-8000-000000000001', 'full', '[]',
    '01890000-0000-7000-8000-000000000002', '${seen}', 3600, '${ends}')`
  await database.query(`INSERT INTO session
    (id, token_hash, user_id, stage, proofs, correlation_id, last_seen_at, idle_seconds, expires_at) VALUES
    ${session(11, '2026-11-22T08:59:00Z', '2026-11-22T08:59:00Z')},
    ${session(12, '2026-11-22T20:00:00Z', '2026-11-22T07:00:00Z')},
    ${session(13, '2026-11-22T20:00:00Z', '2026-11-22T08:30:00Z')}`)
  await database.query(`INSERT INTO challenge (id, kind, purpose, data_sealed, expires_at)
    SELECT gen_random_uuid(), 'webauthnGet', 'signIn', 'x',
      timestamptz '2026-11-22T09:00:00Z' + CASE WHEN n <= 2500 THEN -1 ELSE 60 END * interval '1 second'
    FROM generate_series(1, 2503) n`)
  await database.query(`INSERT INTO throttle_counter (key, window_start, count, expires_at) VALUES
    ('old', '2026-11-21', 1, '2026-11-22T08:00:00Z'), ('new', '2026-11-22', 1, '2026-11-22T10:00:00Z')`)
  await database.query(`INSERT INTO outbox_message
    (id, channel, lane, payload_sealed, template, to_masked, not_after, state, ended_at) VALUES
    (gen_random_uuid(), 'mail', 'code', '', 't', 'm', '2026-11-21', 'sent', '2026-11-21T08:00:00Z'),
    (gen_random_uuid(), 'mail', 'code', '', 't', 'm', '2026-11-21', 'dead', '2026-11-22T08:00:00Z'),
    (gen_random_uuid(), 'mail', 'code', 'x', 't', 'm', '2026-11-23', 'pending', NULL)`)
  await database.query(`INSERT INTO sign_in_log
    (id, at, target, address_source, error_code, authentication_details, conditional_access_status, applied_policies,
     correlation_id, request_id) SELECT gen_random_uuid(), at::timestamptz, 'app', 'peer', 0, '[]', 'notApplied', '[]',
     gen_random_uuid(), 'r' FROM unnest(ARRAY['2026-10-01', '2026-11-01']) at`)
}

const counts = async () =>
  (
    await database.query(`SELECT (SELECT count(*)::int FROM session) AS sessions,
      (SELECT count(*)::int FROM challenge) AS challenges, (SELECT count(*)::int FROM throttle_counter) AS counters,
      (SELECT count(*)::int FROM outbox_message) AS messages, (SELECT count(*)::int FROM sign_in_log) AS sign_ins`)
  )[0]

describe('purging', () => {
  it('removes what has expired, in batches, and nothing else', async () => {
    await fill()
    expect(await purgeExpired(at)).toBe(2 + 2500 + 1 + 1 + 1)
    expect(await counts()).toEqual({ sessions: 1, challenges: 3, counters: 1, messages: 2, sign_ins: 1 })
    expect(await purgeExpired(at)).toBe(0)
  })

  it('is done by one instance at a time, and taken over when that one is gone', async () => {
    await fill()
    const other = new pg.Client({ connectionString: database.ownerUrl })
    await other.connect()
    try {
      await other.query('SELECT pg_advisory_lock(20501)')
      expect(await purgeExpired(at)).toBe(0)
    } finally {
      await other.end()
    }
    expect(await purgeExpired(at)).toBeGreaterThan(2000)
  })
})

describe('the clock', () => {
  it('follows the database, and the offset is measured, not guessed', async () => {
    setClockOffset(123_456)
    const offset = await measureClockOffset()
    // The test's database runs on the same machine.
    expect(Math.abs(offset ?? 99_999)).toBeLessThan(250)
    expect(clockOffset()).toBe(offset)
  })
})

describe('running and stopping', () => {
  it('stopping signs the audit head and leaves nothing running', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'twofold-head-')), 'heads')
    process.env.AUDIT_HEAD_FILE = file
    forgetSettings()
    startJobs()
    startJobs()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await stopJobs()
    await stopJobs()
    const { heads, refused } = await readSignedHeads(file)
    // Once for the day, once at the stop.
    expect(heads).toHaveLength(2)
    expect(refused).toBe(0)
    delete process.env.AUDIT_HEAD_FILE
    forgetSettings()
  })

  it('a job that fails is run again, and never twice at a time', async () => {
    let runs = 0
    let atOnce = 0
    let atOnceMax = 0
    const job = repeat('test', 0.02, async () => {
      runs += 1
      atOnce += 1
      atOnceMax = Math.max(atOnceMax, atOnce)
      await new Promise((resolve) => setTimeout(resolve, 30))
      atOnce -= 1
    })
    job.run()
    job.run()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await job.stop()
    const runsAtStop = runs
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(runs).toBe(runsAtStop)
    expect(runs).toBeGreaterThan(3)
    expect(atOnceMax).toBe(1)
    expect(atOnce).toBe(0)
  })

  it('a counter outlives a restart', async () => {
    await consume(db(), 'restart', { max: 1, windowSeconds: 60 }, at)
    await disconnect()
    expect((await consume(db(), 'restart', { max: 1, windowSeconds: 60 }, at)).allowed).toBe(false)
  })
})
