import 'server-only'
import type { MailLocale } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { type Tx, writeLater } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import { Prisma } from '@/prisma/client/client'
import { maskEmail, maskPhone } from './mask'
import type {
  Channel,
  CodeValues,
  DeliveryState,
  KeyCallValues,
  Lane,
  MailTemplate,
  Template,
  TemplateValues,
} from './model'
import { isPlainAddress } from './recipients'

export { wakeOutbox } from './wake'

/**
 * Writes a mail into the outbox, in the transaction of the change it belongs to, and answers its id. It is handed
 * over after the commit, within a second (`wakeOutbox()`: at once, for whoever waits), never after `notAfter`: a code's own end,
 * and for a notice a day.
 *
 * Throws when `to` is not one plain address: whoever calls has checked what was typed.
 *
 * @see REL-030, SEC-073, SEC-241
 */
export async function queueMail<Name extends MailTemplate>(
  tx: Tx,
  message: {
    readonly userId: string | null
    readonly to: string
    readonly template: Name
    readonly values: TemplateValues[Name]
    readonly lane: Lane
    readonly notAfter?: Date
    /** The language of a test; a test says that it is one. */
    readonly test?: MailLocale
  },
): Promise<string> {
  if (!isPlainAddress(message.to)) throw new Error('a mail is addressed to something that is not one address')
  return insert(tx, { ...message, channel: 'mail', toMasked: maskEmail(message.to) })
}

/** Writes the text message of a code into the outbox; `to` is E.164. As `queueMail` in everything else. */
export async function queueSms(
  tx: Tx,
  message: {
    readonly userId: string | null
    readonly to: string
    readonly values: CodeValues
    readonly notAfter?: Date
  },
): Promise<string> {
  if (!/^\+[1-9]\d{4,14}$/.test(message.to)) throw new Error('a text message is addressed to something not E.164')
  const { userId, to, values, notAfter } = message
  const toMasked = maskPhone(to)
  return insert(tx, {
    userId,
    to,
    values,
    notAfter,
    template: 'verificationCode',
    lane: 'code',
    channel: 'sms',
    toMasked,
  })
}

/**
 * Writes a call into the outbox: it speaks a code, or asks for a key. `to` is E.164, with `x` and the extension where there
 * is one. As `queueSms` in everything else.
 */
export async function queueCall(
  tx: Tx,
  message: {
    readonly userId: string | null
    readonly to: string
    readonly values: CodeValues | KeyCallValues
    readonly notAfter?: Date
  },
): Promise<string> {
  if (!/^\+[1-9]\d{4,14}(x\d{1,10})?$/.test(message.to)) throw new Error('a call goes to something not E.164')
  const template = 'code' in message.values ? 'verificationCode' : 'keyCall'
  const toMasked = maskPhone(message.to.split('x')[0] ?? '')
  return insert(tx, { ...message, template, lane: 'code', channel: 'voice', toMasked })
}

/**
 * How far a message has come, for the page that waits for its code. Messages that were purged or never existed count
 * as failed.
 *
 * @see REL-032
 */
export async function deliveryState(tx: Tx, messageId: string, at: Date = now()): Promise<DeliveryState> {
  const row = await tx.outboxMessage.findUnique({
    where: { id: messageId },
    select: { state: true, createdAt: true, notAfter: true, lastError: true, receiptState: true },
  })
  return row === null ? 'failed' : deliveryStateOf(row, at)
}

export function deliveryStateOf(
  row: {
    readonly state: string
    readonly createdAt: Date
    readonly notAfter: Date
    readonly lastError: string | null
    readonly receiptState: string | null
  },
  at: Date,
): DeliveryState {
  // What the provider tells later says more than that it took the message, or that nobody knows whether it did.
  if (row.receiptState !== null) return row.receiptState === 'delivered' ? 'sent' : 'failed'
  if (row.state === 'sent') return 'sent'
  if (row.state === 'dead' || row.notAfter <= at) return 'failed'
  const isLate = at.getTime() - row.createdAt.getTime() >= limits.outbox.slowAfterSeconds * 1000
  return isLate || row.lastError !== null ? 'slow' : 'underway'
}

export type Payload = {
  readonly to: string
  readonly template: Template
  readonly values: TemplateValues[Template]
  /** An administrator sent it to themselves, in this language. */
  readonly test?: MailLocale | undefined
}

/** Opens what a row holds. Throws when it was changed or moved to another row. */
export function openPayload(row: {
  readonly id: string
  readonly userId: string | null
  readonly payloadSealed: string
}): Payload {
  const payload: Payload = JSON.parse(unseal(row.payloadSealed, placeOf(row.id, row.userId)))
  return payload
}

async function insert(
  tx: Tx,
  message: Payload & {
    readonly userId: string | null
    readonly lane: Lane
    readonly channel: Channel
    readonly toMasked: string
    readonly notAfter?: Date | undefined
  },
): Promise<string> {
  const id = randomUUID()
  const { to, template, values, test, userId, lane, channel, toMasked } = message
  const payloadSealed = seal(JSON.stringify({ to, template, values, test } satisfies Payload), placeOf(id, userId))
  const at = now()
  const lifetime = lane === 'code' ? limits.code.lifetimeSeconds : limits.outbox.notificationLifetimeSeconds
  const notAfter = (message.notAfter ?? secondsFrom(at, lifetime)).toISOString()
  // One plain statement: a registration pays for it, and nothing of the row is read back.
  const row = Prisma.sql`
    INSERT INTO outbox_message
      (id, channel, lane, payload_sealed, user_id, template, to_masked, created_at, next_attempt_at, not_after)
    VALUES (${id}::uuid, ${channel}, ${lane}, ${payloadSealed}, ${userId}::uuid, ${template}, ${toMasked},
      ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz, ${notAfter}::timestamptz)`
  await writeLater(tx, row)
  return id
}

function placeOf(id: string, userId: string | null) {
  return { table: 'outbox_message', column: 'payload_sealed', rowId: id, ownerId: userId ?? '' }
}
