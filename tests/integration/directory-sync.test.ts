import { Attribute, Change, type Client } from 'ldapts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptAWayIn } from '@/lib/conditional-access/commands/guard'
import { findConnector } from '@/lib/directory/connector/store'
import { directoryRoles } from '@/lib/directory/model'
import { listHeldPeople } from '@/lib/directory/sync/people-store'
import { synchronise } from '@/lib/directory/sync/run'
import {
  dueConnectors,
  endRun,
  failLostRuns,
  findRun,
  listIssues,
  moveRunOn,
  RunEnded,
  startRun,
} from '@/lib/directory/sync/run-store'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { aUser } from '@/tests/support/builders'
import { aConnector, asSlapdManager, slapdSettings } from '@/tests/support/connectors'
import { testDatabase } from '@/tests/support/database'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, startSlapd } from '@/tests/support/slapd'

const database = testDatabase()
const people = `ou=people,${slapdBase}`
const groups = `ou=groups,${slapdBase}`

const group = (name: string, members: readonly string[]) =>
  [
    `dn: cn=${name},${groups}`,
    'objectClass: groupOfNames',
    `cn: ${name}`,
    ...members.map((one) => `member: ${one}`),
  ].join('\n')
const dn = (name: string) => `cn=${name},${people}`

async function sync(id: string) {
  const runId = await synchronise(id, keptAWayIn)
  if (runId === null) throw new Error('a run was under way')
  const run = await findRun(db(), runId)
  if (run === null) throw new Error('the run is gone')
  return { ...run, list: (await listIssues(db(), runId, 0, 100)).map(({ reason, name }) => [reason, name]) }
}

