import 'server-only'
import { isHashable } from '@/lib/password/model'
import { keyedHash } from '@/lib/platform/hash'
import {
  escapeNameValue,
  type LdapConnection,
  LdapError,
  type LdapIdentity,
  policyErrorOf,
  resultCodes,
  withLdap,
} from '@/lib/platform/ldap'
import { log } from '@/lib/platform/log'
import { randomToken, randomUUID } from '@/lib/platform/random'
import { type Reachable, reachable } from './connection'
import { entryIdOf } from './entry'
import { type DirectoryVerdictKind, verdictOf } from './password-answers'
import type { DirectoryHome } from './password-home'
import { readEntry } from './read-entry'

/**
 * What a directory says of a password. `mustChange` and `expired`: it is right, and a new one is due. `locked` and
 * `disabled` may be said of a wrong password too. `unavailable`: nobody said anything, so nothing may be counted.
 */
export type DirectoryVerdict = { readonly kind: DirectoryVerdictKind }

/**
 * Asks the directory by a bind in the person's own name. Right is a password only for the entry that is known of the account:
 * another one that stands under its name now is somebody else, with a password of their own, which is as wrong as any. Never
 * throws; keeps and logs nothing of the password.
 *
 * @see docs/decisions/0045-who-comes-from-a-directory.md
 */
export async function verifyDirectoryPassword(home: DirectoryHome, password: string): Promise<DirectoryVerdict> {
  const reached = await reachable(home.connectorId)
  if (!reached) return { kind: 'unavailable' }
  const { kind } = await verifyAt(reached, home, password)
  return { kind }
}

/** As `verifyDirectoryPassword` at a directory that is known already; `server`: the address of who said so, null when nobody did. */
export function verifyAt(
  reached: Reachable,
  { distinguishedName, entryId }: DirectoryHome,
  password: string,
): Promise<DirectoryVerdict & { readonly server: string | null }> {
  return bindAs(reached, { dn: distinguishedName, password: asSent(password) }, entryId)
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

/** `entryId`: who stands under the name, where somebody does. */
async function bindAs(
  reached: Reachable,
  { dn, password }: LdapIdentity,
  entryId?: string,
): Promise<DirectoryVerdict & { readonly server: string | null }> {
  const { connector, directory } = reached
  // What no directory could keep: a zero byte ends the text for some of them, so more than the password would match.
  if (!isHashable(password)) return { kind: 'wrong', server: null }
  try {
    return await withLdap(directory, { isRepeatable: () => true }, async (connection, { url }) => {
      const result = await connection.bind(dn, password)
      const kind = verdictOf(connector.kind, { ...result, policyError: policyErrorOf(result) })
      if (kind === 'unavailable')
        log.warn('directory.password_not_judged', { targetId: connector.id, code: `ldap_${result.code}` })
      // Only now: a wrong password must cost one question, as a name costs that nobody has.
      const isRight = kind === 'right' || kind === 'mustChange' || kind === 'expired'
      const isKnown = isRight && entryId !== undefined
      return { kind: isKnown ? await ofEntry(connection, reached, dn, entryId, kind) : kind, server: url }
    })
  } catch (error) {
    log.warn('directory.unavailable', { targetId: connector.id, ...wordsOfError(error) })
    return { kind: 'unavailable', server: null }
  }
}

/** What a right password means once it is known whose it is. Where nobody can tell, it opens nothing and counts for nothing. */
async function ofEntry(
  connection: LdapConnection,
  { connector, service }: Reachable,
  dn: string,
  entryId: string,
  kind: DirectoryVerdictKind,
): Promise<DirectoryVerdictKind> {
  const idShown = async () => {
    const entry = await readEntry(connection, dn, [connector.settings.attributeMap.entryId]).catch(nullIfRefused)
    return entry && entryIdOf(entry, connector)
  }
  // Whoever has to change their password is refused every other question; elsewhere people may not read themselves.
  let id = kind === 'right' ? await idShown() : null
  if (id === null && (await connection.bind(service.dn, service.password)).code === resultCodes.success)
    id = await idShown()
  if (id === entryId.toLowerCase()) return kind
  log.warn(id === null ? 'directory.entry_not_read' : 'directory.entry_replaced', { targetId: connector.id })
  return id === null ? 'unavailable' : 'wrong'
}

function nullIfRefused(error: unknown): null {
  if (error instanceof LdapError && error.kind === 'refused') return null
  throw error
}

/** As everything here compares passwords: composed. */
export function asSent(password: string): string {
  return password.normalize('NFC')
}

export function wordsOfError(error: unknown): { readonly code: string } | { readonly error: unknown } {
  return error instanceof LdapError ? { code: error.reason } : { error }
}
