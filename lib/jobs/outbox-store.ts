import 'server-only'
import { limits } from '@/lib/limits'
import { type Channel, channels, type Lane } from '@/lib/notifications/model'
import { db } from '@/lib/platform/db'

/** A message that this worker, and no other, may hand over until its lease ends. */
export type Leased = {
  readonly id: string
  readonly channel: Channel
  readonly lane: Lane
  readonly userId: string | null
  readonly payloadSealed: string
  /** This attempt included; also the fence: a worker whose lease was taken over no longer writes. */
  readonly attempts: number
  readonly createdAt: Date
  readonly notAfter: Date
}

/**
 * Leases up to `count` messages that are due, oldest first. The attempt is counted here, before any hand-over begins:
 * a code that was leased once and never given back is not offered again, so it cannot be sent twice. A notice is,
 * when its lease has ended.
 *
 * @see REL-035, REL-036
 */
export async function leaseMessages(
  lane: Lane,
  open: readonly Channel[],
  count: number,
  at: Date,
): Promise<readonly Leased[]> {
  const instant = at.toISOString()
  const rows = await db().$queryRaw<Row[]>`
    UPDATE outbox_message SET attempts = attempts + 1,
      leased_until = ${instant}::timestamptz + make_interval(secs => ${limits.outbox.leaseSeconds}::int)
    WHERE id IN (
      SELECT id FROM outbox_message
      WHERE state = 'pending' AND lane = ${lane} AND channel = ANY(${[...open]}::text[])
        AND next_attempt_at <= ${instant}::timestamptz AND not_after > ${instant}::timestamptz
        AND (leased_until IS NULL OR (lane = 'notification' AND leased_until <= ${instant}::timestamptz))
      ORDER BY next_attempt_at LIMIT ${count} FOR UPDATE SKIP LOCKED)
    RETURNING id, channel, lane, user_id, payload_sealed, attempts, created_at, not_after`
  return rows.map((row) => ({
    id: row.id,
    channel: channels.find((channel) => channel === row.channel) ?? 'mail',
    lane,
    userId: row.user_id,
    payloadSealed: row.payload_sealed,
    attempts: row.attempts,
    createdAt: row.created_at,
    notAfter: row.not_after,
  }))
}

type Row = {
  id: string
  channel: string
  user_id: string | null
  payload_sealed: string
  attempts: number
  created_at: Date
  not_after: Date
}

/** Who took a message, or was asked last. */
export type Taken = {
  readonly provider?: string | undefined
  readonly providerMessageId?: string | null | undefined
  /** What another provider said before. */
  readonly note?: string | null | undefined
}

/** Handed over. What it said is forgotten at once; who took it is kept, for receipts. */
export async function markSent({ id, attempts }: Leased, at: Date, taken: Taken = {}): Promise<void> {
  await db().$executeRaw`
    UPDATE outbox_message SET state = 'sent', ended_at = ${at.toISOString()}::timestamptz, leased_until = NULL,
      last_error = ${taken.note ?? null}, payload_sealed = '', provider = ${taken.provider ?? null},
      provider_message_id = ${taken.providerMessageId ?? null}
    WHERE id = ${id}::uuid AND state = 'pending' AND attempts = ${attempts}`
}

/** Given back: may be leased again from `nextAttemptAt` on. */
export async function giveBack(
  { id, attempts }: Leased,
  nextAttemptAt: Date,
  reason: string,
  provider?: string,
): Promise<void> {
  await db().$executeRaw`
    UPDATE outbox_message SET leased_until = NULL, next_attempt_at = ${nextAttemptAt.toISOString()}::timestamptz,
      last_error = ${reason}, provider = ${provider ?? null}
    WHERE id = ${id}::uuid AND state = 'pending' AND attempts = ${attempts}`
}

/** Ended without success. A code is forgotten; a notice keeps what it says, so that an administrator can retry it. */
export async function bury({ id, attempts }: Leased, at: Date, reason: string, provider?: string): Promise<void> {
  await db().$executeRaw`
    UPDATE outbox_message SET state = 'dead', ended_at = ${at.toISOString()}::timestamptz, leased_until = NULL,
      last_error = ${reason}, provider = ${provider ?? null}, payload_sealed = CASE lane WHEN 'code' THEN '' ELSE payload_sealed END
    WHERE id = ${id}::uuid AND state = 'pending' AND attempts = ${attempts}`
}

/**
 * Ends what nobody will send any more: messages past their end, and codes whose worker vanished with the lease.
 * Answers how many.
 */
export async function sweepOutbox(at: Date): Promise<number> {
  const instant = at.toISOString()
  return db().$executeRaw`
    UPDATE outbox_message SET state = 'dead', ended_at = ${instant}::timestamptz, leased_until = NULL,
      last_error = CASE WHEN leased_until IS NOT NULL THEN 'outcome_unknown' ELSE coalesce(last_error, 'expired') END,
      payload_sealed = CASE lane WHEN 'code' THEN '' ELSE payload_sealed END
    WHERE id IN (
      SELECT id FROM outbox_message
      WHERE state = 'pending' AND (leased_until IS NULL OR leased_until <= ${instant}::timestamptz)
        AND (not_after <= ${instant}::timestamptz OR (lane = 'code' AND leased_until IS NOT NULL))
      LIMIT 1000 FOR UPDATE SKIP LOCKED)`
}
