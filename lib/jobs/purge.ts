import 'server-only'
import { randomUUID } from 'node:crypto'
import { record } from '@/lib/audit/record'
import { purgeRuns } from '@/lib/directory/sync/run-store'
import { purgeDirectoryImports } from '@/lib/directory-files/store/imports'
import { purgeUploads } from '@/lib/hardware-oath/store/uploads'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { purgeImports } from '@/lib/policy-files/store'
import { purgeTrials } from '@/lib/policy-trials/store/trials'
import { forgetWrongPasswords } from '@/lib/throttle/password-lock-store'

/** Any number no other advisory lock of the product uses; the instance that holds it purges. */
const purgeLock = 20_501
const batch = 1000
const batchesMax = 200

/**
 * What is removed and when. Each statement removes at most `limit` rows and answers how many; rows that somebody
 * holds are left for the next time.
 */
const purges: Readonly<Record<string, (tx: Tx, at: string, limit: number) => Promise<number>>> = {
  challenge: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM challenge WHERE id IN (
      SELECT id FROM challenge WHERE expires_at <= ${at}::timestamptz LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  session: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM session WHERE id IN (
      SELECT id FROM session WHERE expires_at <= ${at}::timestamptz
        OR last_seen_at + make_interval(secs => idle_seconds) <= ${at}::timestamptz
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  throttle_counter: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM throttle_counter WHERE key IN (
      SELECT key FROM throttle_counter WHERE expires_at <= ${at}::timestamptz LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  throttle_remembered: forgetWrongPasswords,
  outbox_message: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM outbox_message WHERE id IN (
      SELECT id FROM outbox_message WHERE state IN ('sent', 'dead')
        AND ended_at <= ${at}::timestamptz - make_interval(secs => ${limits.outbox.endedKeptSeconds}::int)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  hardware_oath_upload: purgeUploads,
  policy_trial: purgeTrials,
  policy_import: purgeImports,
  directory_import: purgeDirectoryImports,
  directory_sync_run: purgeRuns,
  sms_send: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM sms_send WHERE id IN (
      SELECT id FROM sms_send
      WHERE sent_at <= ${at}::timestamptz - make_interval(days => ${limits.pumping.keptDays}::int)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  // What a directory was asked is found out before it goes (`findOutcomes`).
  password_reset: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM password_reset WHERE id IN (
      SELECT id FROM password_reset WHERE expires_at <= ${at}::timestamptz AND state NOT IN ('writing', 'unknown')
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  directory_password_write: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM directory_password_write WHERE id IN (
      SELECT id FROM directory_password_write
      WHERE started_at <= ${at}::timestamptz - interval '1 day' AND state NOT IN ('writing', 'unknown')
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  password_reset_throttle: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM password_reset_throttle WHERE subject_hash IN (
      SELECT subject_hash FROM password_reset_throttle WHERE expires_at <= ${at}::timestamptz
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  password_reset_event: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM password_reset_event WHERE id IN (
      SELECT id FROM password_reset_event
      WHERE started_at <= ${at}::timestamptz - make_interval(days => ${limits.retentionDays}::int)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  sign_in_log: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM sign_in_log WHERE id IN (
      SELECT id FROM sign_in_log WHERE at <= ${at}::timestamptz - make_interval(days => ${limits.retentionDays}::int)
      ORDER BY at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  policy_impact: (tx, at, limit) => tx.$executeRaw`
    DELETE FROM policy_impact WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM policy_impact
      WHERE hour <= ${at}::timestamptz - make_interval(days => ${limits.retentionDays}::int, hours => 1)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED))`,
}

/**
 * Removes what has expired, in short transactions of at most a thousand rows. One instance does it at a time; the
 * others find the lock taken and leave. Answers how many rows went.
 *
 * @see SEC-044, SEC-313, REL-063, REL-096
 */
export async function purgeExpired(at: Date = now()): Promise<number> {
  let total = 0
  for (const [table, purge] of Object.entries(purges)) {
    const count = await purgeTable(purge, at)
    if (count > 0) log.info('purge.done', { kind: table, count })
    total += count
  }
  return total
}

async function purgeTable(purge: (tx: Tx, at: string, limit: number) => Promise<number>, at: Date): Promise<number> {
  let total = 0
  for (let round = 0; round < batchesMax; round++) {
    const count = await transaction(async (tx) => {
      // Held to the end of this transaction only, so a process that dies hands it on at once.
      const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`SELECT pg_try_advisory_xact_lock(${purgeLock}) AS taken`
      return lock?.taken ? purge(tx, at.toISOString(), batch) : 0
    })
    total += count
    if (count < batch) return total
    // A breath between batches: people come first.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return total
}

/**
 * Removes for good what was soft-deleted 30 days ago, and records each: from then on the audit trail alone knows it.
 * Somebody who restores one at this moment either keeps it or finds it gone.
 */
export async function purgeSoftDeleted(at: Date = now()): Promise<number> {
  const end = secondsFrom(at, -limits.conditionalAccess.deletedKeptDays * 86_400).toISOString()
  const origin = { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null } as const
  return transaction(async (tx) => {
    const policies = await tx.$queryRaw<Gone[]>`
      DELETE FROM conditional_access_policy WHERE id IN (
        SELECT id FROM conditional_access_policy WHERE deleted_at <= ${end}::timestamptz
        LIMIT ${batch} FOR UPDATE SKIP LOCKED)
      RETURNING id::text, display_name AS name`
    const locations = await tx.$queryRaw<Gone[]>`
      DELETE FROM named_location WHERE id IN (
        SELECT id FROM named_location WHERE deleted_at <= ${end}::timestamptz LIMIT ${batch} FOR UPDATE SKIP LOCKED)
      RETURNING id::text, display_name AS name`
    const tell = (activity: 'policyPurged' | 'locationPurged', kind: 'policy' | 'namedLocation') => (gone: Gone) =>
      record(tx, { activity, at, outcome: 'success', actor: { kind: 'system' }, origin, target: { kind, ...gone } })
    for (const gone of policies) await tell('policyPurged', 'policy')(gone)
    for (const gone of locations) await tell('locationPurged', 'namedLocation')(gone)
    return policies.length + locations.length
  })
}

type Gone = { readonly id: string; readonly name: string }
