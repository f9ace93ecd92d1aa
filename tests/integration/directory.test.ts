import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  addFirstAdministrator,
  addMember,
  assignRole,
  bySystem,
  createGroup,
  createUser,
  nestGroup,
} from '@/lib/directory/commands'
import { directoryRoles } from '@/lib/directory/model'
import {
  findUserForSignIn,
  groupNames,
  loadSubject,
  loadSubjectByName,
  lockUser,
  searchPeopleAndGroups,
  userNames,
  withNestedGroups,
} from '@/lib/directory/store'
import { db, transaction } from '@/lib/platform/db'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()

const by = bySystem(new Date('2026-03-02T08:00:00Z'), 'test')
const unique = () => randomUUID().slice(0, 8)

describe('reading a person', () => {
  it('finds groups through nesting, and survives a cycle', async () => {
    const person = await aUser(db())
    const inner = await aGroup(db(), { memberIds: [person.id] })
    const middle = await aGroup(db(), { childIds: [inner.id] })
    const outer = await aGroup(db(), { childIds: [middle.id] })
    const unrelated = await aGroup(db())
    await db().groupNesting.create({ data: { parentId: inner.id, childId: outer.id } })
    const subject = await loadSubject(db(), person.id)
    expect(subject?.groupIds).toEqual(new Set([inner.id, middle.id, outer.id]))
    expect(subject?.groupIds.has(unrelated.id)).toBe(false)
    expect(new Set(await withNestedGroups(db(), [outer.id]))).toEqual(new Set([inner.id, middle.id, outer.id]))
  })

  it('knows roles, the kind of guest and protection through a nested role-assignable group', async () => {
    const guest = await aUser(db(), { userType: 'guest', roles: ['reportsReader', 'guestInviter'] })
    const inner = await aGroup(db(), { memberIds: [guest.id] })
    await aGroup(db(), { childIds: [inner.id], isRoleAssignable: true })
    expect(await loadSubjectByName(db(), ` ${guest.userPrincipalName.toUpperCase()} `)).toMatchObject({
      id: guest.id,
      userType: 'guest',
      guestType: 'b2bCollaborationGuest',
      accountEnabled: true,
      roleIds: new Set([directoryRoles.reportsReader, directoryRoles.guestInviter]),
      isInRoleAssignableGroup: true,
    })
  })

  it('answers null for somebody who is not there and for text that is no id', async () => {
    expect(await loadSubject(db(), randomUUID())).toBeNull()
    for (const text of ['', 'x', "' OR 1=1", '\u0000']) expect(await loadSubject(db(), text)).toBeNull()
    expect(await loadSubjectByName(db(), 'nobody@harbor.example')).toBeNull()
    expect(await findUserForSignIn(db(), 'nobody@harbor.example')).toBeNull()
    expect(await transaction((tx) => lockUser(tx, randomUUID()))).toBeNull()
  })

  it('a locked person waits for the other transaction', async () => {
    const { id } = await aUser(db())
    const order: string[] = []
    const first = transaction(async (tx) => {
      await lockUser(tx, id)
      order.push('first holds')
      await new Promise((resolve) => setTimeout(resolve, 300))
      order.push('first ends')
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    await transaction(async (tx) => {
      expect((await lockUser(tx, id))?.id).toBe(id)
      order.push('second holds')
    })
    await first
    expect(order).toEqual(['first holds', 'first ends', 'second holds'])
  })

  it('searches people and groups with wildcards taken literally', async () => {
    const word = unique()
    const person = await aUser(db(), { displayName: `100%_${word}` })
    const group = await aGroup(db(), { displayName: `Crew 100%_${word}` })
    const found = await searchPeopleAndGroups(db(), `100%_${word.toUpperCase()}`)
    expect(found.people.map(({ id }) => id)).toEqual([person.id])
    expect(found.groups.map(({ id }) => id)).toEqual([group.id])
    expect((await searchPeopleAndGroups(db(), `100__${word}`)).people).toEqual([])
  })

  it('names people and groups by id and leaves out who is gone', async () => {
    const person = await aUser(db())
    const group = await aGroup(db())
    const gone = randomUUID()
    expect([...(await groupNames(db(), [group.id, gone, 'All']))]).toEqual([[group.id, group.displayName]])
    expect([...(await userNames(db(), [person.id, gone, 'All'])).keys()]).toEqual([person.id])
  })
})

describe('changing the directory', () => {
  it('creates a person with a fresh user handle and an event, in lower case', async () => {
    const name = `Nora.${unique()}@Harbor.Example`
    const made = await transaction((tx) =>
      createUser(tx, { userPrincipalName: name, displayName: 'Nora', passwordHash: null }, by),
    )
    if (!made.ok) throw new Error(made.failure.code)
    const row = await db().user.findUniqueOrThrow({ where: { id: made.value.id } })
    expect(row.userPrincipalName).toBe(name.toLowerCase())
    expect(row.userHandle).toHaveLength(64)
    const events = await db().auditEvent.findMany({ where: { targetId: made.value.id } })
    expect(events.map((event) => event.activity)).toEqual(['App: user created'])
  })

  it('refuses a second person of the same name and leaves the transaction usable', async () => {
    const name = `twin-${unique()}@harbor.example`
    const results = await Promise.all(
      [name, name.toUpperCase()].map((userPrincipalName) =>
        transaction(async (tx) => {
          const made = await createUser(tx, { userPrincipalName, displayName: 'Twin', passwordHash: null }, by)
          await tx.user.count()
          return made
        }),
      ),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(results.find((result) => !result.ok)).toMatchObject({ failure: { code: 'directory.user_exists' } })
  })

  it('refuses a malformed name', async () => {
    const made = await transaction((tx) =>
      createUser(tx, { userPrincipalName: 'a b@harbor.example', displayName: 'A', passwordHash: null }, by),
    )
    expect(made).toMatchObject({ ok: false, failure: { code: 'directory.user_principal_name_invalid' } })
  })

  it('adding a member, nesting a group and assigning a role twice records each once', async () => {
    const { id: userId } = await aUser(db())
    const { groupId, parentId } = await transaction(async (tx) => ({
      groupId: (await createGroup(tx, { displayName: `Crew ${unique()}` }, by)).id,
      parentId: (await createGroup(tx, { displayName: `Fleet ${unique()}` }, by)).id,
    }))
    for (let time = 0; time < 2; time++)
      await transaction(async (tx) => {
        await addMember(tx, { groupId, userId }, by)
        await nestGroup(tx, { parentId, childId: groupId }, by)
        await assignRole(tx, { userId, role: 'reportsReader' }, by)
      })
    const reasons = async (targetId: string) =>
      (await db().auditEvent.findMany({ where: { targetId }, orderBy: { id: 'asc' } })).map((event) => event.reason)
    expect(await reasons(groupId)).toEqual(['created', 'member_added'])
    expect(await reasons(parentId)).toEqual(['created', 'group_nested'])
    expect(await reasons(userId)).toEqual(['assigned'])
    expect((await loadSubject(db(), userId))?.groupIds).toEqual(new Set([groupId, parentId]))
  })

  it('of two operators who make the first administrator at once, one does', async () => {
    await db().roleAssignment.deleteMany({ where: { roleId: directoryRoles.globalAdministrator } })
    const results = await Promise.all(
      [1, 2].map((number) =>
        transaction((tx) =>
          addFirstAdministrator(
            tx,
            { userPrincipalName: `first-${number}-${unique()}@harbor.example`, displayName: 'First' },
            by,
          ),
        ),
      ),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(results.find((result) => !result.ok)).toMatchObject({
      failure: { code: 'directory.administrator_exists' },
    })
    expect(await db().roleAssignment.count({ where: { roleId: directoryRoles.globalAdministrator } })).toBe(1)
  })
})
