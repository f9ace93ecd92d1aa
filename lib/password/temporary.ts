import 'server-only'
import { limits } from '@/lib/limits'
import { randomText } from '@/lib/platform/random'
import { checkPassword } from './check'
import type { PasswordAbout, PasswordRules } from './model'

/** No two look alike, so that it can be read out by telephone. */
const letters = 'abcdefghjkmnpqrstuvwxyz'
const digits = '23456789'
const group = 4

/**
 * A password made by the server, good for one thing: setting a new one. Groups of four with hyphens, 78 bits. It passes
 * the rules it will be replaced under, whichever profile holds.
 *
 * @see SEC-119
 */
export function newTemporaryPassword(rules: PasswordRules, about: PasswordAbout): string {
  for (let tries = 0; tries < 100; tries++) {
    const length = Math.max(limits.password.temporarySymbols, rules.lengthMin)
    const symbols = randomText(letters + digits, Math.ceil(length / group) * group)
    const password = (symbols.match(new RegExp(`.{${group}}`, 'g')) ?? []).join('-')
    if (checkPassword(password, rules, about).length === 0) return password
  }
  throw new Error('no temporary password passes the rules')
}