const person = async (name: string) =>
  db().user.findFirst({
    where: { userPrincipalName: name },
    select: {
      ...{ id: true, displayName: true, mail: true, businessPhone: true, accountEnabled: true },
      ...{ distinguishedName: true, directoryEntryId: true },
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

describe.skipIf(!hasSlapd)('a directory at a real OpenLDAP', () => {
  let slapd: Slapd
  let id: string
  const manage = (work: (client: Client) => Promise<void>) => asSlapdManager(slapd, work)

  beforeAll(async () => {
    const names = ['ana', 'ben', 'cia', 'dan', ...Array.from({ length: 1200 }, (_, index) => `extra${index}`)]
    const entries = [
      ...names.map((name) => slapdPerson(name, { telephoneNumber: '+49 30 123456' })),
      `${group('inner', [dn('ana'), dn('ben')])}\n\n`,
      `${group('outer', [dn('cia'), `cn=inner,${groups}`, dn('nobody')])}\n\n`,
      `${group('circle', [`cn=outer,${groups}`, `cn=circle,${groups}`])}\n\n`,
    ]
    slapd = await startSlapd(entries.join(''))
    await manage(async (client) => {
      const member = new Attribute({ type: 'member', values: [`cn=circle,${groups}`] })
      await client.modify(`cn=inner,${groups}`, new Change({ operation: 'add', modification: member }))
    })
    id = await aConnector('Harbor LDAP', slapdSettings(slapd))
  })
  afterAll(() => slapd?.stop())

  it('brings everybody, over many pages, with their groups and the groups in groups', async () => {
    const run = await sync(id)
    expect(run).toMatchObject({ state: 'done', created: 1204, updated: 0, disabled: 0, issues: 0, failureReason: null })
    expect(await person('ana@harbor.example')).toMatchObject({
      displayName: 'ana',
      mail: 'ana@harbor.example',
      businessPhone: '+49 30 123456',
      accountEnabled: true,
      distinguishedName: dn('ana'),
    })
    expect(await membersOf('inner')).toEqual(['ana', 'ben'])
    expect(await membersOf('outer')).toEqual(['cia'])
    const nested = await database.query(
      `SELECT p.display_name AS parent, c.display_name AS child FROM group_nesting n
       JOIN "group" p ON p.id = n.parent_id JOIN "group" c ON c.id = n.child_id ORDER BY 1, 2`,
    )
    expect(nested).toEqual([
      { parent: 'circle', child: 'outer' },
      { parent: 'inner', child: 'circle' },
      { parent: 'outer', child: 'inner' },
    ])
    const [told] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM audit_event WHERE activity = 'App: user created' AND reason = 'synchronised'`,
    )
    expect(told?.count).toBe(1204)
  })

  it('lets the database look at what it brought, and does not where it brought nothing', async () => {
    const looks = async () => {
      const [row] = await database.query<{ entries: number; members: number }>(
        `SELECT sum(analyze_count) FILTER (WHERE relname = 'directory_entry')::int AS entries,
           sum(analyze_count) FILTER (WHERE relname = 'group_member')::int AS members FROM pg_stat_user_tables`,
      )
      return row
    }
    await expect.poll(looks).toEqual({ entries: 3, members: 3 })
    await sync(id)
    expect(await looks()).toEqual({ entries: 3, members: 3 })
  })

  it('changes nothing the second time', async () => {
    const run = await sync(id)
    expect(run).toMatchObject({ state: 'done', created: 0, updated: 0, disabled: 0, groupsChanged: 0, membersAdded: 0 })
    expect(run.membersRemoved).toBe(0)
  })

  it('after a run that had nothing to do it finds who joined, who left, and a changed attribute', async () => {
    const change = (operation: 'add' | 'delete' | 'replace', about: string, type: string, value: string) =>
      manage((client) =>
        client.modify(about, new Change({ operation, modification: new Attribute({ type, values: [value] }) })),
      )
    await change('add', `cn=outer,${groups}`, 'member', dn('dan'))
    expect(await sync(id)).toMatchObject({ state: 'done', membersAdded: 1, membersRemoved: 0 })
    expect(await membersOf('outer')).toEqual(['cia', 'dan'])
    expect(await sync(id)).toMatchObject({ state: 'done', membersAdded: 0, membersRemoved: 0 })
    await change('delete', `cn=outer,${groups}`, 'member', dn('dan'))
    expect(await sync(id)).toMatchObject({ state: 'done', membersAdded: 0, membersRemoved: 1 })
    expect(await membersOf('outer')).toEqual(['cia'])
    await sync(id)
    await change('replace', dn('dan'), 'telephoneNumber', '+49 30 999999')
    expect(await sync(id)).toMatchObject({ state: 'done', updated: 1 })
    expect(await person('dan@harbor.example')).toMatchObject({ businessPhone: '+49 30 999999' })
  })

  it('puts right what was changed here: at once where the number differs, else within a day', async () => {
    const inner = `(SELECT id FROM "group" WHERE display_name = 'inner')`
    const idOf = (name: string) => `(SELECT id FROM "user" WHERE user_principal_name = '${name}@harbor.example')`
    await sync(id)
    await database.query(`DELETE FROM group_member WHERE group_id = ${inner} AND user_id = ${idOf('ana')}`)
    expect(await sync(id)).toMatchObject({ state: 'done', membersAdded: 1 })
    await database.query(`UPDATE group_member SET user_id = ${idOf('extra5')}
      WHERE group_id = ${inner} AND user_id = ${idOf('ana')}`)
    expect(await sync(id)).toMatchObject({ state: 'done', membersAdded: 0, membersRemoved: 0 })
    await database.query(`UPDATE directory_sync_run SET members_checked_at = members_checked_at - interval '25 hours'`)
    expect(await sync(id)).toMatchObject({ state: 'done', membersAdded: 1, membersRemoved: 1 })
    expect(await membersOf('inner')).toEqual(['ana', 'ben'])
  })

  it('knows somebody by their id when they are renamed and moved', async () => {
    const before = await person('ana@harbor.example')
    await manage(async (client) => {
      await client.add(`ou=away,${people}`, { objectClass: 'organizationalUnit', ou: 'away' })
      await client.modifyDN(dn('ana'), `cn=Anna,ou=away,${people}`)
      const mail = new Attribute({ type: 'mail', values: ['anna@harbor.example'] })
      await client.modify(`cn=Anna,ou=away,${people}`, new Change({ operation: 'replace', modification: mail }))
    })
    expect(await sync(id)).toMatchObject({ state: 'done', created: 0, updated: 1, disabled: 0 })
    const after = await person('anna@harbor.example')
    expect(after?.id).toBe(before?.id)
    expect(after).toMatchObject({ displayName: 'Anna', distinguishedName: `cn=Anna,ou=away,${people}` })
    // OpenLDAP leaves the old name in the group, so the directory itself says that she left it.
    expect(await membersOf('inner')).toEqual(['ben'])
  })

  it('disables whoever is gone, ends their sessions, and enables them when they come back', async () => {
    const ben = await person('ben@harbor.example')
    await database.query(
      `INSERT INTO session (id, token_hash, user_id, stage, proofs, correlation_id, expires_at)
       VALUES (gen_random_uuid(), 'x', $1, 'full', '[]', gen_random_uuid(), now() + interval '1 hour')`,
      [ben?.id],
    )
    await manage((client) => client.del(dn('ben')))
    expect(await sync(id)).toMatchObject({ state: 'done', disabled: 1, created: 0 })
    expect(await person('ben@harbor.example')).toMatchObject({ id: ben?.id, accountEnabled: false })
    expect(await database.query('SELECT 1 FROM session WHERE user_id = $1', [ben?.id])).toEqual([])
  })

  it('disables whoever an administrator locked for good, and nobody for wrong passwords', async () => {
    const lock = (name: string, time: string | null) => {
      const modification = new Attribute({ type: 'pwdAccountLockedTime', values: time === null ? [] : [time] })
      const operation = time === null ? 'delete' : 'add'
      return manage((client) => client.modify(dn(name), new Change({ operation, modification })))
    }
    await lock('extra9', '000001010000Z')
    await lock('extra10', '20261130140721Z')
    expect(await sync(id)).toMatchObject({ state: 'done', disabled: 1 })
    expect(await person('extra9@harbor.example')).toMatchObject({ accountEnabled: false })
    expect(await person('extra10@harbor.example')).toMatchObject({ accountEnabled: true })
    await lock('extra9', null)
    expect(await sync(id)).toMatchObject({ state: 'done', disabled: 0, updated: 1 })
    expect(await person('extra9@harbor.example')).toMatchObject({ accountEnabled: true })
  })

  it('takes an entry made anew for somebody else, under the name of the one that is gone', async () => {
    const gone = await person('ben@harbor.example')
    await manage(async (client) => {
      const entry = { objectClass: ['inetOrgPerson'], cn: 'ben', sn: 'ben', mail: 'ben@harbor.example' }
      await client.add(dn('ben'), entry)
    })
    expect(await sync(id)).toMatchObject({ state: 'done', created: 1, disabled: 0 })
    const made = await person('ben@harbor.example')
    expect(made?.id).not.toBe(gone?.id)
    const old = await db().user.findUniqueOrThrow({ where: { id: gone?.id } })
    expect(old).toMatchObject({
      accountEnabled: false,
      userPrincipalName: expect.stringMatching(/^moved-.*@moved.invalid$/),
    })
  })

  it('never takes over a local account by its name, and says so', async () => {
    const local = await aUser(db(), { userPrincipalName: 'gus@harbor.example', roles: ['globalAdministrator'] })
    await manage((client) =>
      client.add(dn('gus'), { objectClass: ['inetOrgPerson'], cn: 'gus', sn: 'gus', mail: 'gus@harbor.example' }),
    )
    const run = await sync(id)
    expect(run).toMatchObject({
      state: 'done',
      created: 0,
      issues: 1,
      list: [['name_taken_here', 'gus@harbor.example']],
    })
    expect(await person('gus@harbor.example')).toMatchObject({ id: local.id, directoryEntryId: null })
    await manage((client) => client.del(dn('gus')))
  })

  it('swaps two names in one run', async () => {
    const [cia, dan] = [await person('cia@harbor.example'), await person('dan@harbor.example')]
    const rename = (client: Client, name: string, mail: string) => {
      const modification = new Attribute({ type: 'mail', values: [mail] })
      return client.modify(dn(name), new Change({ operation: 'replace', modification }))
    }
    await manage(async (client) => {
      await rename(client, 'cia', 'dan@harbor.example')
      await rename(client, 'dan', 'cia@harbor.example')
    })
    expect(await sync(id)).toMatchObject({ state: 'done', updated: 2, issues: 0 })
    expect((await person('dan@harbor.example'))?.id).toBe(cia?.id)
    expect((await person('cia@harbor.example'))?.id).toBe(dan?.id)
  })

  it('leaves hostile values out and goes on', async () => {
    await manage(async (client) => {
      const entry = (cn: string, more: Record<string, string>) => ({
        objectClass: ['inetOrgPerson'],
        cn,
        sn: 'x',
        ...more,
      })
      await client.add(dn('h1'), entry('h1', { mail: 'two words@harbor.example' }))
      await client.add(dn('h2'), entry('h2', { displayName: 'y', mail: "'; DROP TABLE user;--@harbor.example" }))
      await client.add(`cn=a\\2c \\22b\\\\,${people}`, entry('a, "b\\', { mail: 'quoted@harbor.example' }))
      await client.add(dn('h3'), entry('h3', {}))
      await client.add(dn('h4'), entry('h4', { mail: 'h4@harbor.example', telephoneNumber: '1' }))
      const member = new Attribute({ type: 'member', values: [`cn=a\\2c \\22b\\\\,${people}`] })
      await client.modify(`cn=inner,${groups}`, new Change({ operation: 'add', modification: member }))
    })
    const run = await sync(id)
    expect(run).toMatchObject({ state: 'done', created: 2, issues: 3 })
    expect(run.list.map(([reason]) => reason).sort()).toEqual(['name_invalid', 'name_invalid', 'name_missing'])
    expect(await person('h4@harbor.example')).toMatchObject({ businessPhone: null })
    expect(await membersOf('inner')).toEqual(['quoted', 'ben'].sort())
  })

  it('goes on where a long name would be cut through the middle of a character', async () => {
    const away = `ou=${'b'.repeat(48)}🔑,${people}`
    const long = 'a'.repeat(200)
    await manage(async (client) => {
      await client.add(away, { objectClass: ['organizationalUnit'], ou: `${'b'.repeat(48)}🔑` })
      await client.add(`cn=${long},${away}`, { objectClass: ['inetOrgPerson'], cn: long, sn: 'x' })
      await client.add(dn('new'), { objectClass: ['inetOrgPerson'], cn: 'new', sn: 'x', mail: 'new@harbor.example' })
    })
    const run = await sync(id)
    expect(run).toMatchObject({ state: 'done', created: 1, failureReason: null })
    expect(run.list).toContainEqual(['name_missing', ''])
    await manage(async (client) => {
      for (const one of [`cn=${long},${away}`, away, dn('new')]) await client.del(one)
    })
    expect(await sync(id)).toMatchObject({ state: 'done', disabled: 1 })
  })

  it('disables nobody when too many are gone at once, says whom, and does it once when allowed', async () => {
    await manage(async (client) => {
      for (let index = 0; index < 200; index++) await client.del(dn(`extra${index}`))
    })
    const held = await sync(id)
    expect(held).toMatchObject({ state: 'held', disabled: 0, heldPeople: 200 })
    expect(await person('extra7@harbor.example')).toMatchObject({ accountEnabled: true })
    expect(await listHeldPeople(db(), held.id, '', 500)).toHaveLength(200)
    await manage(async (client) => {
      for (let index = 200; index < 210; index++) await client.del(dn(`extra${index}`))
    })
    await db().directoryConnector.update({
      where: { id },
      data: { allowedRunId: held.id, syncRequestedAt: new Date() },
    })
    const done = await sync(id)
    // The ten that nobody saw on the list are within the share.
    expect(done).toMatchObject({ state: 'done', disabled: 210, heldPeople: 0 })
    expect(await findConnector(db(), id)).toMatchObject({ syncRequestedAt: null })
  })

  it('never disables the last administrator', async () => {
    const last = await person('dan@harbor.example')
    await db().roleAssignment.deleteMany({})
    await db().roleAssignment.create({ data: { userId: last?.id ?? '', roleId: directoryRoles.globalAdministrator } })
    await manage((client) => client.del(dn('cia')))
    const run = await sync(id)
    expect(run).toMatchObject({
      state: 'done',
      disabled: 0,
      list: expect.arrayContaining([['last_administrator', 'dan@harbor.example']]),
    })
    expect(await person('dan@harbor.example')).toMatchObject({ accountEnabled: true })
  })

  it('says that a certificate is not trusted, also while the server is left alone for it', async () => {
    // Its certificate is for another name.
    const servers = [{ url: slapd.ldapsUrl.replace('localhost', '127.0.0.1') }]
    const untrusted = await aConnector('Untrusted', slapdSettings(slapd, { servers }))
    for (let time = 0; time <= limits.circuitBreaker.failuresInRow; time++)
      expect(await sync(untrusted)).toMatchObject({ state: 'failed', failureReason: 'not_trusted' })
    await database.query('DELETE FROM directory_connector WHERE id = $1', [untrusted])
  })

  it('takes nothing away when the server dies while it is read, and nothing when a base is gone', async () => {
    await manage((client) => client.del(dn('extra500')))
    const running = sync(id)
    await slapd.kill()
    const run = await running
    if (run.state !== 'failed') expect(run.disabled).toBe(1)
    else {
      expect(run).toMatchObject({ failureReason: 'unreachable', disabled: 0 })
      expect(await person('extra500@harbor.example')).toMatchObject({ accountEnabled: true })
    }
    await slapd.start()
    await database.query(
      `UPDATE directory_connector SET settings = jsonb_set(settings, '{baseDistinguishedNames}', $1), version = version + 1`,
      [JSON.stringify([`ou=wrong,${slapdBase}`])],
    )
    expect(await sync(id)).toMatchObject({ state: 'failed', failureReason: 'base_not_found', disabled: 0 })
    await database.query(
      `UPDATE directory_connector SET settings = jsonb_set(settings, '{baseDistinguishedNames}', $1), version = version + 1`,
      [JSON.stringify([groups])],
    )
    expect(await sync(id)).toMatchObject({ state: 'failed', failureReason: 'nobody_found', disabled: 0 })
  })

  it('runs once at a time, and a run whose process died is found and made up for', async () => {
    await database.query(
      `UPDATE directory_connector SET settings = jsonb_set(settings, '{baseDistinguishedNames}', $1), version = version + 1`,
      [JSON.stringify([people, groups])],
    )
    const started = await transaction((tx) => startRun(tx, id, now()))
    expect(started).not.toBeNull()
    expect(await synchronise(id, keptAWayIn)).toBeNull()
    expect(await dueConnectors(db(), secondsFrom(now(), 7200))).toEqual([])
    await failLostRuns(db(), secondsFrom(now(), 61))
    expect(await findRun(db(), started?.id ?? '')).toMatchObject({ state: 'failed', failureReason: 'interrupted' })
    if (started) await expect(moveRunOn(db(), started, now())).rejects.toThrow(RunEnded)
    expect(await dueConnectors(db(), now())).toEqual([])
    expect(await dueConnectors(db(), secondsFrom(now(), 301))).toEqual([id])
    expect(await sync(id)).toMatchObject({ state: 'done', disabled: 1 })
  })

  it('runs once where two processes saw its turn come', async () => {
    const begin = () => transaction((tx) => startRun(tx, id, now(), { onlyWhenDue: true }))
    await database.query('UPDATE directory_connector SET sync_requested_at = now()')
    expect(await dueConnectors(db(), now())).toEqual([id])
    const first = await begin()
    if (first) await transaction((tx) => endRun(tx, first, null, now()))
    expect(first).not.toBeNull()
    expect(await begin()).toBeNull()
  })

  it('stops when its settings change under it', async () => {
    const started = await transaction((tx) => startRun(tx, id, now()))
    await database.query('UPDATE directory_connector SET version = version + 1')
    if (started) await expect(moveRunOn(db(), started, now())).rejects.toMatchObject({ reason: 'connector_changed' })
    expect(started).not.toBeNull()
  })
})

describe.skipIf(!hasSlapd)('groups in groups at a real OpenLDAP', () => {
  let slapd: Slapd
  let id: string
  const teams = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `cn=team${from + index},${groups}`)
  const nestings = async (parent: string) => {
    const [row] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM group_nesting n JOIN "group" p ON p.id = n.parent_id WHERE p.display_name = $1`,
      [parent],
    )
    return row?.count
  }
  const name = (group: string, members: readonly string[]) =>
    asSlapdManager(slapd, (client) => {
      const modification = new Attribute({ type: 'member', values: [...members] })
      return client.modify(`cn=${group},${groups}`, new Change({ operation: 'replace', modification }))
    })

  beforeAll(async () => {
    const many = Array.from({ length: 30 }, (_, index) => index)
    slapd = await startSlapd(
      [
        ...many.map((index) => slapdPerson(`m${index}`)),
        ...many.map((index) => `${group(`team${index}`, [dn(`m${index}`)])}\n\n`),
        `${group('must-mfa', teams(0, 30))}\n\n`,
        `${group('all', teams(0, 30))}\n\n`,
        `${group('site', [`cn=all,${groups}`, dn('m0')])}\n\n`,
      ].join(''),
    )
    id = await aConnector('Harbor teams', slapdSettings(slapd))
    expect(await sync(id)).toMatchObject({ state: 'done', created: 30 })
  })
  afterAll(() => slapd?.stop())

  it('many that leave a group are held like the people in them, and go when that is allowed', async () => {
    await name('must-mfa', [dn('nobody')])
    const held = await sync(id)
    expect(held).toMatchObject({ state: 'held', heldMembers: 30 })
    expect(await nestings('must-mfa')).toBe(30)
    await db().directoryConnector.update({ where: { id }, data: { allowedRunId: held.id } })
    expect(await sync(id)).toMatchObject({ state: 'done', heldMembers: 0 })
    expect(await nestings('must-mfa')).toBe(0)
  })

  it('one with many people in it, through other groups, weighs as much as they do', async () => {
    await name('site', [dn('m0')])
    expect(await sync(id)).toMatchObject({ state: 'held', heldMembers: 30 })
    expect(await nestings('site')).toBe(1)
    await name('site', [`cn=all,${groups}`, dn('m0')])
    expect(await sync(id)).toMatchObject({ state: 'done', heldMembers: 0 })
  })

  it('a few go by themselves, and so does a group that is gone', async () => {
    await name('all', teams(0, 28))
    expect(await sync(id)).toMatchObject({ state: 'done', heldMembers: 0 })
    expect(await nestings('all')).toBe(28)
    await asSlapdManager(slapd, async (client) => {
      await client.del(`cn=all,${groups}`)
      await name('site', [dn('m0')])
    })
    expect(await sync(id)).toMatchObject({ state: 'done', heldGroups: 0, heldMembers: 0 })
    expect(await nestings('site')).toBe(0)
    expect(await nestings('all')).toBe(0)
  })
})
