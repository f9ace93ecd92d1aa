import { Attribute, Change, Client } from 'ldapts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptAWayIn } from '@/lib/conditional-access/commands/guard'
import { passwordHomeOf } from '@/lib/directory/password-home'
import { personHomeOf } from '@/lib/directory/person-home'
import { synchronise } from '@/lib/directory/sync/run'
import { findRun, listIssues } from '@/lib/directory/sync/run-store'
import { verifyDirectoryPassword } from '@/lib/directory/verify-password'
import { setPassword } from '@/lib/directory/writeback'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { aConnector, sambaSettings } from '@/tests/support/connectors'
import { testDatabase } from '@/tests/support/database'
import { hasSamba, type Samba, sambaAdministrator, sambaBase, startSamba } from '@/tests/support/samba'

const database = testDatabase()
const password = 'Gulls-On-Bollard-1'
const staff = `OU=Staff,${sambaBase}`
/** More than one page of them. */
const crowd = limits.ldap.pageEntries + 20

describe.skipIf(!hasSamba)('synchronising with a real Active Directory domain', () => {
  let samba: Samba
  let id: string

  async function asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.authorityPem] } })
    try {
      await client.bind(sambaAdministrator.dn, sambaAdministrator.password)
      return await work(client)
    } finally {
      await client.unbind()
    }
  }

  beforeAll(async () => {
    samba = await startSamba()
    samba.tool('ou', 'add', staff)
    for (const name of ['ana', 'ben', 'cia', 'dan']) samba.tool('user', 'create', name, password, '--userou=OU=Staff')
    samba.tool('user', 'disable', 'dan')
    for (const name of ['inner', 'outer']) samba.tool('group', 'add', name, '--groupou=OU=Staff')
    samba.tool('group', 'addmembers', 'inner', 'ana,ben')
    samba.tool('group', 'addmembers', 'outer', 'inner,cia')
    await asAdministrator(async (client) => {
      for (let from = 0; from < crowd; from += 20) {
        const names = Array.from({ length: Math.min(20, crowd - from) }, (_, index) => `crowd${from + index}`)
        await Promise.all(
          names.map((name) =>
            client.add(`CN=${name},${staff}`, {
              objectClass: 'user',
              sAMAccountName: name,
              userPrincipalName: `${name}@harbor.example`,
              // A normal account, disabled: it needs no password.
              userAccountControl: '514',
            }),
          ),
        )
      }
    })
    const settings = sambaSettings(samba, {
      userFilter: '(&(sAMAccountType=805306368)(userPrincipalName=*))',
      canWriteBackPasswords: true,
    })
    id = await aConnector('Harbor AD', settings, sambaAdministrator.password, 'activeDirectory')
  }, 240_000)
  afterAll(() => samba?.stop())

  async function sync() {
    const runId = await synchronise(id, keptAWayIn)
    if (runId === null) throw new Error('a run was under way')
    const run = await findRun(db(), runId)
    if (run === null) throw new Error('the run is gone')
    return { ...run, list: (await listIssues(db(), runId, 0, 100)).map(({ reason, name }) => [reason, name]) }
  }
  const person = async (name: string) =>
    db().user.findFirst({
      where: { userPrincipalName: `${name}@harbor.example` },
      select: {
        ...{ id: true, accountEnabled: true, distinguishedName: true, directoryEntryId: true, displayName: true },
        ...{ directoryLanguage: true },
      },
    })
  const membersOf = async (name: string) => {
    const rows = await database.query<{ name: string }>(
      `SELECT u.user_principal_name AS name FROM group_member m JOIN "user" u ON u.id = m.user_id
       JOIN "group" g ON g.id = m.group_id WHERE g.display_name = $1 ORDER BY 1`,
      [name],
    )
    return rows.map((row) => row.name.split('@')[0])
  }
  /** As Microsoft writes a GUID: the first three parts are turned. */
  const guidOf = (name: string) =>
    asAdministrator(async (client) => {
      const attributes = ['objectGUID']
      const { searchEntries } = await client.search(staff, {
        ...{ filter: `(sAMAccountName=${name})`, attributes, explicitBufferAttributes: attributes },
      })
      const [found] = searchEntries
      if (!found) throw new Error(`${name} is not there`)
      const bytes = [...(found.objectGUID as Buffer)].map((byte) => byte.toString(16).padStart(2, '0'))
      const part = (from: number, to: number) => bytes.slice(from, to)
      const parts = [part(0, 4).reverse(), part(4, 6).reverse(), part(6, 8).reverse(), part(8, 10), part(10, 16)]
      return parts.map((one) => one.join('')).join('-')
    })

  it('brings everybody over many pages, each by objectGUID, and the disabled as disabled', async () => {
    const run = await sync()
    expect(run).toMatchObject({ state: 'done', created: crowd + 4, updated: 0, failureReason: null, list: [] })
    for (const name of ['ana', 'dan', `crowd${crowd - 1}`]) {
      expect((await person(name))?.directoryEntryId).toBe(await guidOf(name))
    }
    expect(await person('ana')).toMatchObject({ accountEnabled: true, distinguishedName: `CN=ana,${staff}` })
    expect(await person('dan')).toMatchObject({ accountEnabled: false })
    expect(await person('crowd0')).toMatchObject({ accountEnabled: false })
  })

  it('brings groups, the groups in them, and the primary group that lists nobody', async () => {
    expect(await membersOf('inner')).toEqual(['ana', 'ben'])
    expect(await membersOf('outer')).toEqual(['cia'])
    const nested = await database.query(
      `SELECT p.display_name AS parent, c.display_name AS child FROM group_nesting n
       JOIN "group" p ON p.id = n.parent_id JOIN "group" c ON c.id = n.child_id
       WHERE p.display_name IN ('inner', 'outer') ORDER BY 1, 2`,
    )
    expect(nested).toEqual([{ parent: 'outer', child: 'inner' }])
    const primary = await membersOf('Domain Users')
    expect(primary).toHaveLength(crowd + 4)
    expect(primary).toContain('ana')
  })

  it('a second run takes over what changed, and nothing else', async () => {
    expect(await sync()).toMatchObject({ state: 'done', created: 0, updated: 0, disabled: 0 })
    samba.tool('user', 'disable', 'ben')
    samba.tool('user', 'enable', 'dan')
    const before = await person('cia')
    await asAdministrator(async (client) => {
      await client.modifyDN(`CN=cia,${staff}`, `CN=cia harbour,${staff}`)
      const said = { displayName: 'Cia of the harbour', preferredLanguage: 'de-AT' }
      const changes = Object.entries(said).map(([type, value]) => {
        return new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) })
      })
      await client.modify(`CN=cia harbour,${staff}`, changes)
    })
    samba.tool('group', 'removemembers', 'inner', 'ana')
    samba.tool('user', 'create', 'eve', password, '--userou=OU=Staff')
    const run = await sync()
    expect(run).toMatchObject({ state: 'done', created: 1 })
    expect(await person('ben')).toMatchObject({ accountEnabled: false })
    expect(await person('dan')).toMatchObject({ accountEnabled: true })
    // Another name, and the same person: the id decides.
    expect(await person('cia')).toMatchObject({
      ...{ id: before?.id, directoryEntryId: before?.directoryEntryId },
      ...{ distinguishedName: `CN=cia harbour,${staff}`, displayName: 'Cia of the harbour' },
      directoryLanguage: 'de-at',
    })
    expect(await membersOf('inner')).toEqual(['ben'])
    expect(await membersOf('Domain Users')).toContain('eve')
  })

  it('who is gone there is disabled here, and keeps their row', async () => {
    const before = await person('eve')
    samba.tool('user', 'delete', 'eve')
    expect(await sync()).toMatchObject({ state: 'done', disabled: 1 })
    expect(await person('eve')).toMatchObject({ id: before?.id, accountEnabled: false })
  })

  it('the id and the name that it brought are those that a new password is written to', async () => {
    const ana = await person('ana')
    const home = await passwordHomeOf(db(), ana?.id ?? '')
    if (home.kind !== 'directory') throw new Error('not in a directory')
    expect(home.entryId).toBe(ana?.directoryEntryId)
    expect(await setPassword(home, 'Fog-Over-The-Crane-2')).toEqual({ kind: 'done' })
    expect(await verifyDirectoryPassword(home, 'Fog-Over-The-Crane-2')).toEqual({ kind: 'right' })
    expect(await personHomeOf(db(), ana?.id ?? '')).toMatchObject({
      ...{ name: 'Harbor AD', lastSeenAt: expect.any(Date), isWritable: true },
    })
  })
})
