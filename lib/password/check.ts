import { limits } from '@/lib/limits'
import { type BannedWords, bannedWords, containsName, isBanned } from './banned'
import { globalWords } from './global-words'
import type { Finding, PasswordAbout, PasswordRules } from './model'

/**
 * Everything that is wrong with a candidate for a new password, all at once; nothing when it may be set.
 *
 * The text counts in its composed form (NFC) and by code points, otherwise as it is. Whether an existing password
 * verifies never depends on this. A candidate that cannot be read at all is told that alone.
 *
 * @see SEC-111, SEC-112, SEC-114; SSPR specification §7.1, §7.2
 */
export function checkPassword(candidate: string, rules: PasswordRules, about: PasswordAbout): Finding[] {
  const { lengthMax } = limits.password
  // No code point takes more than two units and composing makes none: refused before it is walked.
  if (candidate.length > lengthMax * 4) return [{ code: 'password.too_long', details: { max: lengthMax } }]
  if (!candidate.isWellFormed() || /\p{Cc}/u.test(candidate)) return [{ code: 'password.unreadable_character' }]
  const text = candidate.normalize('NFC')
  const length = [...text].length
  const findings: Finding[] = []
  if (length < rules.lengthMin) findings.push({ code: 'password.too_short', details: { min: rules.lengthMin } })
  if (length > lengthMax) findings.push({ code: 'password.too_long', details: { max: lengthMax } })
  if (rules.profile === 'entra') findings.push(...compositionFindings(text))
  findings.push(...guessFindings(text, rules, about))
  if (about.isCurrent) findings.push({ code: 'password.same_as_current' })
  return findings
}

/** Blank counts as a symbol. */
const symbols = ' @#$%^&*\\-_!+=[\\]{}|\\\\:\',.?/`~"();<>'
const allowed = new RegExp(`^[A-Za-z0-9${symbols}]*$`)
const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, new RegExp(`[${symbols}]`)]

function compositionFindings(text: string): Finding[] {
  const findings: Finding[] = []
  if (!allowed.test(text)) findings.push({ code: 'password.character_not_allowed' })
  if (kinds.filter((kind) => kind.test(text)).length < 3) findings.push({ code: 'password.too_few_kinds' })
  return findings
}

function guessFindings(text: string, rules: PasswordRules, about: PasswordAbout): Finding[] {
  const findings: Finding[] = []
  const loginName = about.userPrincipalName.split('@')[0] ?? ''
  const isLoginName = [about.userPrincipalName, loginName].some((name) => name.toLowerCase() === text.toLowerCase())
  if (isLoginName || containsName(text, loginName) || containsName(text, about.displayName))
    findings.push({ code: 'password.contains_own_name' })
  if (containsName(text, about.organisationName)) findings.push({ code: 'password.contains_organisation' })
  if (isBanned(text, global)) findings.push({ code: 'password.too_easy' })
  else if (rules.blockedWords.length > 0 && isBanned(text, withGlobal(rules.blockedWords)))
    findings.push({ code: 'password.blocked_word' })
  if (about.isCommon) findings.push({ code: 'password.too_common' })
  else if (about.isBreached) findings.push({ code: 'password.breached' })
  return findings
}

const global = bannedWords(globalWords)
let last: { readonly words: readonly string[]; readonly banned: BannedWords } | null = null

/** The organisation's words beside the global ones: points count over both. The same list is made ready once. */
function withGlobal(words: readonly string[]): BannedWords {
  if (last?.words !== words) last = { words, banned: bannedWords([...globalWords, ...words]) }
  return last.banned
}
