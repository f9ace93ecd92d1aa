import { z } from 'zod'
import { limits } from '@/lib/limits'

/**
 * Login names: `name@domain`, at most 113 characters, 64 before and 48 after the `@`. Letters, digits and
 * `' . - _ ! # ^ ~` only, so no two names look alike in different alphabets; kept in lower case.
 *
 * @see `40` §7.1, SEC-301
 */
export const userPrincipalNameSchema = z
  .string()
  .max(1024)
  .transform(storedName)
  .pipe(
    z
      .string()
      .max(113)
      .regex(/^[a-z0-9'.\-_!#^~]{0,63}[a-z0-9'\-_!#^~]@[a-z0-9](?:[a-z0-9.-]{0,46}[a-z0-9])?$/),
  )

export const displayNameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim())
  .pipe(
    z
      .string()
      .min(1)
      .max(limits.displayNameLengthMax)
      .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]*$/u),
  )

/** The one form in which login names are stored and compared. */
export function storedName(userPrincipalName: string): string {
  return userPrincipalName.trim().toLowerCase()
}
