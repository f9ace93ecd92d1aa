import type { Channel, Lane } from '@/lib/notifications/model'

/** A message as administrators see it: never what it says, never a whole number or address. */
export type MessageRow = {
  readonly id: string
  readonly createdAt: Date
  readonly channel: Channel
  readonly lane: Lane
  readonly toMasked: string
  readonly state: MessageState
  readonly attempts: number
  readonly provider: string | null
  /** The server's or provider's word. */
  readonly error: string | null
  /** A notice that was given up and still holds what it says. */
  readonly mayRetry: boolean
}

export const messageStates = ['waiting', 'delayed', 'handedOver', 'delivered', 'notDelivered', 'givenUp'] as const
export type MessageState = (typeof messageStates)[number]

/** What became of a message, in one word. A receipt says more than the hand-over. */
export function messageStateOf(row: {
  readonly state: string
  readonly lastError: string | null
  readonly receiptState: string | null
}): MessageState {
  if (row.receiptState !== null) return row.receiptState === 'delivered' ? 'delivered' : 'notDelivered'
  if (row.state === 'sent') return 'handedOver'
  if (row.state === 'dead') return 'givenUp'
  return row.lastError === null ? 'waiting' : 'delayed'
}
