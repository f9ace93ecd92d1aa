import 'server-only'
import { isHashable } from '@/lib/password/model'
import { keyedHash } from '@/lib/platform/hash'
import { escapeNameValue, LdapError, type LdapIdentity, policyErrorOf, withLdap } from '@/lib/platform/ldap'
import { log } from '@/lib/platform/log'
import { randomToken, randomUUID } from '@/lib/platform/random'
import { type Reachable, reachable } from './connection'
import { type DirectoryVerdictKind, verdictOf } from './password-answers'
import type { DirectoryHome } from './password-home'

/**
 * What a directory says of a password. `mustChange` and `expired`: it is right, and a new one is due. `locked` and
 * `disabled` may be said of a wrong password too. `unavailable`: nobody said anything, so nothing may be counted.
 */
export type DirectoryVerdict = { readonly kind: DirectoryVerdictKind }

/** Asks the directory by a bind in the person's own name. Never throws; keeps and logs nothing of the password. */
export async function verifyDirectoryPassword(home: DirectoryHome, password: string): Promise<DirectoryVerdict> {
  const reached = await reachable(home.connectorId)
  if (!reached) return { kind: 'unavailable' }
  return bindAs(reached, { dn: home.distinguishedName, password: asSent(password) })
}

/**
 * Spends on an account that lives nowhere, or here, what a person of a directory would cost, and answers whether that directory
 * would have answered: else the time of an answer would tell who lives there. Nothing typed is sent. `enabled`: the directories
 * that are (`findUserAndDirectories`); `wrong` where there is none.
 *
 * @see SEC-116, SEC-190
 */
export async function verifyAgainstNobody(
  name: string,
  enabled: readonly string[],
): Promise<{ readonly kind: 'wrong' | 'unavailable' }> {
  // The same name asks the same directory each time, as a person would.
  const [draw = 0] = keyedHash('CODE_KEY', 'directory of nobody', name)
  const chosen = enabled[draw % Math.max(1, enabled.length)]
  const reached = chosen ? await reachable(chosen) : null
  if (!reached) return { kind: 'wrong' }
  const [base = ''] = reached.connector.settings.baseDistinguishedNames
  const dn = `cn=${escapeNameValue(randomUUID())},${base}`
  const { kind } = await bindAs(reached, { dn, password: randomToken(16) })
  return { kind: kind === 'unavailable' ? 'unavailable' : 'wrong' }
}

async function bindAs({ connector, directory }: Reachable, { dn, password }: LdapIdentity): Promise<DirectoryVerdict> {
  // What no directory could keep: a zero byte ends the text for some of them, so more than the password would match.
  if (!isHashable(password)) return { kind: 'wrong' }
  try {
    const result = await withLdap(directory, { isRepeatable: () => true }, (connection) =>
      connection.bind(dn, password),
    )
    const kind = verdictOf(connector.kind, { ...result, policyError: policyErrorOf(result) })
    if (kind === 'unavailable')
      log.warn('directory.password_not_judged', { targetId: connector.id, code: `ldap_${result.code}` })
    return { kind }
  } catch (error) {
    log.warn('directory.unavailable', { targetId: connector.id, ...wordsOfError(error) })
    return { kind: 'unavailable' }
  }
}

/** As everything here compares passwords: composed. */
export function asSent(password: string): string {
  return password.normalize('NFC')
}

export function wordsOfError(error: unknown): { readonly code: string } | { readonly error: unknown } {
  return error instanceof LdapError ? { code: error.reason } : { error }
}
