import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { limits } from '@/lib/limits'
import { transaction } from '@/lib/platform/db'
import { dropped, switchedOff } from './model'
import { wakeOutbox } from './wake'

type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin; readonly at: Date }

/**
 * Sends a notice that was given up once more, for another day. Answers whether there was one: a code is never sent
 * again, and what a message said is gone when it was sent or purged.
 *
 * @see REL-040
 */
export async function retryNotice({ actor, origin, at }: Asking, messageId: string): Promise<boolean> {
  const instant = at.toISOString()
  const isAgain = await transaction(async (tx) => {
    const count = await tx.$executeRaw`
      UPDATE outbox_message SET state = 'pending', ended_at = NULL, leased_until = NULL,
        next_attempt_at = ${instant}::timestamptz,
        not_after = ${instant}::timestamptz + make_interval(secs => ${limits.outbox.notificationLifetimeSeconds}::int)
      WHERE id = ${messageId}::uuid AND state = 'dead' AND lane = 'notification' AND payload_sealed <> ''
        AND last_error IS DISTINCT FROM ${switchedOff}`
    if (count === 0) return false
    await record(tx, {
      activity: 'messageRetried',
      at,
      outcome: 'success',
      actor,
      origin,
      target: { kind: 'message', id: messageId },
    })
    return true
  })
  if (isAgain) wakeOutbox()
  return isAgain
}

/**
 * Ends a notice that nobody should get any more, and forgets what it said. Answers whether there was one: what a worker is
 * handing over at this moment may have left already, so it is not touched; a code ends by itself within minutes.
 */
export async function dropNotice({ actor, origin, at }: Asking, messageId: string): Promise<boolean> {
  const instant = at.toISOString()
  return transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ template: string; state: string }[]>`
      UPDATE outbox_message message SET state = 'dead', ended_at = ${instant}::timestamptz, leased_until = NULL,
        last_error = ${dropped}, payload_sealed = ''
      FROM (SELECT id, state FROM outbox_message WHERE id = ${messageId}::uuid FOR UPDATE) before
      WHERE message.id = before.id AND message.lane = 'notification' AND message.payload_sealed <> ''
        AND (message.state = 'dead' OR (message.state = 'pending'
          AND (message.leased_until IS NULL OR message.leased_until <= ${instant}::timestamptz)))
      RETURNING message.template, before.state`
    const [row] = rows
    if (row === undefined) return false
    await record(tx, {
      activity: 'messageDropped',
      at,
      outcome: 'success',
      actor,
      origin,
      target: { kind: 'message', id: messageId },
      before: { template: row.template, state: row.state },
      after: { state: 'dropped' },
    })
    return true
  })
}
