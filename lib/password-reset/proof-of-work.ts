import { limits } from '@/lib/limits'

/**
 * A price for asking in somebody's name that no person notices: their browser finds a number whose SHA-256, with our text,
 * begins with enough zero bits. Nothing is shown, heard, typed or remembered (WCAG 2.2, 3.3.8). Pure; hashing, the clock
 * and the store of used texts are the caller's.
 *
 * @see SEC-322, `40` §5; Back, Hashcash (2002)
 */
export type Work = { readonly bits: number; readonly expiresAt: Date; readonly nonce: string }

/** How many bits to ask for: one more with each doubling of what the installation or this address asks. */
export function bitsFor(asked: { readonly perMinute: number; readonly perAddressAndHour: number }): number {
  const { bitsMin, bitsMax, quietPerMinute } = limits.proofOfWork
  const quietPerHour = limits.passwordReset.identificationsPerAddressPerHour / 4
  const more = Math.max(doublings(asked.perMinute, quietPerMinute), doublings(asked.perAddressAndHour, quietPerHour))
  return Math.min(bitsMax, bitsMin + more)
}

function doublings(count: number, quiet: number): number {
  return count <= quiet ? 0 : Math.ceil(Math.log2(count / quiet))
}

/** The text that is worked on and comes back; its seal is put behind it by the caller. */
export function workText({ bits, expiresAt, nonce }: Work): string {
  return `1.${bits}.${expiresAt.getTime()}.${nonce}`
}

export function readWork(text: string): Work | null {
  const [version, bits, expires, nonce, ...rest] = text.split('.')
  if (version !== '1' || rest.length > 0 || !/^\d{1,2}$/.test(bits ?? '') || !/^\d{13}$/.test(expires ?? ''))
    return null
  if (!/^[A-Za-z0-9_-]{22}$/.test(nonce ?? '')) return null
  return { bits: Number(bits), expiresAt: new Date(Number(expires)), nonce: nonce ?? '' }
}

/** What is hashed for an answer. */
export function workInput(text: string, answer: string): string {
  return `${text}:${answer}`
}

/** An answer is a whole number, as browsers count. */
export function isWorkAnswer(answer: string): boolean {
  return /^\d{1,15}$/.test(answer)
}

/** Whether the hash begins with so many zero bits. */
export function hasZeroBits(hash: Uint8Array, bits: number): boolean {
  const whole = Math.floor(bits / 8)
  for (let place = 0; place < whole; place++) if (hash[place] !== 0) return false
  const rest = bits % 8
  return rest === 0 || (hash[whole] ?? 255) >> (8 - rest) === 0
}
