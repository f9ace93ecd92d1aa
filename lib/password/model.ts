/**
 * Passwords and passes as text that is hashed: what may be hashed at all, and how it is kept.
 *
 * This room keeps no rows and knows no people. Its invariant: what leaves it is one way. Rules on choosing a password
 * (length, banned words) never decide whether an existing one verifies.
 *
 * @see SEC-110 to SEC-117
 */
import { limits } from '@/lib/limits'

export type PasswordCode = 'service.busy'

/** Whether the text can be a secret at all: at most 256 code points, no U+0000, no unpaired surrogate. Checked before hashing. */
export function isHashable(text: string): boolean {
  // A code point takes one or two units, so over-long text is refused before it is walked.
  if (text.length === 0 || text.length > limits.password.lengthMax * 2) return false
  return !text.includes('\u0000') && !/\p{Surrogate}/u.test(text) && [...text].length <= limits.password.lengthMax
}
