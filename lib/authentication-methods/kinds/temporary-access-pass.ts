import 'server-only'
import { z } from 'zod'
import type { TemporaryAccessPassConfiguration } from '@/lib/authentication-methods/policy-model'
import { limits } from '@/lib/limits'
import { randomText } from '@/lib/platform/random'
import { fail, ok, type Result } from '@/lib/result'

/**
 * Temporary Access Passes: made by the server, shown once, hashed like a password (`lib/password/hashing`).
 *
 * @see `10` §7, SEC-090 to SEC-096; Graph temporaryAccessPassAuthenticationMethod
 */

/** 31 symbols of which no two look alike: 39.6 bits in the shortest pass of eight. */
export const passAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A new pass of `length` symbols; the policy's `defaultLength`. */
export function newPass(length: number): string {
  const { lengthMin, lengthMax } = limits.temporaryAccessPass
  if (!Number.isInteger(length) || length < lengthMin || length > lengthMax) {
    throw new Error(`a pass cannot have ${length} symbols`)
  }
  return randomText(passAlphabet, length)
}

/** A pass as typed in the form it was made in: without spaces and hyphens, lower case. Null when it cannot be a pass. */
export function normalisePass(text: string): string | null {
  if (text.length > limits.temporaryAccessPass.lengthMax * 2) return null
  const pass = text.replace(/[\s-]/g, '').toLowerCase()
  const { lengthMin, lengthMax } = limits.temporaryAccessPass
  return pass.length >= lengthMin && pass.length <= lengthMax && /^[a-z0-9]+$/.test(pass) ? pass : null
}

export type PassRow = {
  readonly startsAt: Date
  readonly expiresAt: Date
  readonly isUsableOnce: boolean
  readonly usedAt: Date | null
  readonly disabledAt: Date | null
  readonly wrongTries: number
}

/** Graph's `methodUsabilityReason` but for `disabledByFailures`: too many wrong tries. The person is told none of them, the log is. */
export type PassUsability =
  | 'usable'
  | 'notYetValid'
  | 'expired'
  | 'oneTimeUsed'
  | 'disabledByPolicy'
  | 'disabledByFailures'

/**
 * Whether the pass may be used now, and if not, why. `policyAllows` is `mayUse(…, 'temporaryAccessPass', 'signIn').allowed`;
 * `onlyOneTime` is the policy's `isUsableOnce`, under which a pass that may be used again is refused, too.
 */
export function passUsability(row: PassRow, policyAllows: boolean, now: Date, onlyOneTime = false): PassUsability {
  if (!policyAllows || (onlyOneTime && !row.isUsableOnce)) return 'disabledByPolicy'
  if (row.disabledAt !== null || row.wrongTries >= limits.temporaryAccessPass.wrongTriesKill)
    return 'disabledByFailures'
  if (row.isUsableOnce && row.usedAt !== null) return 'oneTimeUsed'
  if (now.getTime() < row.startsAt.getTime()) return 'notYetValid'
  return now.getTime() < row.expiresAt.getTime() ? 'usable' : 'expired'
}

/** What an administrator fills in; absent values are the policy's defaults. */
export const passRequestSchema = z.strictObject({
  /** Absent: at once. At most 30 days ahead. */
  startsAt: z.iso.datetime({ offset: true }).optional(),
  lifetimeInMinutes: z.number().int().optional(),
  isUsableOnce: z.boolean().optional(),
})
export type PassRequest = z.infer<typeof passRequestSchema>

export type PassTerms = {
  readonly startsAt: Date
  readonly expiresAt: Date
  readonly isUsableOnce: boolean
  readonly length: number
}

export type PassCode = 'form.invalid'

const startAheadMax = 30 * 86_400_000

/**
 * The terms of a new pass: within the policy, or `form.invalid` with the field. A start in the past is now. One-time may be
 * stricter than the policy, never laxer.
 */
export function passTerms(
  request: PassRequest,
  policy: TemporaryAccessPassConfiguration,
  now: Date,
): Result<PassTerms, PassCode> {
  const lifetime = request.lifetimeInMinutes ?? policy.defaultLifetimeInMinutes
  const { minimumLifetimeInMinutes: min, maximumLifetimeInMinutes: max } = policy
  if (lifetime < min || lifetime > max) {
    return fail('invalid', 'form.invalid', { field: 'lifetimeInMinutes', details: { min, max } })
  }
  const start = Math.max(now.getTime(), request.startsAt === undefined ? 0 : Date.parse(request.startsAt))
  if (start > now.getTime() + startAheadMax) return fail('invalid', 'form.invalid', { field: 'startsAt' })
  if (policy.isUsableOnce && request.isUsableOnce === false) {
    return fail('invalid', 'form.invalid', { field: 'isUsableOnce' })
  }
  return ok({
    startsAt: new Date(start),
    expiresAt: new Date(start + lifetime * 60_000),
    isUsableOnce: request.isUsableOnce ?? policy.isUsableOnce,
    length: policy.defaultLength,
  })
}
