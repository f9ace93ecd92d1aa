import { beforeAll, describe, expect, it } from 'vitest'
import {
  configurationNames,
  defaultMethodsPolicy,
  methodsPolicySchema,
} from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { coverOf, placeClasses } from '@/lib/conditional-access/coverage'
import { insertPolicy, loadPolicySet } from '@/lib/conditional-access/store'
import { trustedNetworksPolicy } from '@/lib/conditional-access/templates'
import { loadSubject } from '@/lib/directory/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { gapsOf, stuckGroups } from '@/lib/reports/coverage'
import { findPeopleGroups, findPeopleIn, findRequests, namesIn } from '@/lib/reports/coverage-store'
import { startSoftwareOath } from '@/lib/security-info/software-oath'
import { anAsking, aProof } from '@/tests/support/asking'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()

let outer: { id: string }
let inner: { id: string }

const elsewhere = '198.51.100.7'
const base = trustedNetworksPolicy
async function aPolicy(users: object, rest: object = {}) {
  const conditions = { ...base.conditions, locations: null, users: { ...base.conditions.users, ...users } }
  return transaction((tx) => insertPolicy(tx, { ...base, conditions, ...rest }, { templateId: null, createdAt: now() }))
}

beforeAll(async () => {
  inner = await aGroup(db())
  outer = await aGroup(db(), { childIds: [inner.id] })
  const other = await aGroup(db())
  for (let index = 0; index < 30; index++)
    await aUser(db(), {
      displayName: `Person ${String(index).padStart(2, '0')}`,
      accountEnabled: index !== 29,
      userType: index % 5 === 0 ? 'guest' : 'member',
      groupIds: [...(index % 3 === 0 ? [inner.id] : []), ...(index % 4 === 0 ? [other.id] : [])],
      roles: index % 6 === 0 ? ['reportsReader'] : [],
    })
  await aPolicy({ includeUsers: [], includeGroups: [outer.id] })
})

describe('groups of people', () => {
  it('hold everybody once, and each has the coverage of the one who stands for them', async () => {
    const set = await loadPolicySet(db())
    const names = namesIn(set)
    const { groups } = await findPeopleGroups(db(), names, null, now())
    const enabled = await db().user.findMany({ where: { accountEnabled: true }, select: { id: true } })
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(enabled.length)
    // Policies name one group, so people fall apart by it and by the kind of account, and by nothing else.
    expect(groups.length).toBe(4)
    const keys = new Map(groups.map((group) => [group.key, group]))
    const { people } = await findPeopleIn(db(), names, defaultMethodsPolicy, now(), {
      keys: (await findPeopleGroups(db(), names, defaultMethodsPolicy, now())).groups.map(({ key }) => key),
      after: null,
      size: 100,
    })
    expect(people).toHaveLength(enabled.length)
    expect(keys.size).toBe(4)
    const place = { address: elsewhere, country: undefined }
    const governed = new Map<boolean, number>()
    for (const { id } of enabled) {
      const subject = await loadSubject(db(), id)
      if (!subject) continue
      const cover = coverOf(set, subject, place, null) === 'named'
      governed.set(cover, (governed.get(cover) ?? 0) + 1)
    }
    for (const cover of [true, false]) {
      const counted = groups.filter(({ subject }) => (coverOf(set, subject, place, null) === 'named') === cover)
      expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(governed.get(cover))
    }
  })

  it('lead to gaps with the people and the past requests in them', async () => {
    const outsider = await aUser(db())
    const insider = await aUser(db(), { groupIds: [inner.id] })
    const start = async (userId: string) =>
      (await startSoftwareOath(await anAsking(userId, { proofs: [aProof('password')], clientAddress: elsewhere }))).ok
    expect(await start(outsider.id)).toBe(true)
    expect(await start(outsider.id)).toBe(true)
    expect(await start(insider.id)).toBe(false)
    const set = await loadPolicySet(db())
    const names = namesIn(set)
    const { groups } = await findPeopleGroups(db(), names, null, now())
    const places = placeClasses(set, [], [])
    const gaps = gapsOf(set, groups, places, await findRequests(db(), names, now()))
    const members = gaps.filter(({ userType, cover }) => userType === 'member' && cover === 'none')
    expect(members).toHaveLength(1)
    expect(members[0]).toMatchObject({ isEverywhere: true, isWholeKind: false, memberships: [[]], requests: 2 })
    expect(members[0]?.people).toBe(
      await db().user.count({
        where: { accountEnabled: true, userType: 'member', groups: { none: { groupId: inner.id } } },
      }),
    )
  })
})

describe('people who can never do what a policy asks', () => {
  it('are found with what they have and may register, page after page, each once', async () => {
    const off = configurationNames.map((name) => [name, { ...defaultMethodsPolicy.methods[name], state: 'disabled' }])
    const methods = methodsPolicySchema.parse({ ...defaultMethodsPolicy, methods: Object.fromEntries(off) })
    const { version } = await readMethodsPolicy(db())
    expect(await transaction((tx) => saveMethodsPolicy(tx, methods, version, now()))).toBe(true)
    const set = await loadPolicySet(db())
    const names = namesIn(set, methods)
    const { groups } = await findPeopleGroups(db(), names, methods, now())
    const stuck = stuckGroups(set, methods, groups, placeClasses(set, [], []))
    const inPolicy = await db().user.count({
      where: { accountEnabled: true, groups: { some: { groupId: inner.id } } },
    })
    const found: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof findPeopleIn>> = await findPeopleIn(db(), names, methods, now(), {
        keys: [...stuck.keys()],
        after,
        size: 3,
      })
      found.push(...page.people.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(new Set(found).size).toBe(found.length)
    expect(found).toHaveLength(inPolicy)
    expect([...stuck.values()].flat().every(({ isEnforced }) => isEnforced)).toBe(true)
  })
})
