import 'server-only'
import { limits } from '@/lib/limits'
import { randomText } from '@/lib/platform/random'

/**
 * Recovery codes: a set of one-time codes that somebody keeps for the day on which every other method is lost.
 *
 * A code is a selector and a secret. The selector says which row a typed code belongs to, so that one try costs one
 * slow hash; it is kept in clear and helps nobody to guess the 80 bits behind it.
 *
 * @see SEC-100; NIST SP 800-63B-4 §3.1.2, §4.2.1.1
 */

/** Base32 of 32 symbols without look-alikes: I and L are read as 1, O as 0, and there is no U. */
export const recoveryAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const { count, selectorSymbols, secretSymbols } = limits.recoveryCodes
const groupSymbols = 4

export type RecoveryCode = { readonly selector: string; readonly secret: string }

/** A new set; no two of its selectors are the same. */
export function newRecoveryCodes(): RecoveryCode[] {
  const selectors = new Set<string>()
  while (selectors.size < count) selectors.add(randomText(recoveryAlphabet, selectorSymbols))
  return [...selectors].map((selector) => ({ selector, secret: randomText(recoveryAlphabet, secretSymbols) }))
}

/** As it is shown and kept: groups of four, joined by hyphens. */
export function recoveryCodeText({ selector, secret }: RecoveryCode): string {
  return `${selector}${secret}`.match(new RegExp(`.{${groupSymbols}}`, 'g'))?.join('-') ?? ''
}

/** A code as somebody may type it: any case, with or without spaces and hyphens, look-alikes read as meant. Null when it is none. */
export function readRecoveryCode(text: string): RecoveryCode | null {
  if (text.length > 128) return null
  const code = text.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  if (code.length !== selectorSymbols + secretSymbols) return null
  if (![...code].every((symbol) => recoveryAlphabet.includes(symbol))) return null
  return { selector: code.slice(0, selectorSymbols), secret: code.slice(selectorSymbols) }
}

/** Whether so few are left that the person is asked for a new set. */
export function shouldRenew(left: number): boolean {
  return left <= limits.recoveryCodes.renewAt
}
