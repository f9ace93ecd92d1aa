import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addConnector, removeConnector, requestSync, updateConnector } from '@/lib/directory/connector/commands'
import { takeOverDirectoryFile } from '@/lib/directory/connector/from-file'
import { attributeMapDefaults, type ConnectorSettings, connectorSettingsSchema } from '@/lib/directory/connector/model'
import { connectorPassword, findConnector, listConnectors } from '@/lib/directory/connector/store'
import { tryConnector } from '@/lib/directory/connector/try'
import type { DirectoryRole } from '@/lib/directory/model'
import { db } from '@/lib/platform/db'
import { anAsking } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { slapdSettings } from '@/tests/support/connectors'
import { testDatabase } from '@/tests/support/database'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, slapdService, startSlapd } from '@/tests/support/slapd'

const database = testDatabase()
const password = 'a password that nobody may read'
const asking = async (...roles: DirectoryRole[]) => anAsking((await aUser(db(), { roles })).id)

const settings = (more: Partial<ConnectorSettings> = {}) =>
  connectorSettingsSchema.parse({
    ...{
      servers: [{ url: 'ldaps://directory.example:636' }],
      security: 'ldaps',
      bindDistinguishedName: 'cn=reader,dc=x',
    },
    ...{ baseDistinguishedNames: ['dc=x'], userFilter: '(objectClass=person)', groupFilter: '(objectClass=group)' },
    ...{ attributeMap: attributeMapDefaults.ldap, ...more },
  })
const input = (name: string, more: Partial<ConnectorSettings> = {}) => ({
  ...{ name, kind: 'ldap', isEnabled: true, settings: settings(more) },
})

async function added(name: string): Promise<string> {
  const result = await addConnector(await asking('hybridIdentityAdministrator'), input(name), password)
  if (!result.ok) throw new Error(result.failure.code)
  return result.value.id
}
const codeOf = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

