import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { limits } from '@/lib/limits'
import { transaction } from '@/lib/platform/db'
import { wakeOutbox } from './wake'

/**
 * Sends a notice that was given up once more, for another day. Answers whether there was one: a code is never sent
 * again, and what a message said is gone when it was sent or purged.
 *
 * @see REL-040
 */
export async function retryNotice(
  asking: { readonly actor: AuditActor; readonly origin: AuditOrigin; readonly at: Date },
  messageId: string,
): Promise<boolean> {
  const { actor, origin, at } = asking
  const instant = at.toISOString()
  const isAgain = await transaction(async (tx) => {
    const count = await tx.$executeRaw`
      UPDATE outbox_message SET state = 'pending', ended_at = NULL, leased_until = NULL,
        next_attempt_at = ${instant}::timestamptz,
        not_after = ${instant}::timestamptz + make_interval(secs => ${limits.outbox.notificationLifetimeSeconds}::int)
      WHERE id = ${messageId}::uuid AND state = 'dead' AND lane = 'notification' AND payload_sealed <> ''`
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
