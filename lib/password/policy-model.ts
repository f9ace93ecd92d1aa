import { z } from 'zod'
import { limits } from '@/lib/limits'
import { normalised } from './banned'
import { type PasswordRules, passwordProfiles } from './model'

/**
 * What the organisation has decided about passwords: one row of `tenant_policy`, read whole and written whole. Absent
 * means the defaults below.
 *
 * @see SSPR specification §7, decision on profiles and temporary passwords (SEC-112, SEC-119)
 */
const { password, passwordLockout } = limits

/** As it was written, of 4 to 16 characters in composed form, on one line. */
export const blockedWordSchema = z
  .string()
  .max(password.blockedWordLengthMax * 4)
  .transform((word) => word.normalize('NFC').trim())
  .refine((word) => word.isWellFormed() && !/\p{Cc}/u.test(word))
  .refine((word) => [...word].length >= password.blockedWordLengthMin)
  .refine((word) => [...word].length <= password.blockedWordLengthMax)

export const passwordProtectionSchema = z.strictObject({
  profile: z.enum(passwordProfiles),
  /** The least that is asked for; the profile may ask for more. */
  lengthMin: z.int().min(password.lengthMinWithSecondFactor).max(password.lengthMinMax),
  isBlockedWordsOn: z.boolean(),
  blockedWords: z
    .array(blockedWordSchema)
    .max(password.blockedWordsMax)
    .refine((words) => new Set(words.map(normalised)).size === words.length),
  /** Wrong passwords until the first pause. */
  lockoutThreshold: z.int().min(passwordLockout.thresholdMin).max(passwordLockout.thresholdMax),
  /** How long the first pause is; each further one is twice as long, up to a day. */
  lockoutSeconds: z.int().min(passwordLockout.firstLockSeconds).max(passwordLockout.lockSecondsMax),
})
export type PasswordProtection = z.infer<typeof passwordProtectionSchema>

export const defaultPasswordProtection: PasswordProtection = {
  profile: 'nist',
  lengthMin: password.lengthMinWithSecondFactor,
  isBlockedWordsOn: false,
  blockedWords: [],
  lockoutThreshold: passwordLockout.threshold,
  lockoutSeconds: passwordLockout.firstLockSeconds,
}

/**
 * The rules for one person. Under `nist` a password that may stand alone needs fifteen characters; where every sign-in
 * of theirs needs a second factor, eight are enough.
 *
 * @see SEC §1 (password length), NIST SP 800-63B-4 §3.1.1.2
 */
export function rulesFor(policy: PasswordProtection, everySignInNeedsSecondFactor: boolean): PasswordRules {
  const floor =
    policy.profile === 'nist' && !everySignInNeedsSecondFactor ? password.lengthMin : password.lengthMinWithSecondFactor
  return {
    profile: policy.profile,
    lengthMin: Math.max(floor, policy.lengthMin),
    blockedWords: policy.isBlockedWordsOn ? policy.blockedWords : [],
  }
}
