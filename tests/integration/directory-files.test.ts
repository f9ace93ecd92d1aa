import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DirectoryRole } from '@/lib/directory/model'
import { acceptFile, confirmImport, discardImport, recordExport } from '@/lib/directory-files/commands'
import { groupsAsCsv, peopleAsCsv } from '@/lib/directory-files/export'
import type { Asking, FileKind } from '@/lib/directory-files/model'
import { workOnFiles } from '@/lib/directory-files/run'
import { claimImport, findImport, keepHold } from '@/lib/directory-files/store/imports'
import { listLines } from '@/lib/directory-files/store/lines'
import { purgeExpired } from '@/lib/jobs/purge'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { anAsking, auditOf } from '@/tests/support/asking'
import { aGroup, aPolicy, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()

async function asker(...roles: DirectoryRole[]) {
  const user = await aUser(db(), { roles })
  return { ...(await anAsking(user.id)), user }
}

/** A file that was sent and checked. */
async function checked(asking: Asking, text: string, kind: FileKind = 'people'): Promise<string> {
  const accepted = await acceptFile(asking, { kind, fileName: 'list.csv', bytes: Buffer.from(text) })
  if (!accepted.ok) throw new Error(accepted.failure.code)
  await workOnFiles()
  return accepted.value.importId
}

async function imported(asking: Asking, text: string, kind: FileKind = 'people'): Promise<string> {
  const id = await checked(asking, text, kind)
  const confirmed = await confirmImport(asking, id)
  if (!confirmed.ok) throw new Error(confirmed.failure.code)
  await workOnFiles()
  return id
}

const left = async (id: string) =>
  (await listLines(db(), id, 'refused', 0, 100)).map(({ line, trouble }) => `${line} ${trouble?.reason}`)
const counts = async (id: string) => {
  const file = await findImport(db(), id)
  const { new: made, changed, unchanged, refused } = file?.done ?? file?.found ?? {}
  return [file?.state, made, changed, unchanged, refused].join(' ')
}
const stored = async (name: string) => {
  const [row] = await database.query(
    `SELECT display_name, mail, business_phone, user_type, guest_type, account_enabled, password_hash,
      ARRAY(SELECT g.display_name FROM group_member m JOIN "group" g ON g.id = m.group_id WHERE m.user_id = u.id ORDER BY 1) AS groups
     FROM "user" u WHERE user_principal_name = $1`,
    [name],
  )
  return row
}
const textOf = async (pieces: AsyncIterable<string>) => {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
const mail = (name: string) => `${name}.${randomUUID().slice(0, 8)}@harbor.example`

describe('a list of people', () => {
  it('does nothing before it is confirmed, then what was shown, and nothing when it comes again', async () => {
    const desk = await asker('userAdministrator')
    const group = await aGroup(db())
    const [anna, ben, gus] = [mail('anna'), mail('ben'), mail('gus')]
    const cia = await aUser(db(), { mail: 'old@harbor.example' })
    const text = [
      'userPrincipalName;displayName;mail;businessPhone;userType;accountEnabled;groups;password',
      `${anna};Anna;anna@mail.example;+46 8 123;;;${group.displayName};Secret-word-1`,
      `${ben};Ben;;;;false;;Secret-word-2`,
      `${gus};Gus;;;guest;;;`,
      `${cia.userPrincipalName.toUpperCase()};${cia.displayName};new@harbor.example;;;;;`,
      `${desk.user.userPrincipalName};${desk.user.displayName};;;;;;`,
      `nobody;X;;;;;;`,
      `${mail('x')};X;;;;;Nowhere;`,
    ].join('\r\n')
    const id = await checked(desk, `\uFEFF${text}`)
    expect(await counts(id)).toBe('ready 3 1 1 2')
    expect(await left(id)).toEqual(['7 user_name_invalid', '8 unknown_group'])
    expect(await stored(anna)).toBeUndefined()
    expect((await stored(cia.userPrincipalName))?.mail).toBe('old@harbor.example')
    const rows = JSON.stringify(await database.query('SELECT * FROM directory_import_line WHERE import_id = $1', [id]))
    expect(rows).not.toContain('Secret-word')

    expect(await confirmImport(desk, id)).toMatchObject({ ok: true })
    expect(await confirmImport(desk, id)).toMatchObject({ failure: { code: 'directory_files.not_ready' } })
    await workOnFiles()
    expect(await counts(id)).toBe('done 3 1 1 2')
    expect(await stored(anna)).toEqual({
      ...{ display_name: 'Anna', mail: 'anna@mail.example', business_phone: '+46 8 123', user_type: 'member' },
      ...{ guest_type: null, account_enabled: true, password_hash: null, groups: [group.displayName] },
    })
    expect(await stored(ben)).toMatchObject({ account_enabled: false, groups: [] })
    expect(await stored(gus)).toMatchObject({ user_type: 'guest', guest_type: 'internalGuest' })
    expect((await stored(cia.userPrincipalName))?.mail).toBe('new@harbor.example')
    // A contact is no method.
    expect(await database.query('SELECT 1 FROM authentication_method')).toEqual([])

    // What lines said is forgotten; what was left out is kept.
    const kept = await database.query('SELECT says, changes FROM directory_import_line WHERE import_id = $1', [id])
    expect(kept).toEqual([
      { says: null, changes: [] },
      { says: null, changes: [] },
    ])
    const again = await checked(desk, text)
    expect(await counts(again)).toBe('ready 0 0 5 2')
    expect(await confirmImport(desk, again)).toMatchObject({ failure: { code: 'directory_files.nothing_to_do' } })
  })

  it('is told to the trail: the file, and each person, without contacts', async () => {
    const desk = await asker('userAdministrator')
    const cia = await aUser(db())
    const name = mail('dora')
    const id = await imported(
      desk,
      `upn,name,mail\n${name},Dora,dora@secret.example\n${cia.userPrincipalName},Cia,cia@secret.example`,
    )
    expect((await auditOf(id)).map(({ activity, reason }) => [activity, reason])).toEqual([
      ['App: file of people or groups uploaded', null],
      ['App: file of people or groups imported', 'confirmed'],
      ['App: file of people or groups imported', 'finished'],
    ])
    const [dora] = await database.query<{ id: string }>('SELECT id::text FROM "user" WHERE user_principal_name = $1', [
      name,
    ])
    const created = await auditOf(dora?.id ?? '')
    const updated = await auditOf(cia.id)
    expect(created).toMatchObject([{ activity: 'App: user created', reason: 'imported' }])
    expect(updated).toMatchObject([{ activity: 'App: user updated', reason: 'imported' }])
    for (const { record } of [...created, ...updated]) {
      expect(record).toContain(desk.user.id)
      expect(record).not.toContain('secret.example')
    }
  })

  it('ends the sessions of whom it disables, and changes nobody above the one who confirms', async () => {
    const desk = await asker('userAdministrator')
    const eve = await aUser(db())
    await anAsking(eve.id)
    const boss = await aUser(db(), { roles: ['securityAdministrator'] })
    const inRoles = await aUser(db())
    await aGroup(db(), { isRoleAssignable: true, memberIds: [inRoles.id] })
    const line = (user: typeof eve) => `${user.userPrincipalName},false`
    const id = await imported(desk, `upn,accountEnabled\n${[eve, boss, inRoles, desk.user].map(line).join('\n')}`)
    expect(await counts(id)).toBe('done 0 1 0 3')
    expect(await left(id)).toEqual(['3 person_protected', '4 person_protected', '5 own_account'])
    expect(await database.query('SELECT 1 FROM session WHERE user_id = $1', [eve.id])).toEqual([])
    expect((await stored(eve.userPrincipalName))?.account_enabled).toBe(false)
    expect((await stored(boss.userPrincipalName))?.account_enabled).toBe(true)
  })

  it('leaves accounts of a directory alone', async () => {
    const desk = await asker('userAdministrator')
    const connector = await db().directoryConnector.create({
      data: { name: 'LDAP', kind: 'ldap', settings: {}, bindPasswordSealed: 'v1.sealed' },
    })
    const lena = await aUser(db())
    await db().user.update({
      where: { id: lena.id },
      data: { directoryConnectorId: connector.id, directoryEntryId: randomUUID() },
    })
    const id = await checked(desk, `upn,name\n${lena.userPrincipalName},Other`)
    expect(await left(id)).toEqual(['2 from_directory'])
    const same = await checked(desk, `upn,name\n${lena.userPrincipalName},${lena.displayName}`)
    expect(await counts(same)).toBe('ready 0 0 1 0')
  })
})

describe('between showing and doing', () => {
  it('whatever would do something else than was shown is left out', async () => {
    const desk = await asker('userAdministrator')
    const [fay, gil] = [await aUser(db()), await aUser(db())]
    const name = mail('new')
    const id = await checked(desk, `upn,name\n${fay.userPrincipalName},Fay\n${gil.userPrincipalName},Gil\n${name},New`)
    await db().user.update({ where: { id: fay.id }, data: { displayName: 'Fay Other' } })
    await db().roleAssignment.create({ data: { userId: gil.id, roleId: '194ae4cb-b126-40b2-bd5b-6091b380977d' } })
    await aUser(db(), { userPrincipalName: name, displayName: 'Somebody else' })
    await confirmImport(desk, id)
    await workOnFiles()
    expect(await counts(id)).toBe('done 0 0 0 3')
    expect(await left(id)).toEqual(['2 changed_since', '3 person_protected', '4 changed_since'])
    expect(await stored(name)).toMatchObject({ display_name: 'Somebody else' })
  })

  it('whoever loses the right stops what they confirmed', async () => {
    const desk = await asker('userAdministrator')
    const names = [mail('one'), mail('two')]
    const id = await checked(desk, `upn,name\n${names.map((name) => `${name},X`).join('\n')}`)
    await confirmImport(desk, id)
    await db().roleAssignment.deleteMany({ where: { userId: desk.user.id } })
    await workOnFiles()
    expect(await counts(id)).toBe('stopped 0 0 0 2')
    expect(await left(id)).toEqual(['2 not_allowed', '3 not_allowed'])
    expect(await stored(names[0] ?? '')).toBeUndefined()
  })

  it('a file may be thrown away, and one that nobody confirms goes after a day', async () => {
    const desk = await asker('userAdministrator')
    const one = await checked(desk, `upn,name\n${mail('x')},X`)
    expect(await discardImport(desk, one)).toMatchObject({ ok: true })
    expect(await findImport(db(), one)).toBeNull()
    expect(await discardImport(desk, one)).toMatchObject({ failure: { code: 'directory_files.not_found' } })
    const two = await checked(desk, `upn,name\n${mail('x')},X`)
    await purgeExpired(secondsFrom(now(), limits.directoryFiles.waitingHours * 3600 - 60))
    expect(await findImport(db(), two)).not.toBeNull()
    await purgeExpired(secondsFrom(now(), limits.directoryFiles.waitingHours * 3600 + 60))
    expect(await findImport(db(), two)).toBeNull()
  })
})

describe('the last way in', () => {
  it('is never closed by a list: the decisions are asked, in the dry run already', async () => {
    await database.query('DELETE FROM role_assignment')
    const ada = await aUser(db(), { roles: ['globalAdministrator'], passwordHash: 'hash' })
    const methodId = randomUUID()
    await db().authenticationMethod.create({
      data: { id: methodId, userId: ada.id, kind: 'softwareOath', slot: methodId },
    })
    await db().softwareOath.create({
      data: { methodId, secretSealed: 'sealed', algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n },
    })
    // Signs in with a password alone, which no policy lets into the admin area.
    const top = await asker('globalAdministrator')
    const { conditions, grantControls } = aPolicy({
      applications: { includeApplications: ['All'], includeUserActions: [] },
      locations: null,
    })
    const registering = aPolicy({ locations: null })
    for (const [displayName, document] of [
      ['MFA', { conditions, grantControls, sessionControls: null }],
      [
        'Registering',
        { conditions: registering.conditions, grantControls: registering.grantControls, sessionControls: null },
      ],
    ] as const)
      await db().conditionalAccessPolicy.create({
        data: { displayName, state: 'enabled', document: JSON.parse(JSON.stringify(document)) },
      })
    const disabling = await checked(top, `upn,accountEnabled\n${ada.userPrincipalName},false`)
    expect(await left(disabling)).toEqual(['2 no_way_in'])
    expect((await stored(ada.userPrincipalName))?.account_enabled).toBe(true)
    const harmless = await imported(top, `upn,name\n${ada.userPrincipalName},Ada Lind`)
    expect(await counts(harmless)).toBe('done 0 1 0 0')

    // The same way in may be closed by a group that a policy blocks.
    const blocked = await aGroup(db(), { displayName: 'Blocked' })
    const block = aPolicy({
      users: { includeUsers: [], includeGroups: [blocked.id] },
      applications: { includeApplications: ['All'], includeUserActions: [] },
      ...{ locations: null, grantControls: { builtInControls: ['block'] } },
    })
    const document = { conditions: block.conditions, grantControls: block.grantControls, sessionControls: null }
    await db().conditionalAccessPolicy.create({
      data: { displayName: 'Block', state: 'enabled', document: JSON.parse(JSON.stringify(document)) },
    })
    const joining = await checked(top, `name,members\nBlocked,${ada.userPrincipalName}`, 'groups')
    expect(await left(joining)).toEqual(['2 no_way_in'])
    // Through a group within, it shows when it is done.
    await aGroup(db(), { displayName: 'Inner', memberIds: [ada.id] })
    const nesting = await imported(top, 'name,memberGroups\nBlocked,Inner\nHarmless,', 'groups')
    expect(await left(nesting)).toEqual(['2 no_way_in'])
    expect(await counts(nesting)).toBe('done 1 0 0 1')
    const stepwise = await imported(top, 'name,memberGroups\nMiddle,Inner\nBlocked,Middle', 'groups')
    expect(await left(stepwise)).toEqual(['3 no_way_in'])
    await database.query('DELETE FROM conditional_access_policy')
  })
})

describe('a list of groups', () => {
  it('makes groups, with members and groups that come later in the file, and finds them made', async () => {
    const desk = await asker('groupsAdministrator')
    const [kim, lee] = [await aUser(db()), await aUser(db())]
    const tag = randomUUID().slice(0, 6)
    const text = [
      'name,description,members,membersToRemove,memberGroups',
      `All ${tag},Everybody,,,Crew ${tag}; Office ${tag}`,
      `Crew ${tag},,${kim.userPrincipalName}; ${lee.userPrincipalName},,`,
      `Office ${tag},,,,`,
      `Crew ${tag},,${lee.userPrincipalName},,`,
      `Round ${tag},,,,Round ${tag}`,
      `Lost ${tag},,,,Nowhere`,
      `Bad ${tag},,nobody@harbor.example,,`,
    ].join('\n')
    const id = await imported(desk, text, 'groups')
    expect(await counts(id)).toBe('done 3 0 1 3')
    expect(await left(id)).toEqual(['6 circle', '7 unknown_group', '8 unknown_person'])
    const nested = await database.query(
      `SELECT p.display_name AS parent, c.display_name AS child FROM group_nesting n
       JOIN "group" p ON p.id = n.parent_id JOIN "group" c ON c.id = n.child_id WHERE p.display_name = $1 ORDER BY 2`,
      [`All ${tag}`],
    )
    expect(nested.map(({ child }) => child)).toEqual([`Crew ${tag}`, `Office ${tag}`])
    expect((await stored(kim.userPrincipalName))?.groups).toEqual([`Crew ${tag}`])
    const again = await checked(desk, text, 'groups')
    expect(await counts(again)).toBe('ready 0 0 4 3')
    const taken = await imported(desk, `name,membersToRemove\nCrew ${tag},${kim.userPrincipalName}`, 'groups')
    expect(await counts(taken)).toBe('done 0 1 0 0')
    expect((await stored(kim.userPrincipalName))?.groups).toEqual([])
    const [crew] = await database.query<{ id: string }>('SELECT id::text FROM "group" WHERE display_name = $1', [
      `Crew ${tag}`,
    ])
    expect((await auditOf(crew?.id ?? '')).map(({ reason }) => reason)).toEqual([
      'created',
      'members_added',
      'members_removed',
    ])
  })

  it('gives nobody a place where policies look away, or where roles are', async () => {
    const desk = await asker('userAdministrator')
    const top = await asker('globalAdministrator')
    const kim = await aUser(db())
    const spared = await aGroup(db(), { displayName: 'Emergency' })
    await aGroup(db(), { displayName: 'Outer', childIds: [] })
    const inner = await aGroup(db(), { displayName: 'Within emergency' })
    await db().groupNesting.create({ data: { parentId: spared.id, childId: inner.id } })
    const roles = await aGroup(db(), { displayName: 'Role holders', isRoleAssignable: true })
    const within = await aGroup(db(), { displayName: 'Within roles' })
    await db().groupNesting.create({ data: { parentId: roles.id, childId: within.id } })
    const policy = aPolicy({ users: { excludeGroups: [spared.id] } })
    const document = { conditions: policy.conditions, grantControls: policy.grantControls, sessionControls: null }
    await db().conditionalAccessPolicy.create({
      data: { displayName: 'P', state: 'enabled', document: JSON.parse(JSON.stringify(document)) },
    })
    const names = ['Emergency', 'Within emergency', 'Role holders', 'Within roles']
    const text = `name,members\n${names.map((name) => `${name},${kim.userPrincipalName}`).join('\n')}`
    const guarded = ['2 group_in_policy', '3 group_in_policy', '4 group_protected', '5 group_protected']
    expect(await left(await checked(desk, text, 'groups'))).toEqual(guarded)
    expect(await left(await checked(top, text, 'groups'))).toEqual(['4 group_protected', '5 group_protected'])
    const people = `upn,groups\n${kim.userPrincipalName},Within emergency`
    expect(await left(await checked(desk, people))).toEqual(['2 group_in_policy'])
    const fresh = `upn,name,groups\n${mail('x')},X,Role holders`
    expect(await left(await checked(top, fresh))).toEqual(['2 group_protected'])
    await database.query('DELETE FROM conditional_access_policy')
  })
})

describe('a job that is interrupted', () => {
  it('goes on where it was, and no line is carried out or told twice', async () => {
    const desk = await asker('userAdministrator')
    const tag = randomUUID().slice(0, 6)
    const lines = Array.from({ length: 1300 }, (_, index) => `p${index}.${tag}@harbor.example,Person ${index}`)
    const accepted = await acceptFile(desk, {
      ...{ kind: 'people', fileName: 'many.csv' },
      bytes: Buffer.from(`upn,name\n${lines.join('\n')}`),
    })
    if (!accepted.ok) throw new Error(accepted.failure.code)
    const id = accepted.value.importId
    let asked = 0
    await workOnFiles(() => ++asked > 2)
    const half = await findImport(db(), id)
    expect(half).toMatchObject({ state: 'checking', linesDone: 200 })
    await workOnFiles()
    expect(await counts(id)).toBe('ready 1300 0 0 0')
    await confirmImport(desk, id)
    asked = 0
    await workOnFiles(() => ++asked > 2)
    expect(await findImport(db(), id)).toMatchObject({ state: 'importing', linesDone: 200 })
    await workOnFiles()
    expect(await counts(id)).toBe('done 1300 0 0 0')
    const [{ people, told } = { people: 0, told: 0 }] = await database.query<{ people: number; told: number }>(
      `SELECT (SELECT count(*)::int FROM "user" WHERE user_principal_name LIKE $1) AS people,
        (SELECT count(*)::int FROM audit_event WHERE activity = 'App: user created' AND record LIKE $1) AS told`,
      [`%.${tag}@harbor.example%`],
    )
    expect([people, told]).toEqual([1300, 1300])
  })

  it('by a process that died is taken over when its lease ends, and the dead one writes nothing more', async () => {
    const desk = await asker('userAdministrator')
    const accepted = await acceptFile(desk, {
      ...{ kind: 'people', fileName: 'one.csv', bytes: Buffer.from(`upn,name\n${mail('x')},X`) },
    })
    if (!accepted.ok) throw new Error(accepted.failure.code)
    const dead = await claimImport(db(), now())
    expect(dead?.id).toBe(accepted.value.importId)
    await workOnFiles()
    expect(await findImport(db(), accepted.value.importId)).toMatchObject({ state: 'checking', linesDone: 0 })
    const other = await claimImport(db(), secondsFrom(now(), 31))
    if (!dead || !other) throw new Error('nothing was claimed')
    expect(await keepHold(db(), dead, now())).toBe(false)
    expect(await keepHold(db(), other, now())).toBe(true)
  })
})

describe('exports', () => {
  it('come back as they are, formulas and large groups among them, also into an empty installation', {
    timeout: 120_000,
  }, async () => {
    await database.query('DELETE FROM conditional_access_policy')
    await database.query('TRUNCATE "user", "group" CASCADE')
    const top = await asker('globalAdministrator')
    const odd = ['=1+1', "'=x", '@SUM(A1)', 'Semi; colon', 'Quote "q"', "O'Hara", '-dash', ' '.trim() || 'Plain']
    const ids: string[] = []
    for (const [index, displayName] of odd.entries())
      ids.push(
        (await aUser(db(), { displayName, userPrincipalName: `'-${index}x@harbor.example`, mail: '+x@y.example' })).id,
      )
    await database.query(
      `INSERT INTO "user" (id, user_principal_name, display_name, user_handle, updated_at)
       SELECT gen_random_uuid(), 'bulk' || n || '@harbor.example', 'Bulk ' || n, decode(repeat(md5(n::text), 4), 'hex'), now()
       FROM generate_series(1, 1100) n`,
    )
    const inner = await aGroup(db(), { displayName: '=Inner; of "two"', memberIds: ids })
    const large = await aGroup(db(), { displayName: 'Large', childIds: [inner.id] })
    await database.query(
      `INSERT INTO group_member (group_id, user_id) SELECT $1, id FROM "user" WHERE user_principal_name LIKE 'bulk%'`,
      [large.id],
    )
    await aGroup(db(), { displayName: 'Twice' })
    await aGroup(db(), { displayName: 'Twice', memberIds: ids.slice(0, 1) })
    const people = await textOf(peopleAsCsv())
    const members = await textOf(groupsAsCsv(true))
    expect(people.split('\r\n')).toHaveLength(1100 + odd.length + 1 + 2)
    expect(members.split('\r\n').filter((line) => line.startsWith('Large,'))).toHaveLength(3)
    for (const line of `${people}${members}`.split('\r\n')) expect(line).not.toMatch(/(^|,)"?[=+\-@]/)
    const same = await checked(top, people)
    expect(await counts(same)).toBe(`ready 0 0 ${1100 + odd.length + 1} 0`)
    const sameGroups = await checked(top, members, 'groups')
    // Two groups of one name can't be told apart by name.
    expect(await left(sameGroups)).toHaveLength(2)
    expect((await findImport(db(), sameGroups))?.found).toMatchObject({ new: 0, changed: 0 })

    // Another installation: groups first, then people.
    await database.query(`DELETE FROM "group" WHERE display_name = 'Twice'`)
    const groups = await textOf(groupsAsCsv(false))
    const before = await textOf(peopleAsCsv())
    await database.query('DELETE FROM "group"')
    await database.query('DELETE FROM "user" WHERE id <> $1', [top.user.id])
    // A name with a semicolon in it can't be a name in a list of names; its id is not known elsewhere.
    const renamed = (text: string) => text.replaceAll(inner.id, 'Inner').replaceAll('"\'=Inner; of ""two"""', 'Inner')
    expect(await counts(await imported(top, renamed(groups), 'groups'))).toBe('done 2 0 0 0')
    expect(await counts(await imported(top, renamed(before)))).toBe(`done ${1100 + odd.length} 0 1 0`)
    expect(await textOf(peopleAsCsv())).toBe(renamed(before))
    expect(await textOf(groupsAsCsv(false))).toBe(renamed(groups))
  })

  it('are for whoever may take them, and the trail says who did', async () => {
    const reader = await asker('globalReader')
    expect(await recordExport(reader, 'people')).toMatchObject({ ok: true })
    const groupsDesk = await asker('groupsAdministrator')
    expect(await recordExport(groupsDesk, 'people')).toMatchObject({ failure: { code: 'directory_files.not_allowed' } })
    const rows = await database.query(
      `SELECT outcome FROM audit_event WHERE activity = 'App: people or groups exported' AND actor_id = ANY($1) ORDER BY id`,
      [[reader.user.id, groupsDesk.user.id]],
    )
    expect(rows.map(({ outcome }) => outcome)).toEqual(['success', 'failure'])
  })
})

describe('who may', () => {
  it('send a file of this kind: those with its right', async () => {
    const groupsDesk = await asker('groupsAdministrator')
    const send = (
      asking: Asking,
      kind: FileKind,
      fileName = 'a.csv',
      bytes: Uint8Array = Buffer.from('upn\na@b.example'),
    ) => acceptFile(asking, { kind, fileName, bytes })
    expect(await send(groupsDesk, 'people')).toMatchObject({ failure: { code: 'directory_files.not_allowed' } })
    const helpdesk = await asker('helpdeskAdministrator')
    expect(await send(helpdesk, 'people')).toMatchObject({ failure: { code: 'directory_files.not_allowed' } })
    const desk = await asker('userAdministrator')
    expect(await send(desk, 'people', 'a.xlsx')).toMatchObject({ failure: { code: 'directory_files.file_kind' } })
    expect(await send(desk, 'people', 'a.csv', new Uint8Array())).toMatchObject({
      failure: { code: 'directory_files.file_missing' },
    })
    expect(await send(desk, 'people', 'a.csv', new Uint8Array(limits.directoryFiles.uploadBytesMax + 1))).toMatchObject(
      { failure: { code: 'directory_files.file_too_large' } },
    )
    const id = await checked(desk, `upn,name\n${mail('x')},X`)
    expect(await confirmImport(groupsDesk, id)).toMatchObject({ failure: { code: 'directory_files.not_allowed' } })
    expect(await discardImport(helpdesk, id)).toMatchObject({ failure: { code: 'directory_files.not_allowed' } })
  })
})

describe('twenty thousand lines', () => {
  it('are checked and carried out in reasonable time', { timeout: 240_000 }, async () => {
    const desk = await asker('userAdministrator')
    const group = await aGroup(db(), { displayName: 'Everybody' })
    const tag = randomUUID().slice(0, 6)
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => `p${index}.${tag}@harbor.example,Person ${index},p${index}@mail.example,Everybody`,
    )
    const begun = performance.now()
    const id = await checked(desk, `upn,name,mail,groups\n${lines.join('\n')}`)
    const seen = performance.now()
    expect(await counts(id)).toBe('ready 20000 0 0 0')
    await confirmImport(desk, id)
    await workOnFiles()
    const done = performance.now()
    expect(await counts(id)).toBe('done 20000 0 0 0')
    const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10
    console.info(`20,000 lines: checked in ${seconds(begun, seen)} s, carried out in ${seconds(seen, done)} s`)
    const [{ count } = { count: 0 }] = await database.query<{ count: number }>(
      'SELECT count(*)::int FROM group_member WHERE group_id = $1',
      [group.id],
    )
    expect(count).toBe(20_000)
    expect(done - begun).toBeLessThan(180_000)
  })
})

describe('a file as large as any may be, with broken lines', () => {
  it('loses none: each good line is a person, each broken one is named with its reason', {
    timeout: 240_000,
  }, async () => {
    const desk = await asker('userAdministrator')
    const tag = randomUUID().slice(0, 6)
    const broken = [
      ['no-at-sign,X', 'user_name_invalid'],
      ['"quote.never.closed,X', 'quote'],
      [`zero.${tag}@harbor.example,A\u0000na`, 'bad_characters'],
      [`short.${tag}@harbor.example`, 'column_count'],
      [`p0.${tag}@harbor.example,Again`, 'duplicate'],
    ] as const
    const text = ['upn,name']
    const expected: string[] = []
    const good: string[] = []
    // What fills it is a long name, so that it is the size that is at its limit and not the number of lines.
    const filler = 'x'.repeat(240)
    for (let bytes = 0, number = 0; ; number++) {
      const [line, reason] = number % 4 === 3 ? (broken[(number >> 2) % broken.length] ?? ['', '']) : [null, null]
      const next = line ?? `p${number}.${tag}@harbor.example,${filler}`
      bytes += Buffer.byteLength(next) + 1
      if (bytes > limits.directoryFiles.uploadBytesMax - 10) break
      text.push(next)
      if (reason === null) good.push(next)
      else expected.push(`${text.length} ${reason}`)
    }
    const file = text.join('\n')
    expect(Buffer.byteLength(file)).toBeGreaterThan(limits.directoryFiles.uploadBytesMax * 0.99)
    const id = await imported(desk, file)
    expect(await counts(id)).toBe(`done ${good.length} 0 0 ${expected.length}`)
    const lines = await listLines(db(), id, 'refused', 0, limits.directoryFiles.linesMax)
    const refused = lines.map(({ line, trouble }) => `${line} ${trouble?.reason}`)
    expect(refused).toEqual(expected)
    const [{ count } = { count: 0 }] = await database.query<{ count: number }>(
      `SELECT count(*)::int FROM "user" WHERE user_principal_name LIKE $1`,
      [`%.${tag}@harbor.example`],
    )
    expect(count).toBe(good.length)
  })
})
