import 'server-only'
import { limits } from '@/lib/limits'
import { equalBytes, keyedHash } from '@/lib/platform/hash'
import { randomDigits } from '@/lib/platform/random'
import { normaliseCode } from './code-text'

/**
 * Codes that are sent by SMS or email. They are drawn uniformly, kept only as a keyed hash bound to their ceremony, and a
 * hash of one ceremony never fits another. Lifetime and number of tries are the ceremony's (`limits.code`).
 *
 * @see SEC-060, SEC-061
 */
export function newCode(): string {
  return randomDigits(limits.code.digits)
}

/** HMAC-SHA-256 under the code key over challenge id and code. */
export function codeHash(challengeId: string, code: string): Uint8Array<ArrayBuffer> {
  return keyedHash('CODE_KEY', challengeId, code)
}

/** Whether what was typed is the code behind the hash; in a time that does not depend on how much of it is right. */
export function codeMatches(challengeId: string, typed: string, hash: Uint8Array): boolean {
  const code = normaliseCode(typed)
  return code !== null && equalBytes(codeHash(challengeId, code), hash)
}

/** Seconds until another code or call may be asked for in the same ceremony: longer each time. */
export function resendWaitSeconds(
  { sends, lastSentAt }: { readonly sends: number; readonly lastSentAt: Date | null },
  at: Date,
): number {
  if (!lastSentAt) return 0
  const waits = limits.code.resendWaitSeconds
  const wait = waits[Math.min(Math.max(sends, 1), waits.length) - 1] ?? waits[0]
  return Math.max(0, Math.ceil((lastSentAt.getTime() + wait * 1000 - at.getTime()) / 1000))
}
