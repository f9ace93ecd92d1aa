import 'server-only'
import { limits } from '@/lib/limits'
import { type Channel, channels, dropped, mailTemplates, switchedOff } from '@/lib/notifications/model'
import type { Tx } from '@/lib/platform/db'
import type { Prisma } from '@/prisma/client/client'
import { type MessageRow, type MessageState, messageStateOf } from './delivery'

/** The outbox, newest first, a page at a time; `before` is the id that the page before ended with. */
export async function findMessages(
  tx: Tx,
  filter: {
    readonly channel?: Channel | undefined
    readonly state?: MessageState | undefined
    readonly before?: string | undefined
    readonly at: Date
  },
): Promise<{ readonly messages: readonly MessageRow[]; readonly next: string | null }> {
  const size = limits.page.sizeDefault
  const rows = await tx.outboxMessage.findMany({
    where: {
      ...(filter.channel ? { channel: filter.channel } : {}),
      ...(filter.state ? whereState[filter.state] : {}),
    },
    select: {
      id: true,
      createdAt: true,
      channel: true,
      lane: true,
      template: true,
      toMasked: true,
      state: true,
      attempts: true,
      nextAttemptAt: true,
      leasedUntil: true,
      provider: true,
      lastError: true,
      receiptState: true,
      receiptReason: true,
      payloadSealed: true,
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: size + 1,
    ...(filter.before ? { cursor: { id: filter.before }, skip: 1 } : {}),
  })
  const messages = rows.slice(0, size).map(
    (row): MessageRow => ({
      id: row.id,
      createdAt: row.createdAt,
      channel: channels.find((channel) => channel === row.channel) ?? 'mail',
      lane: row.lane === 'code' ? 'code' : 'notification',
      template:
        row.template === 'keyCall' ? 'keyCall' : (mailTemplates.find((known) => known === row.template) ?? null),
      toMasked: row.toMasked,
      state: messageStateOf(row),
      attempts: row.attempts,
      provider: row.provider,
      nextAttemptAt: row.state === 'pending' ? row.nextAttemptAt : null,
      error: [dropped, switchedOff].some((word) => word === row.lastError)
        ? null
        : (row.receiptReason ?? row.lastError),
      mayRetry: holdsNotice(row) && row.state === 'dead' && row.lastError !== switchedOff,
      mayDrop: holdsNotice(row) && (row.leasedUntil === null || row.leasedUntil <= filter.at),
    }),
  )
  return { messages, next: rows.length > size ? (messages.at(-1)?.id ?? null) : null }
}

function holdsNotice(row: { readonly lane: string; readonly payloadSealed: string }): boolean {
  return row.lane === 'notification' && row.payloadSealed !== ''
}

const whereState: Readonly<Record<MessageState, Prisma.OutboxMessageWhereInput>> = {
  waiting: { state: 'pending', receiptState: null, lastError: null },
  delayed: { state: 'pending', receiptState: null, lastError: { not: null } },
  handedOver: { state: 'sent', receiptState: null },
  delivered: { receiptState: 'delivered' },
  notDelivered: { receiptState: 'failed' },
  givenUp: {
    state: 'dead',
    receiptState: null,
    OR: [{ lastError: null }, { lastError: { notIn: [dropped, switchedOff] } }],
  },
  dropped: { state: 'dead', receiptState: null, lastError: dropped },
  switchedOff: { state: 'dead', receiptState: null, lastError: switchedOff },
}

export type ProviderCount = {
  readonly provider: string
  readonly taken: number
  readonly delivered: number
  readonly notDelivered: number
  readonly refused: number
}

/** What each provider of text messages did, over the messages that are still kept. */
export async function countByProvider(tx: Tx): Promise<readonly ProviderCount[]> {
  return tx.$queryRaw<ProviderCount[]>`
    SELECT provider, count(*) FILTER (WHERE state = 'sent')::int AS taken,
      count(*) FILTER (WHERE receipt_state = 'delivered')::int AS delivered,
      count(*) FILTER (WHERE receipt_state = 'failed')::int AS "notDelivered",
      count(*) FILTER (WHERE state = 'dead')::int AS refused
    FROM outbox_message WHERE channel = 'sms' AND provider IS NOT NULL GROUP BY provider`
}
