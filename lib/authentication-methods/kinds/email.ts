import 'server-only'
import { domainToASCII } from 'node:url'
import { fail, ok, type Result } from '@/lib/result'

/**
 * Email addresses for recovery and notification; never a second factor (SEC-070).
 *
 * @see RFC 5321 §4.1.2 (the part that is in use: dot-atom local part, domain name), `10` §10, SEC-073
 */
export type EmailCode = 'registration.email_invalid' | 'registration.email_not_allowed'

export type EmailAddress = {
  /** Local part as typed, domain in lower-case ASCII. Safe in a header: no control character, comma, quote or space. */
  readonly address: string
  /** At the domain of the account itself: likely unreachable when the account is. Worth a warning, not a refusal. */
  readonly isAtOwnDomain: boolean
}

const local = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const topLabel = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/**
 * Parses an address. International domains become their ASCII form; quoted or non-ASCII local parts, address literals
 * and single-label domains are refused, for mail servers refuse them too.
 *
 * Failures: `registration.email_invalid`; `registration.email_not_allowed` when it is the account's own name.
 */
export function parseEmailAddress(text: string, userPrincipalName: string): Result<EmailAddress, EmailCode> {
  if (text.length > 512) return fail('invalid', 'registration.email_invalid')
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  const localPart = trimmed.slice(0, Math.max(0, at))
  const domain = asciiDomain(trimmed.slice(at + 1))
  if (localPart.length > 64 || !local.test(localPart) || domain === null) {
    return fail('invalid', 'registration.email_invalid')
  }
  const address = `${localPart}@${domain}`
  if (address.length > 254) return fail('invalid', 'registration.email_invalid')
  const own = ownAddress(userPrincipalName)
  if (address.toLowerCase() === own) return fail('refused', 'registration.email_not_allowed')
  return ok({ address, isAtOwnDomain: own.slice(own.lastIndexOf('@') + 1) === domain })
}

/** Compared in the same form as the address, else a name in another form would pass. */
function ownAddress(userPrincipalName: string): string {
  const at = userPrincipalName.lastIndexOf('@')
  const domain = userPrincipalName.slice(at + 1)
  return `${userPrincipalName.slice(0, Math.max(0, at))}@${asciiDomain(domain) ?? domain}`.toLowerCase()
}

function asciiDomain(text: string): string | null {
  // What a URL parser would decode, cut off or read as an address is refused before it sees it.
  if (/[^\p{L}\p{M}\p{N}.\u30fb\u3002\uff0e\uff61-]/u.test(text)) return null
  const domain = domainToASCII(text)
  const labels = domain.split('.')
  const top = labels.at(-1) ?? ''
  const isDomain =
    domain.length <= 253 && labels.length >= 2 && topLabel.test(top) && labels.every((part) => label.test(part))
  return isDomain ? domain : null
}

/** The first two characters of the local part (one, if there are no more than two) and the domain: `an•••@example.com`. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  const name = address.slice(0, Math.max(0, at))
  return `${name.slice(0, name.length > 2 ? 2 : 1)}•••${address.slice(at)}`
}
