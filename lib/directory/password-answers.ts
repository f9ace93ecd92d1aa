import type { ConnectorKind } from './connector/model'

/**
 * What a directory means by its answer to a password: a rule over codes, values in and values out.
 *
 * @see draft-behera-ldap-password-policy-10 §6.2, RFC 4511 appendix A; MS-ADTS and "LDAP Wiki: Common Active Directory Bind Errors" for the
 * numbers in the text of Active Directory's answers, which Samba gives as well
 */
export type PasswordAnswer = {
  readonly code: number
  /** The server's words. */
  readonly diagnostic: string
  /** The error of the password policy's control, where the server sent one. */
  readonly policyError: number | null
}

export type DirectoryVerdictKind = 'right' | 'wrong' | 'locked' | 'disabled' | 'mustChange' | 'expired' | 'unavailable'

/** Nothing but success is ever right; an answer that nobody expects is no answer. */
export function verdictOf(kind: ConnectorKind, answer: PasswordAnswer): DirectoryVerdictKind {
  const { code, policyError } = answer
  if (code === 0) return policyError === policyErrors.changeAfterReset ? 'mustChange' : 'right'
  if (kind === 'activeDirectory')
    return code === 49 ? (bindErrors[dataOf(answer.diagnostic)] ?? 'wrong') : otherwise(code)
  if (policyError === policyErrors.passwordExpired) return 'expired'
  if (policyError === policyErrors.accountLocked) return 'locked'
  if (code === 49) return 'wrong'
  // 389 Directory Server: too many wrong passwords, and an account that is switched off.
  if (code === 19) return 'locked'
  if (code === 53 || code === 50) return 'disabled'
  return otherwise(code)
}

/** No such entry, a name that cannot be one, an entry without a password: as wrong as a wrong password. */
function otherwise(code: number): DirectoryVerdictKind {
  return [32, 34, 48].includes(code) ? 'wrong' : 'unavailable'
}

/** A refused change, in a word that has a sentence; `other` where only the directory's own text says why. */
export const refusalReasons = [
  'tooShort',
  'inHistory',
  'tooYoung',
  'quality',
  'complexity',
  'mustSupplyOld',
  'notAllowed',
  'wrongOld',
  'locked',
  'lockedForGood',
  'notPermitted',
  'gone',
  'protected',
  'notHere',
  'unsuitable',
  'other',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Why the directory refused to set a password. */
export function refusalOf(kind: ConnectorKind, { code, diagnostic, policyError }: PasswordAnswer): RefusalReason {
  const byPolicy = policyError === null ? undefined : policyRefusals[policyError]
  if (byPolicy) return byPolicy
  if (code === 32) return 'gone'
  if (kind === 'activeDirectory') {
    // The first number is Windows' own: 0000052D is ERROR_PASSWORD_RESTRICTION.
    const [, windows] = /^\s*([0-9A-Fa-f]{8})\b/.exec(diagnostic) ?? []
    if (windows === undefined) return code === 50 ? 'notPermitted' : 'other'
    return windowsRefusals[windows.toUpperCase()]?.(diagnostic) ?? (code === 50 ? 'notPermitted' : 'other')
  }
  if (code === 50) return 'notPermitted'
  if (code === 49) return 'wrongOld'
  if (/verify old password|old password/i.test(diagnostic)) return 'wrongOld'
  if (code === 19) return byText(diagnostic) ?? 'other'
  return 'other'
}

/** PasswordPolicyResponseValue.error */
export const policyErrors = { passwordExpired: 0, accountLocked: 1, changeAfterReset: 2 } as const

const policyRefusals: Readonly<Record<number, RefusalReason>> = {
  1: 'locked',
  3: 'notAllowed',
  4: 'mustSupplyOld',
  5: 'quality',
  6: 'tooShort',
  7: 'tooYoung',
  8: 'inHistory',
}

/** 525 no user, 52e wrong password, 530 and 531 not now and not here, 532 expired, 533 disabled, 701 account ended, 773, 775. */
const bindErrors: Readonly<Record<string, DirectoryVerdictKind>> = {
  '525': 'wrong',
  '52e': 'wrong',
  '530': 'disabled',
  '531': 'disabled',
  '532': 'expired',
  '533': 'disabled',
  '701': 'disabled',
  '773': 'mustChange',
  '775': 'locked',
}

function dataOf(diagnostic: string): string {
  return /\bdata ([0-9a-f]{1,8})\b/i.exec(diagnostic)?.[1]?.toLowerCase() ?? ''
}

const windowsRefusals: Readonly<Record<string, (diagnostic: string) => RefusalReason>> = {
  '0000052D': (diagnostic) => byText(diagnostic) ?? 'complexity',
  '00000056': () => 'wrongOld',
  '00000005': () => 'notPermitted',
  '00002098': () => 'notPermitted',
  '0000207D': () => 'unsuitable',
}

/** Servers that say in a sentence which of their rules it was. */
function byText(diagnostic: string): RefusalReason | null {
  if (/too short|minimum length/i.test(diagnostic)) return 'tooShort'
  if (/history|previous|already used|was used/i.test(diagnostic)) return 'inHistory'
  if (/too young|too recent|minimum age|too soon/i.test(diagnostic)) return 'tooYoung'
  if (/complexity/i.test(diagnostic)) return 'complexity'
  if (/quality/i.test(diagnostic)) return 'quality'
  return null
}

/**
 * The directory's text as a person may read it: one line without what draws over other text, cut off. Empty when it holds
 * one of `secrets`, or nothing to read.
 */
export function readableDiagnostic(diagnostic: string, secrets: readonly string[], lengthMax: number): string {
  if (secrets.some((secret) => secret !== '' && diagnostic.includes(secret))) return ''
  const line = diagnostic
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return [...line].slice(0, lengthMax).join('')
}
