import type { Proof } from '@/lib/authentication-methods/model'
import { limits } from '@/lib/limits'
import { isPassSession, lastMfaAt, lastOwnMfaAt } from '@/lib/sign-in/model'

/** `enhanced`: what was proven in this session stands in for the present password. `current`: that is asked for. */
export type WayToChange = 'enhanced' | 'current'

/**
 * Whether a second factor was given lately enough for asking a directory for a new password. Its present one is always asked
 * for, so a pass counts, and so does what was registered in this session. Who has no second factor to give has to have none.
 */
export function isFactorFresh(
  proofs: readonly Proof[],
  hasFactor: boolean,
  at: Date,
  moment: 'open' | 'store',
): boolean {
  const { securityInfoSeconds, securityInfoStoreSeconds } = limits.freshness
  const seconds = moment === 'open' ? securityInfoSeconds : securityInfoStoreSeconds
  const mfaAt = lastMfaAt(proofs)
  const age = mfaAt === null ? Number.POSITIVE_INFINITY : at.getTime() - mfaAt
  return !hasFactor || (age >= 0 && age <= seconds * 1000)
}

/**
 * How somebody who is signed in may change their password: without the present one after signing in with it and proving
 * a second factor of their own within ten minutes, else with it. A pass was made by somebody else, and a method that was
 * registered in this very session proves no more than the session did: neither stands in for the password.
 *
 * `store` allows two minutes more, for the time that filling in a form takes.
 *
 * @see `20` §9, SEC-095, SEC-115
 */
export function wayToChange(proofs: readonly Proof[], at: Date, moment: 'open' | 'store'): WayToChange {
  const { securityInfoSeconds, securityInfoStoreSeconds } = limits.freshness
  const seconds = moment === 'open' ? securityInfoSeconds : securityInfoStoreSeconds
  const hasPassword = proofs.some(({ mode }) => mode === 'password')
  const mfaAt = lastOwnMfaAt(proofs)
  const age = mfaAt === null ? Number.POSITIVE_INFINITY : at.getTime() - mfaAt
  return hasPassword && !isPassSession(proofs) && age >= 0 && age <= seconds * 1000 ? 'enhanced' : 'current'
}
