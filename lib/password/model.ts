/**
 * Passwords and passes as text that is hashed: what may be hashed at all, how it is kept, and what somebody may choose
 * as a new one.
 *
 * This room knows no people and no sessions; of rows it keeps one, the organisation's decisions about passwords. Its
 * invariants: what is kept of a password is one way, and rules on choosing one (length, banned words) never decide
 * whether an existing one verifies.
 *
 * @see SEC-109 to SEC-119, SSPR specification §7
 */
import { limits } from '@/lib/limits'
import type { FailureDetails } from '@/lib/result'

/**
 * `nist`: any printable character, no composition rule, long. `entra`: the character set and the three kinds of four
 * that people know from Microsoft Entra. Both look for banned words, names and passwords that are known. SEC-112
 */
export const passwordProfiles = ['nist', 'entra'] as const
export type PasswordProfile = (typeof passwordProfiles)[number]

/** What is wrong with a candidate; each is a sentence of its own, `failure.<code>`. */
export const findingCodes = [
  'password.too_short',
  'password.too_long',
  'password.unreadable_character',
  'password.character_not_allowed',
  'password.too_few_kinds',
  'password.contains_own_name',
  'password.contains_organisation',
  'password.too_easy',
  'password.blocked_word',
  'password.too_common',
  'password.breached',
  'password.same_as_current',
] as const
export type FindingCode = (typeof findingCodes)[number]
/** Details are figures for the sentence; never a part of the candidate. */
export type Finding = { readonly code: FindingCode; readonly details?: FailureDetails }

/** The rules for one person: the organisation's decisions, with the length that holds for them. */
export type PasswordRules = {
  readonly profile: PasswordProfile
  /** In code points, of the text in its composed form. */
  readonly lengthMin: number
  /** Words that the organisation bans, as it wrote them; empty where its list is off. */
  readonly blockedWords: readonly string[]
}

/** What a candidate must not resemble, and what was looked up about it. */
export type PasswordAbout = {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly organisationName: string
  /** Among the passwords that most people use. */
  readonly isCommon: boolean
  /** In a list of passwords that became known. */
  readonly isBreached: boolean
  /** The same as the present one; only asked where somebody changes it. */
  readonly isCurrent: boolean
}

export type PasswordCode = 'service.busy'

/**
 * Whether the text can be a secret at all: at most 256 code points in its composed form (NFC), no U+0000, no unpaired
 * surrogate. Checked before hashing. @see SEC-111
 */
export function isHashable(text: string): boolean {
  const { lengthMax } = limits.password
  // No composed code point comes from more than four units, so over-long text is refused before it is walked.
  if (text.length === 0 || text.length > lengthMax * 4) return false
  return !text.includes('\u0000') && text.isWellFormed() && [...text.normalize('NFC')].length <= lengthMax
}
