import 'server-only'
import { signHead } from '@/lib/audit/head'
import { findWriteOutcomes } from '@/lib/password-change/directory-outcome'
import { findOutcomes } from '@/lib/password-reset/ask-directory'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import { alertOfBrakes } from './brake-alert'
import { measureClockOffset } from './clock-offset'
import { countImpact } from './count-impact'
import { startDirectoryFiles } from './directory-files'
import { startDirectorySync } from './directory-sync'
import { startOutboxSender } from './outbox-sender'
import { startPolicyTrials } from './policy-trials'
import { purgeExpired, purgeSoftDeleted } from './purge'
import { refreshMetadata } from './refresh-metadata'
import { type Job, repeat } from './repeat'
import { startTokenImport } from './token-import'

const minute = 60
const hour = 3600
const day = 86_400

const key = Symbol.for('twofold.jobs')
const shared = globalThis as { [key]?: readonly Job[] | undefined }

/**
 * Starts what runs beside the requests, once a process: sending the outbox, purging, measuring the clock, signing the
 * audit head, refreshing the list of authenticator models, importing hardware tokens, people and groups, trying policies
 * and counting their impact, telling of brakes, synchronising directories and finding out what they took. Safe to call
 * again. None of it keeps the process alive, and no failure of one stops it or another.
 */
export function startJobs(): void {
  shared[key] ??= [
    repeat('clock.measure', minute, async () => {
      await measureClockOffset()
    }),
    startOutboxSender(),
    repeat('purge', 5 * minute, async () => {
      await purgeExpired()
    }),
    repeat('purge.soft_deleted', 6 * hour, async () => {
      await purgeSoftDeleted()
    }),
    repeat('audit.sign_head', hour, signHeadDaily),
    repeat('fido_metadata.refresh', hour, refreshMetadata),
    startTokenImport(),
    startDirectoryFiles(),
    startPolicyTrials(),
    repeat('brake.alert', minute / 2, alertOfBrakes),
    repeat('policy_impact.count', minute, countImpact),
    startDirectorySync(),
    repeat('password_reset.find_out', minute / 6, async () => {
      await findOutcomes()
    }),
    repeat('password_change.find_out', minute / 6, async () => {
      await findWriteOutcomes()
    }),
  ]
}

/**
 * Stops them: no new work begins, what has begun ends (a hand-over takes at most 20 s a provider), and the audit head is signed a
 * last time. Never throws.
 *
 * @see REL-080
 */
export async function stopJobs(): Promise<void> {
  const jobs = shared[key]
  if (jobs === undefined) return
  shared[key] = undefined
  await Promise.allSettled(jobs.map((job) => job.stop()))
  try {
    await signHead(env().AUDIT_HEAD_FILE)
  } catch (error) {
    log.error('audit.head_not_signed', { error })
  }
}

/** Asked every hour by every instance, done once a day by one: a failure leaves the day's turn open for the next. */
async function signHeadDaily(): Promise<void> {
  await transaction(async (tx) => {
    const turn = await consume(tx, throttleKey('auditHead'), { max: 1, windowSeconds: day }, now())
    if (turn.allowed) await signHead(env().AUDIT_HEAD_FILE)
  })
}
