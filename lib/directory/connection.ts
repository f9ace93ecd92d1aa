import 'server-only'
import { db } from '@/lib/platform/db'
import type { LdapDirectory, LdapIdentity } from '@/lib/platform/ldap'
import type { Connector, ConnectorSettings } from './connector/model'
import { connectorPassword, findConnector } from './connector/store'

/** A directory ready to be asked: its servers, and who asks. `service` holds a password in clear and goes nowhere else. */
export type Reachable = {
  readonly connector: Connector
  readonly directory: LdapDirectory
  readonly service: LdapIdentity
}

/** The directory of an enabled connector; null when there is none, or it is switched off. */
export async function reachable(connectorId: string): Promise<Reachable | null> {
  const connector = await findConnector(db(), connectorId)
  const password = connector?.isEnabled ? await connectorPassword(db(), connectorId) : null
  if (!connector || password === null) return null
  return {
    connector,
    directory: directoryOf(connector.settings),
    service: { dn: connector.settings.bindDistinguishedName, password },
  }
}

/** How the servers of these settings are spoken to. */
export function directoryOf(settings: ConnectorSettings): LdapDirectory {
  const { servers, security, certificateAuthorityPem, timeoutSeconds } = settings
  return {
    servers: servers.map(({ url }) => ({
      url,
      security,
      ...(certificateAuthorityPem === undefined ? {} : { certificateAuthorityPem }),
    })),
    answerMilliseconds: timeoutSeconds * 1000,
  }
}
