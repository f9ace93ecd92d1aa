import type { SmsReceipt } from './provider'

/**
 * What a word or number of a gateway's receipt says for good: Twilio's `MessageStatus`, the states of SMPP by name, and
 * Kannel's numbers. Null: nothing that is final, or nothing that we know.
 */
const finalWords: Readonly<Record<string, SmsReceipt['state']>> = {
  delivered: 'delivered',
  delivrd: 'delivered',
  read: 'delivered',
  1: 'delivered',
  failed: 'failed',
  undelivered: 'failed',
  undeliv: 'failed',
  rejected: 'failed',
  rejectd: 'failed',
  expired: 'failed',
  deleted: 'failed',
  2: 'failed',
  16: 'failed',
}

export function stateOfWord(word: string): SmsReceipt['state'] | null {
  return Object.hasOwn(finalWords, word.toLowerCase()) ? (finalWords[word.toLowerCase()] ?? null) : null
}
