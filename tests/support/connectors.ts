import { Client, InvalidCredentialsError } from 'ldapts'
import { attributeMapDefaults, type ConnectorSettings, connectorSettingsSchema } from '@/lib/directory/connector/model'
import { bindPasswordPlace } from '@/lib/directory/connector/store'
import { db } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal } from '@/lib/platform/seal'
import { type Samba, sambaAdministrator, sambaBase } from './samba'
import { type Slapd, slapdBase, slapdManager, slapdService } from './slapd'

/** Connectors to the servers of the tests, and what somebody who looks after a directory does there. */

export function slapdSettings(slapd: Slapd, more: Partial<ConnectorSettings> = {}): ConnectorSettings {
  return connectorSettingsSchema.parse({
    servers: [{ url: slapd.ldapsUrl }],
    security: 'ldaps',
    certificateAuthorityPem: slapd.authorityPem.trim(),
    bindDistinguishedName: slapdService.dn,
    baseDistinguishedNames: [`ou=people,${slapdBase}`, `ou=groups,${slapdBase}`],
    userFilter: '(objectClass=inetOrgPerson)',
    groupFilter: '(objectClass=groupOfNames)',
    attributeMap: attributeMapDefaults.ldap,
    ...more,
  })
}

export function sambaSettings(samba: Samba, more: Partial<ConnectorSettings> = {}): ConnectorSettings {
  return connectorSettingsSchema.parse({
    servers: [{ url: samba.ldapsUrl }],
    security: 'ldaps',
    certificateAuthorityPem: samba.authorityPem.trim(),
    bindDistinguishedName: sambaAdministrator.dn,
    baseDistinguishedNames: [sambaBase],
    userFilter: '(sAMAccountType=805306368)',
    groupFilter: '(objectClass=group)',
    attributeMap: attributeMapDefaults.activeDirectory,
    ...more,
  })
}

export async function aConnector(
  name: string,
  settings: ConnectorSettings,
  password: string = slapdService.password,
  kind: 'ldap' | 'activeDirectory' = 'ldap',
): Promise<string> {
  const id = randomUUID()
  await db().directoryConnector.create({
    data: { id, name, kind, settings, bindPasswordSealed: seal(password, bindPasswordPlace(id)) },
  })
  return id
}

/** Whether a directory lets somebody in. */
export async function letsIn(
  directory: { readonly ldapsUrl: string; readonly authorityPem: string },
  dn: string,
  password: string,
): Promise<boolean> {
  const client = new Client({ url: directory.ldapsUrl, tlsOptions: { ca: [directory.authorityPem] } })
  try {
    await client.bind(dn, password)
    return true
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return false
    throw error
  } finally {
    await client.unbind()
  }
}

/** What the manager of a slapd does there. */
export async function asSlapdManager(slapd: Slapd, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ url: slapd.ldapsUrl, tlsOptions: { ca: [slapd.authorityPem] } })
  try {
    await client.bind(slapdManager.dn, slapdManager.password)
    await work(client)
  } finally {
    await client.unbind()
  }
}

/** The id of an entry as it is kept of whoever lives there. */
export async function slapdEntryId(slapd: Slapd, dn: string): Promise<string> {
  let id = ''
  await asSlapdManager(slapd, async (client) => {
    const { searchEntries } = await client.search(dn, { scope: 'base', attributes: ['entryUUID'] })
    id = String(searchEntries[0]?.entryUUID)
  })
  return id
}

/** What the administrator of a domain does there. */
export async function asSambaAdministrator(samba: Samba, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.authorityPem] } })
  try {
    await client.bind(sambaAdministrator.dn, sambaAdministrator.password)
    await work(client)
  } finally {
    await client.unbind()
  }
}

/** As `slapdEntryId`: a GUID as Microsoft writes it, the first three parts turned. */
export async function sambaEntryId(samba: Samba, dn: string): Promise<string> {
  let id = ''
  await asSambaAdministrator(samba, async (client) => {
    const attributes = ['objectGUID']
    const { searchEntries } = await client.search(dn, {
      ...{ scope: 'base', attributes, explicitBufferAttributes: attributes },
    })
    const bytes = searchEntries[0]?.objectGUID as Buffer
    const part = (from: number, to: number) => bytes.subarray(from, to)
    const parts = [part(0, 4).reverse(), part(4, 6).reverse(), part(6, 8).reverse(), part(8, 10), part(10, 16)]
    id = parts.map((one) => one.toString('hex')).join('-')
  })
  return id
}
