import { randomUUID } from 'node:crypto'
import { Attribute, Change, type Client } from 'ldapts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptAWayIn } from '@/lib/conditional-access/commands/guard'
import { directoryRoles } from '@/lib/directory/model'
import { synchronise } from '@/lib/directory/sync/run'
import { findRun, listIssues } from '@/lib/directory/sync/run-store'
import { db } from '@/lib/platform/db'
import { aPolicy, aUser } from '@/tests/support/builders'
import { aConnector, asSlapdManager, slapdSettings } from '@/tests/support/connectors'
import { testDatabase } from '@/tests/support/database'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, startSlapd } from '@/tests/support/slapd'

const database = testDatabase()
const groups = `ou=groups,${slapdBase}`
const dn = (name: string) => `cn=${name},ou=people,${slapdBase}`
const everything = { applications: { includeApplications: ['All'], includeUserActions: [] }, locations: null }

async function enable(displayName: string, policy: ReturnType<typeof aPolicy>) {
  const { conditions, grantControls } = policy
  const document = JSON.parse(JSON.stringify({ conditions, grantControls, sessionControls: null }))
  await db().conditionalAccessPolicy.create({ data: { displayName, state: 'enabled', document } })
}

async function withApp(userId: string) {
  const methodId = randomUUID()
  await db().authenticationMethod.create({ data: { id: methodId, userId, kind: 'softwareOath', slot: methodId } })
  await db().softwareOath.create({
    data: { methodId, secretSealed: 'sealed', algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n },
  })
}

describe.skipIf(!hasSlapd)('the last administrator who can come in, who lives in a directory', () => {
  let slapd: Slapd
  let id: string
  let adaId: string
  const manage = (work: (client: Client) => Promise<void>) => asSlapdManager(slapd, work)
  const name = (group: string, members: readonly string[]) =>
    manage((client) => {
      const modification = new Attribute({ type: 'member', values: [...members] })
      return client.modify(`cn=${group},${groups}`, new Change({ operation: 'replace', modification }))
    })
  const sync = async () => {
    const run = await findRun(db(), (await synchronise(id, keptAWayIn)) ?? '')
    const issues = await listIssues(db(), run?.id ?? '', 0, 100)
    return { ...run, list: issues.map(({ reason, name }) => `${reason} ${name}`) }
  }
  const groupsOfAda = async () => {
    const rows = await database.query<{ name: string }>(
      `WITH RECURSIVE inside (id) AS (SELECT group_id FROM group_member WHERE user_id = $1
         UNION SELECT n.parent_id FROM group_nesting n JOIN inside ON n.child_id = inside.id)
       SELECT display_name AS name FROM "group" WHERE id IN (SELECT id FROM inside) ORDER BY 1`,
      [adaId],
    )
    return rows.map((row) => row.name)
  }

  beforeAll(async () => {
    const group = (cn: string, member: string) =>
      `dn: cn=${cn},${groups}\nobjectClass: groupOfNames\ncn: ${cn}\nmember: ${member}\n\n`
    slapd = await startSlapd(
      [
        ...['ada', 'ben', 'cia'].map((one) => slapdPerson(one)),
        ...[group('blocked', dn('cia')), group('inner', dn('cia')), group('excepted', dn('ada'))],
      ].join(''),
    )
    id = await aConnector('Harbor LDAP', slapdSettings(slapd))
    expect(await sync()).toMatchObject({ state: 'done', created: 3 })
    adaId = (await db().user.findFirstOrThrow({ where: { userPrincipalName: 'ada@harbor.example' } })).id
    await db().roleAssignment.create({ data: { userId: adaId, roleId: directoryRoles.globalAdministrator } })
    await withApp(adaId)
    // Enabled, and let in by no policy.
    await aUser(db(), { roles: ['globalAdministrator'], passwordHash: 'hash' })
    await enable('MFA', aPolicy(everything))
    await enable('Registering', aPolicy({ locations: null }))
    const of = async (displayName: string) => (await db().group.findFirstOrThrow({ where: { displayName } })).id
    const users = { includeUsers: [], includeGroups: [await of('blocked')] }
    await enable('Block', aPolicy({ ...everything, users, grantControls: { builtInControls: ['block'] } }))
    const others = { includeUsers: ['All'], excludeGroups: [await of('excepted')] }
    await enable(
      'Block others',
      aPolicy({ ...everything, users: others, grantControls: { builtInControls: ['block'] } }),
    )
  })
  afterAll(() => slapd?.stop())

  it('is not put into a group that a policy blocks, and everybody else is', async () => {
    await name('blocked', [dn('cia'), dn('ada'), dn('ben')])
    expect(await sync()).toMatchObject({ state: 'done', membersAdded: 1, list: ['no_way_in blocked'] })
    expect(await groupsOfAda()).toEqual(['excepted'])
    // Told again, as long as the directory says so.
    expect(await sync()).toMatchObject({ state: 'done', membersAdded: 0, list: ['no_way_in blocked'] })
  })

  it('nor through a group within', async () => {
    await name('inner', [dn('cia'), dn('ada')])
    await name('blocked', [dn('cia'), dn('ben')])
    expect(await sync()).toMatchObject({ membersAdded: 1, list: [] })
    await name('blocked', [dn('cia'), dn('ben'), `cn=inner,${groups}`])
    expect((await sync()).list).toEqual(['no_way_in blocked'])
    expect(await groupsOfAda()).toEqual(['excepted', 'inner'])
    await name('blocked', [dn('cia'), dn('ben')])
  })

  it('is not taken out of a group that a policy leaves out', async () => {
    await name('excepted', [dn('ben')])
    expect(await sync()).toMatchObject({
      state: 'done',
      membersAdded: 1,
      membersRemoved: 0,
      list: ['no_way_in excepted'],
    })
    expect(await groupsOfAda()).toEqual(['excepted', 'inner'])
  })

  it('stays enabled when the entry is gone, and the run goes on', async () => {
    await manage(async (client) => {
      await client.del(dn('ada'))
      await client.add(dn('new'), { objectClass: ['inetOrgPerson'], cn: 'new', sn: 'x', mail: 'new@harbor.example' })
    })
    const run = await sync()
    expect(run).toMatchObject({ state: 'done', disabled: 0, created: 1 })
    expect(run.list).toContain('no_way_in ada@harbor.example')
    expect(await db().user.findUnique({ where: { id: adaId } })).toMatchObject({ accountEnabled: true })
  })

  it('goes as the directory says once somebody else can come in', async () => {
    const other = await aUser(db(), { roles: ['globalAdministrator'], passwordHash: 'hash' })
    await withApp(other.id)
    const excepted = await db().group.findFirstOrThrow({ where: { displayName: 'excepted' } })
    await db().groupMember.create({ data: { groupId: excepted.id, userId: other.id } })
    const run = await sync()
    expect(run).toMatchObject({ state: 'done', disabled: 1 })
    expect(await db().user.findUnique({ where: { id: adaId } })).toMatchObject({ accountEnabled: false })
  })
})
