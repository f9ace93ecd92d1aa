import type { LdapResult } from './read'

/**
 * `notReached`: nothing was asked. `lost`: it was asked and no answer came, so it may have happened. `refused`: the server
 * answered, with a code that is not success. The message is safe for a log; `result` is not.
 */
export class LdapError extends Error {
  override readonly name = 'LdapError'
  readonly kind: 'notReached' | 'lost' | 'refused'
  /** A word for operators. */
  readonly reason: string
  readonly result: LdapResult | null
  /** Whether the server's certificate is the reason. */
  readonly isUntrusted: boolean

  constructor(
    kind: LdapError['kind'],
    about: { readonly reason: string; readonly isUntrusted?: boolean } | { readonly result: LdapResult },
  ) {
    const reason = 'reason' in about ? about.reason : `ldap_${about.result.code}`
    super(`a directory was asked: ${reason}`)
    this.kind = kind
    this.reason = reason
    this.result = 'result' in about ? about.result : null
    this.isUntrusted = 'isUntrusted' in about && about.isUntrusted === true
  }
}

/** Codes of RFC 4511 appendix A that something here depends on. */
export const resultCodes = {
  success: 0,
  referral: 10,
  unavailableCriticalExtension: 12,
  noSuchAttribute: 16,
  constraintViolation: 19,
  noSuchObject: 32,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const

/**
 * Whether a server said that it holds a copy and changes nothing: by naming who does (RFC 4511 §4.1.10), or, where an
 * OpenLDAP knows nobody, in its own words. Nothing was changed, and another server may be asked.
 */
export function isReadOnlyCopy({ code, diagnostic }: LdapResult): boolean {
  return (
    code === resultCodes.referral || (code === resultCodes.unwillingToPerform && /^shadow context/i.test(diagnostic))
  )
}
