import 'server-only'
import { env } from '../env'
import type { SmsProviderName } from '../env-sms'
import { equalBytes, keyedHash } from '../hash'

/**
 * Where a provider that calls back tells what became of one message. Twilio signs its calls. A gateway has nothing to
 * sign with, so its address ends in a proof that only we can make: who knows it can tell of this one message, and of
 * no other.
 */
export function receiptUrl(provider: SmsProviderName, messageId: string): string {
  const path = `${env().PUBLIC_ORIGIN}/callbacks/${provider === 'twilio' ? 'twilio' : 'gateway'}/messages/${messageId}`
  return provider === 'twilio' ? path : `${path}/${proofOf(messageId)}`
}

export function isReceiptProof(messageId: string, proof: string): boolean {
  return equalBytes(Buffer.from(proof), Buffer.from(proofOf(messageId)))
}

function proofOf(messageId: string): string {
  return Buffer.from(keyedHash('CODE_KEY', 'sms receipt', messageId))
    .subarray(0, 24)
    .toString('base64url')
}
