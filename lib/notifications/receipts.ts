import 'server-only'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import type { SmsReceipt } from '@/lib/platform/sms'

/** A receipt may be quicker than the note of who took the message. */
const secondLooksMilliseconds = [300, 1500]

/**
 * Notes what a provider tells of a message that it took. The first final word stands; a word about a message that is not
 * ours, or is no longer kept, changes nothing. Throws only when the database does.
 */
export async function takeReceipt(receipt: SmsReceipt): Promise<void> {
  // Our own id is known as long as the message is kept; only the provider's may come before we have noted it.
  for (const wait of receipt.messageId ? [] : secondLooksMilliseconds) {
    if (await noteReceipt(receipt)) return
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  if (!(await noteReceipt(receipt))) log.info('sms.receipt_unmatched', { kind: receipt.provider })
}

/** Whether the receipt belongs to a message that is kept. */
async function noteReceipt(receipt: SmsReceipt): Promise<boolean> {
  const { provider, messageId = null, providerMessageId = null, state, reason } = receipt
  const at = now().toISOString()
  const rows = await db().$queryRaw<{ id: string }[]>`
    UPDATE outbox_message SET
      receipt_state = coalesce(receipt_state, ${state}),
      receipt_reason = CASE WHEN receipt_state IS NULL THEN ${reason?.slice(0, 64) ?? null} ELSE receipt_reason END,
      receipt_at = coalesce(receipt_at, ${at}::timestamptz)
    WHERE channel = 'sms' AND attempts > 0 AND (
      (${messageId}::uuid IS NOT NULL AND id = ${messageId}::uuid)
      OR (${messageId}::uuid IS NULL AND provider = ${provider}
        AND provider_message_id = ${providerMessageId}))
    RETURNING id`
  const [row] = rows
  if (row && state === 'failed') {
    log.warn('sms.not_delivered', { messageId: row.id, kind: provider, code: reason ?? 'failed' })
  }
  return row !== undefined
}