describe('a directory', () => {
  it('is added by the role for it, with a password that stands nowhere in clear', async () => {
    const id = await added('Sealed')
    expect(await connectorPassword(db(), id)).toBe(password)
    const stored = await database.query('SELECT * FROM directory_connector')
    const told = await database.query('SELECT record FROM audit_event')
    expect(JSON.stringify([stored, told])).not.toContain(password)
    expect(JSON.stringify(told)).toContain('directoryAdded')
  })

  it.each(['reader@x', 'X\\reader', 'cn="reader, the",dc=x', 'cn=reader,x'])(
    'names its service account so that it is known among the people: %s does not',
    async (bindDistinguishedName) => {
      const about = input('Named otherwise')
      const named = { ...about, settings: { ...about.settings, bindDistinguishedName } }
      expect(codeOf(await addConnector(await asking('hybridIdentityAdministrator'), named, password))).toBe(
        'directory.connector_account_invalid',
      )
    },
  )

  it.each(['globalReader', 'userAdministrator', 'securityAdministrator'] as const)(
    'is not for a %s to change',
    async (role) => {
      const who = await asking(role)
      const id = await added(`Not for ${role}`)
      expect(codeOf(await addConnector(who, input('x'), password))).toBe('directory.forbidden')
      expect(codeOf(await updateConnector(who, id, input('x'), { version: 1, bindPassword: '' }))).toBe(
        'directory.forbidden',
      )
      expect(codeOf(await removeConnector(who, id, 1))).toBe('directory.forbidden')
      expect(codeOf(await requestSync(who, id))).toBe('directory.forbidden')
      expect(codeOf(await tryConnector(who, id))).toBe('directory.forbidden')
    },
  )

  it.each<[string, Partial<ConnectorSettings>]>([
    ['another server', { servers: [{ url: 'ldaps://evil.example:636' }] }],
    ['one server more', { servers: [{ url: 'ldaps://directory.example:636' }, { url: 'ldaps://evil.example:636' }] }],
    ['another account', { bindDistinguishedName: 'cn=other,dc=x' }],
    ['another authority', { certificateAuthorityPem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
  ])('asks for the password again with %s', async (name, more) => {
    const who = await asking('globalAdministrator')
    const id = await added(name)
    const next = input(name, more)
    expect(codeOf(await updateConnector(who, id, next, { version: 1, bindPassword: '' }))).toBe(
      'directory.connector_password_needed',
    )
    expect(codeOf(await updateConnector(who, id, next, { version: 1, bindPassword: 'new one' }))).toBe('ok')
    expect(await connectorPassword(db(), id)).toBe('new one')
  })

  it('keeps its password when only what is read changes, and refuses a version that is old', async () => {
    const who = await asking('globalAdministrator')
    const id = await added('Versions')
    const next = input('Versions', { userFilter: '(mail=*)' })
    expect(codeOf(await updateConnector(who, id, next, { version: 1, bindPassword: '' }))).toBe('ok')
    expect(await connectorPassword(db(), id)).toBe(password)
    expect(codeOf(await updateConnector(who, id, next, { version: 1, bindPassword: '' }))).toBe(
      'directory.connector_changed_meanwhile',
    )
  })

  it.each<[string, object, string]>([
    ['plain LDAP', { servers: [{ url: 'ldap://directory.example:389' }] }, 'directory.connector_security_mismatch'],
    ['a path', { servers: [{ url: 'ldaps://directory.example/x' }] }, 'directory.connector_url_invalid'],
    ['a user in the address', { servers: [{ url: 'ldaps://a@directory.example' }] }, 'directory.connector_url_invalid'],
    ['no server', { servers: [] }, 'directory.connector_url_invalid'],
    ['an open filter', { userFilter: '(objectClass=*' }, 'directory.connector_filter_invalid'],
    ['two filters', { userFilter: '(a=b)(c=d)' }, 'directory.connector_filter_invalid'],
    [
      'an attribute that is none',
      { attributeMap: { ...attributeMapDefaults.ldap, mail: 'a;b' } },
      'directory.connector_attribute_invalid',
    ],
    ['a base that is none', { baseDistinguishedNames: ['people'] }, 'directory.connector_dn_invalid'],
    ['a threshold above all', { deletionThresholdPercent: 101 }, 'directory.connector_invalid'],
    ['something unknown', { rejectUnauthorized: false }, 'directory.connector_invalid'],
  ])('is refused with %s', async (_, more, code) => {
    const given = { ...input('Wrong'), settings: { ...settings(), ...more } }
    expect(codeOf(await addConnector(await asking('globalAdministrator'), given, password))).toBe(code)
  })

  it('an empty form is told everything that is wrong with it at once', async () => {
    const empty = { name: '', kind: 'ldap', settings: { ...settings(), servers: [], bindDistinguishedName: '' } }
    const refused = await addConnector(await asking('globalAdministrator'), empty, '')
    if (refused.ok) throw new Error('an empty directory was added')
    const { others = [], ...first } = refused.failure
    expect([first, ...others].map(({ code, field }) => [code, field])).toEqual([
      ['directory.connector_name_invalid', 'name'],
      ['directory.connector_url_invalid', 'servers'],
      ['directory.connector_account_invalid', 'bindDistinguishedName'],
      ['directory.connector_password_needed', 'bindPassword'],
    ])
  })

  it('is not removed while somebody lives there, and allows no list that is not the newest', async () => {
    const who = await asking('globalAdministrator')
    const id = await added('Lived in')
    const { id: userId } = await aUser(db(), {})
    await db().user.update({ where: { id: userId }, data: { directoryConnectorId: id, directoryEntryId: 'e1' } })
    expect(codeOf(await removeConnector(who, id, 1))).toBe('directory.connector_in_use')
    expect(codeOf(await requestSync(who, id, userId))).toBe('directory.connector_list_old')
    await db().user.update({ where: { id: userId }, data: { directoryConnectorId: null, directoryEntryId: null } })
    expect(codeOf(await removeConnector(who, id, 1))).toBe('ok')
    expect(await findConnector(db(), id)).toBeNull()
  })
})

describe('a file of directories', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twofold-directories-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const write = (entries: unknown, mode = 0o600) => {
    const path = join(folder, 'directories.json')
    writeFileSync(path, JSON.stringify(entries))
    chmodSync(path, mode)
    return path
  }
  const entry = (name: string, bindPassword = password) => ({ ...input(name), bindPassword })
  const known = async () =>
    (await listConnectors(db()))
      .filter(({ isFromFile }) => isFromFile)
      .map(({ name, isEnabled, version }) => [name, isEnabled, version])

  it('is taken over, the same again changes nothing, and what it no longer names is turned off', async () => {
    await takeOverDirectoryFile(write([entry('File one'), entry('File two')]))
    await takeOverDirectoryFile(write([entry('File one'), entry('File two')]))
    expect(await known()).toEqual([
      ['File one', true, 1],
      ['File two', true, 1],
    ])
    await takeOverDirectoryFile(write([entry('File two', 'another')]))
    expect(await known()).toEqual([
      ['File one', false, 2],
      ['File two', true, 2],
    ])
    const two = (await listConnectors(db())).find(({ name }) => name === 'File two')
    expect(await connectorPassword(db(), two?.id ?? '')).toBe('another')
    const result = await updateConnector(await asking('globalAdministrator'), two?.id ?? '', input('x'), {
      version: 2,
      bindPassword: '',
    })
    expect(codeOf(result)).toBe('directory.connector_from_file')
  })

  it('is refused when others can read it, or when it is wrong, without naming what it holds', async () => {
    await expect(takeOverDirectoryFile(write([entry('x')], 0o644))).rejects.toThrow('chmod 600')
    const wrong = takeOverDirectoryFile(write([{ ...entry('x'), kind: 'nis' }]))
    await expect(wrong).rejects.toThrow('0.kind is wrong')
    await expect(takeOverDirectoryFile(write([entry('x'), entry('x')]))).rejects.toThrow('same name')
    await expect(takeOverDirectoryFile(join(folder, 'nowhere'))).rejects.toThrow('cannot be read')
  })
})

describe.skipIf(!hasSlapd)('a test of the connection to a real OpenLDAP', () => {
  let slapd: Slapd
  beforeAll(async () => {
    slapd = await startSlapd(Array.from({ length: 7 }, (_, index) => slapdPerson(`p${index}`)).join(''))
  })
  afterAll(() => slapd?.stop())

  const tried = async (name: string, more: Partial<ConnectorSettings>, secret = slapdService.password) => {
    const who = await asking('globalAdministrator')
    const result = await addConnector(who, { ...input(name), settings: slapdSettings(slapd, more) }, secret)
    if (!result.ok) throw new Error(result.failure.code)
    const trial = await tryConnector(who, result.value.id)
    if (!trial.ok) throw new Error(trial.failure.code)
    return { ...trial.value, said: trial.value.steps.map(({ step, isGood, detail }) => [step, isGood, detail]) }
  }

  it('comes through every step and shows five people', async () => {
    const { steps, people } = await tried('Good', {})
    expect(steps.filter(({ isGood }) => !isGood)).toEqual([])
    expect(people).toHaveLength(5)
    expect(people[0]).toMatchObject({ userPrincipalName: 'p0@harbor.example', displayName: 'p0', isEnabled: true })
  })

  it('says which step failed and why', async () => {
    const bind = await tried('Wrong password', {}, 'not this one')
    expect(bind.said.at(-1)).toEqual(['bind', false, 'ldap_49'])
    const base = await tried('Wrong base', { baseDistinguishedNames: [`ou=none,${slapdBase}`] })
    expect(base.said).toContainEqual(['base', false, 'ldap_32'])
    const name = await tried('Wrong name', { servers: [{ url: 'ldaps://no-such-host.invalid:636' }] })
    expect(name.said.at(-1)?.slice(0, 2)).toEqual(['resolve', false])
    const trust = await tried('Untrusted', { certificateAuthorityPem: undefined })
    expect(trust.said.at(-1)?.slice(0, 2)).toEqual(['connect', false])
    expect(JSON.stringify([bind, base, name, trust])).not.toContain(slapdService.password)
  })
})
