import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { limits } from '@/lib/limits'
import { type Tx, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { keyedHash } from '@/lib/platform/hash'
import { log } from '@/lib/platform/log'
import { randomUUID } from '@/lib/platform/random'
import type { SendBrake } from './model'
import { isExempt, prefixOf, stopsAll, stopsPrefix } from './pumping-brake'

/** The range of the brake that stops every number. */
const all = ''

/**
 * Notes that a text message is asked for, unless a brake stops it or its number makes one go on; answers whether it may
 * leave. Call it in the transaction that queues the message and holds the installation's budget: that budget's row lets one
 * send after the other through, so no two count past each other.
 *
 * @see SEC-066
 */
export async function passBrakes(tx: Tx, number: string, at: Date): Promise<boolean> {
  if (isExempt(number, env().SMS_BRAKE_EXEMPT)) return true
  const prefix = prefixOf(number)
  const isStopped = await tx.$executeRaw`
    UPDATE send_brake SET stopped = stopped + 1 WHERE range IN (${all}, ${prefix}) AND released_at IS NULL`
  if (isStopped > 0) return false
  const seen = await lookBack(tx, number, prefix, at)
  const near = { numbers: seen.numbers, confirmed: seen.numbers_confirmed }
  const last = { sends: seen.sends, confirmed: seen.sends_confirmed }
  if (stopsPrefix(near)) return engage(tx, prefix, { seen: near.numbers, confirmed: near.confirmed }, at)
  if (stopsAll(last)) return engage(tx, all, { seen: last.sends, confirmed: last.confirmed }, at)
  await tx.$executeRaw`
    INSERT INTO sms_send (id, prefix, number_hash, sent_at)
    VALUES (${randomUUID()}::uuid, ${prefix}, ${hashOf(number)}, ${at.toISOString()}::timestamptz)`
  return true
}

type Seen = { numbers: number; numbers_confirmed: number; sends: number; sends_confirmed: number }

/** What happened in the window and lately; a brake that was released begins anew from there. */
async function lookBack(tx: Tx, number: string, prefix: string, at: Date): Promise<Seen> {
  const { windowSeconds, recentSends } = limits.pumping
  const instant = at.toISOString()
  const [seen] = await tx.$queryRaw<Seen[]>`
    WITH released AS (
      SELECT max(released_at) FILTER (WHERE range = ${prefix}) AS prefix_at,
        max(released_at) FILTER (WHERE range = ${all}) AS all_at
      FROM send_brake WHERE range IN (${all}, ${prefix})),
    near AS (
      SELECT number_hash, bool_or(confirmed_at IS NOT NULL) AS is_confirmed FROM sms_send, released
      WHERE prefix = ${prefix}
        AND sent_at > ${instant}::timestamptz - make_interval(secs => ${windowSeconds}::int)
        AND sent_at > coalesce(prefix_at, '-infinity')
      GROUP BY number_hash),
    lately AS (
      SELECT confirmed_at FROM sms_send, released
      WHERE sent_at > coalesce(all_at, '-infinity') ORDER BY sent_at DESC LIMIT ${recentSends}::int)
    SELECT
      (SELECT count(*) FROM near)::int
        + CASE WHEN EXISTS (SELECT FROM near WHERE number_hash = ${hashOf(number)}) THEN 0 ELSE 1 END AS numbers,
      (SELECT count(*) FILTER (WHERE is_confirmed) FROM near)::int AS numbers_confirmed,
      (SELECT count(*) FROM lately)::int AS sends,
      (SELECT count(confirmed_at) FROM lately)::int AS sends_confirmed`
  if (seen === undefined) throw new Error('the sends of a prefix were not counted')
  return seen
}

/** Puts a brake on, in the transaction of the message that it stops first, and says so where operators look. */
async function engage(
  tx: Tx,
  range: string,
  { seen, confirmed }: { readonly seen: number; readonly confirmed: number },
  at: Date,
): Promise<false> {
  const instant = at.toISOString()
  await tx.$executeRaw`
    INSERT INTO send_brake (range, engaged_at, seen, confirmed, stopped)
    VALUES (${range}, ${instant}::timestamptz, ${seen}, ${confirmed}, 1)
    ON CONFLICT (range) DO UPDATE SET engaged_at = excluded.engaged_at, seen = excluded.seen,
      confirmed = excluded.confirmed, stopped = 1, alerted_at = NULL, released_at = NULL, released_by = NULL
    WHERE send_brake.released_at IS NOT NULL`
  await record(tx, {
    activity: 'sendBrakeEngaged',
    at,
    outcome: 'success',
    reason: range === all ? 'mostly_unconfirmed' : 'unconfirmed_prefix',
    actor: { kind: 'system' },
    origin: nowhere(),
    target: targetOf(range),
    after: { seen, confirmed },
  })
  log.error('sms.brake_engaged', { kind: range === all ? 'all' : range, count: seen })
  return false
}

/** Somebody typed a code that went to this number: what was sent there lately counts as confirmed. */
export async function confirmSends(tx: Tx, number: string, at: Date): Promise<void> {
  const instant = at.toISOString()
  await tx.$executeRaw`
    UPDATE sms_send SET confirmed_at = ${instant}::timestamptz
    WHERE number_hash = ${hashOf(number)} AND confirmed_at IS NULL
      AND sent_at > ${instant}::timestamptz - make_interval(secs => ${limits.pumping.windowSeconds}::int)`
}

/** The brakes that are on, the widest first. */
export async function brakesOn(tx: Tx): Promise<readonly SendBrake[]> {
  const rows = await tx.sendBrake.findMany({ where: { releasedAt: null }, orderBy: { range: 'asc' } })
  return rows.map(({ range, engagedAt, seen, confirmed, stopped }) => ({ range, engagedAt, seen, confirmed, stopped }))
}

/** The ranges whose brake went on and that nobody was told of, each answered to one caller. */
export async function takeUntold(tx: Tx, at: Date): Promise<readonly { readonly range: string; readonly at: Date }[]> {
  const rows = await tx.$queryRaw<{ range: string; engaged_at: Date }[]>`
    UPDATE send_brake SET alerted_at = ${at.toISOString()}::timestamptz
    WHERE alerted_at IS NULL AND released_at IS NULL RETURNING range, engaged_at`
  return rows.map(({ range, engaged_at }) => ({ range, at: engaged_at }))
}

/** Takes a brake off; counting begins anew. One that is off already stays so, and nothing is recorded. */
export async function releaseBrake(
  asking: { readonly actor: AuditActor; readonly origin: AuditOrigin; readonly at: Date },
  range: string,
): Promise<void> {
  const { actor, origin, at } = asking
  const by = 'id' in actor ? actor.id : null
  await transaction(async (tx) => {
    const released = await tx.$queryRaw<{ stopped: number }[]>`
      UPDATE send_brake SET released_at = greatest(${at.toISOString()}::timestamptz, engaged_at), released_by = ${by}::uuid
      WHERE range = ${range} AND released_at IS NULL RETURNING stopped`
    if (released[0] === undefined) return
    await record(tx, {
      activity: 'sendBrakeReleased',
      at,
      outcome: 'success',
      actor,
      origin,
      target: targetOf(range),
      before: { stopped: released[0].stopped },
    })
  })
}

/** A range is shown as operators write it, with the plus and with what is left out. */
function targetOf(range: string): { kind: 'sendBrake'; id: string; name: string } {
  return { kind: 'sendBrake', id: range === all ? 'all' : range, name: nameOfRange(range) }
}

export function nameOfRange(range: string): string {
  return range === all ? 'all numbers' : `+${range}…`
}

function hashOf(number: string): Uint8Array<ArrayBuffer> {
  return keyedHash('CODE_KEY', 'sms send', number)
}

function nowhere(): AuditOrigin {
  return { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null }
}
