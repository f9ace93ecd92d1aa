/**
 * Directories, behind small functions: reaching one over a verified channel, and what is asked there. The library writes the
 * requests and reads filters; connections, time limits, paging and reading what comes back are ours.
 *
 * @see docs/decisions/0043-how-directories-are-spoken-to.md
 */
export type { LdapChange, LdapConnection, LdapEntry } from './connection'
export { isReadOnlyCopy, LdapError, resultCodes } from './error'
export { escapeNameValue, isUnder, partsOfName } from './escape'
export { passwordModifyName, passwordModifyValue, policyErrorOf, unicodePassword } from './passwords'
export type { LdapResult } from './read'
export { type LdapDirectory, type LdapIdentity, withLdap } from './servers'
export type { LdapServer } from './transport'
