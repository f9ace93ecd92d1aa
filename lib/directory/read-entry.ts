import 'server-only'
import { type LdapConnection, type LdapEntry, LdapError, resultCodes } from '@/lib/platform/ldap'

/**
 * The entry of this name, with what of `attributes` is shown to whoever the connection is; null when there is none. Throws
 * `LdapError`: `refused` when the server says no more than that.
 */
export async function readEntry(
  connection: LdapConnection,
  distinguishedName: string,
  attributes: readonly string[],
): Promise<LdapEntry | null> {
  try {
    for await (const entry of connection.search(distinguishedName, { scope: 'base', attributes })) return entry
    return null
  } catch (error) {
    if (error instanceof LdapError && error.result?.code === resultCodes.noSuchObject) return null
    throw error
  }
}
