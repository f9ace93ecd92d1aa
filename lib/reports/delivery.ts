import { type Channel, dropped, type Lane, switchedOff, type Template } from '@/lib/notifications/model'

/** A message as administrators see it: never what it says, never a whole number or address. */
export type MessageRow = {
  readonly id: string
  readonly createdAt: Date
  readonly channel: Channel
  readonly lane: Lane
  /** What it is about; null for a message of another version of the program. */
  readonly template: Template | null
  readonly toMasked: string
  readonly state: MessageState
  readonly attempts: number
  /** When it is tried next, while it still is. */
  readonly nextAttemptAt: Date | null
  readonly provider: string | null
  /** The server's or provider's word. */
  readonly error: string | null
  /** A notice that was given up and still holds what it says. */
  readonly mayRetry: boolean
  /** A notice that nobody is handing over at this moment and that still holds what it says. */
  readonly mayDrop: boolean
}

export const messageStates = [
  'waiting',
  'delayed',
  'handedOver',
  'delivered',
  'notDelivered',
  'givenUp',
  'dropped',
  'switchedOff',
] as const
export type MessageState = (typeof messageStates)[number]

/** What became of a message, in one word. A receipt says more than the hand-over. */
export function messageStateOf(row: {
  readonly state: string
  readonly lastError: string | null
  readonly receiptState: string | null
}): MessageState {
  if (row.receiptState !== null) return row.receiptState === 'delivered' ? 'delivered' : 'notDelivered'
  if (row.state === 'sent') return 'handedOver'
  if (row.state === 'dead' && row.lastError === dropped) return 'dropped'
  if (row.state === 'dead' && row.lastError === switchedOff) return 'switchedOff'
  if (row.state === 'dead') return 'givenUp'
  return row.lastError === null ? 'waiting' : 'delayed'
}

export const errorKinds = [
  'unreachable',
  'slow',
  'notTrusted',
  'refusedLogin',
  'refusedRecipient',
  'refusedForNow',
  'expired',
  'unknownOutcome',
  'notConfigured',
  'unreadable',
  'other',
] as const
export type ErrorKind = (typeof errorKinds)[number]

/** What the word of a server, a provider or of our own means. One that is not known here is `other`, and is shown itself. */
export function errorKindOf(error: string): ErrorKind {
  switch (error) {
    case 'expired':
      return 'expired'
    case 'outcome_unknown':
      return 'unknownOutcome'
    case 'not_configured':
      return 'notConfigured'
    case 'unreadable':
    case 'settings_unread':
      return 'unreadable'
    case 'address_refused':
      return 'refusedRecipient'
    case 'econnection':
    case 'econnrefused':
    case 'edns':
    case 'esocket':
    case 'refused':
      return 'unreachable'
    case 'etimedout':
    case 'timeout':
      return 'slow'
    case 'etls':
      return 'notTrusted'
    case 'eauth':
      return 'refusedLogin'
    default:
      return smtpKind(/^smtp_(\d)(\d\d)$/.exec(error))
  }
}

/** RFC 5321 §4.2: 4yz may go well later, 5yz never will; 530 to 538 are about who we are. */
function smtpKind(answer: RegExpExecArray | null): ErrorKind {
  if (answer === null) return 'other'
  const [, first, rest = ''] = answer
  if (first === '5' && rest.startsWith('3')) return 'refusedLogin'
  return first === '4' ? 'refusedForNow' : 'refusedRecipient'
}
