import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Asking,
  createNamedLocation,
  createPolicy,
  updateNamedLocation,
  updatePolicy,
} from '@/lib/conditional-access/commands'
import { evaluate } from '@/lib/conditional-access/evaluate'
import { loadPolicySet } from '@/lib/conditional-access/store'
import { loadSubject } from '@/lib/directory/store'
import { failureMessage } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { acceptFiles } from '@/lib/policy-files/commands'
import type { Result } from '@/lib/result'
import { anOrigin } from '@/tests/support/asking'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { aContext } from '@/tests/support/decision-table'

/** What cannot be a policy or a location: a sentence that names the place, and nothing stored. */

const database = testDatabase()
let asking: Asking
beforeAll(async () => {
  const administrator = await aUser(db(), { roles: ['globalAdministrator'] })
  asking = { actor: { kind: 'administrator', ...administrator }, origin: anOrigin() }
})
beforeEach(async () => {
  await database.query('DELETE FROM policy_import')
  await database.query('DELETE FROM conditional_access_policy')
  await database.query('DELETE FROM named_location')
})

const stored = async () =>
  JSON.stringify([
    await database.query('SELECT * FROM conditional_access_policy ORDER BY id'),
    await database.query('SELECT * FROM named_location ORDER BY id'),
    await database.query('SELECT * FROM policy_import'),
    await database.query('SELECT * FROM policy_import_item'),
  ])

const aPolicy = (more: object = {}) => ({
  displayName: `Policy ${randomUUID()}`,
  state: 'disabled',
  conditions: {
    users: { includeUsers: ['All'] },
    applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  ...more,
})
const aLocation = (...ranges: readonly unknown[]) => ({
  '@odata.type': '#microsoft.graph.ipNamedLocation',
  displayName: 'Pier',
  isTrusted: true,
  ipRanges: ranges.map((range) =>
    typeof range === 'string'
      ? {
          '@odata.type': `#microsoft.graph.iPv${range.includes(':') ? 6 : 4}CidrRange`,
          cidrAddress: range,
        }
      : range,
  ),
})

/** The refusal as a page says it: the place, and the sentence; and nothing was stored. */
async function refusalOf(run: () => Promise<Result<unknown>>) {
  const before = await stored()
  const result = await run()
  expect(await stored()).toBe(before)
  if (result.ok) throw new Error('it was taken')
  const { field, details } = result.failure
  return { place: field ?? String(details?.member ?? ''), sentence: failureMessage(result.failure) }
}
const value = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new Error(result.failure.code)
  return result.value
}

describe('a policy that cannot be one', () => {
  const rows: readonly [string, unknown, string, RegExp][] = [
    ['no object', 'enabled', '', /policy/i],
    ['an unknown member', aPolicy({ priority: 1 }), 'priority', /priority/],
    [
      'an unknown member in the depth',
      aPolicy({ conditions: { ...aPolicy().conditions, weather: 'fog' } }),
      'conditions.weather',
      /weather/,
    ],
    ['a value that is none', aPolicy({ state: 'sometimes' }), 'state', /./],
    ['a name of ten million characters', aPolicy({ displayName: 'x'.repeat(10_000_000) }), 'displayName', /./],
    [
      'ten megabytes of people',
      aPolicy({
        conditions: {
          ...aPolicy().conditions,
          users: { includeUsers: Array.from({ length: 260_000 }, () => '018f3c2a-7b1d-7e44-9a51-0c2b6f9e1d33') },
        },
      }),
      'conditions.users',
      /./,
    ],
    [
      'both multifactor authentication and a strength',
      aPolicy({
        grantControls: {
          operator: 'AND',
          builtInControls: ['mfa'],
          authenticationStrength: { id: '00000000-0000-0000-0000-000000000002' },
        },
      }),
      'grantControls',
      /strength/i,
    ],
  ]
  it.each(rows)('%s is refused, told by its place, and changes nothing', async (_what, policy, place, sentence) => {
    const there = value(await createPolicy(asking, { policy: aPolicy() })).policy
    for (const run of [
      () => createPolicy(asking, { policy }),
      () => updatePolicy(asking, there.id, { policy, version: there.version }),
    ]) {
      const refusal = await refusalOf(run)
      expect(refusal.place).toContain(place)
      expect(refusal.sentence).toMatch(sentence)
      expect(refusal.sentence).not.toMatch(/undefined|\{|zod|conditionalAccess\./i)
    }
  })

  it('the 241st is refused with the number that may be', async () => {
    const rows = Array.from({ length: limits.conditionalAccess.policiesMax }, (_, place) => ({
      ...{ displayName: `Filler ${place}`, state: 'disabled', document: {} },
    }))
    await db().conditionalAccessPolicy.createMany({ data: rows })
    const { sentence } = await refusalOf(() => createPolicy(asking, { policy: aPolicy() }))
    expect(sentence).toContain('240')
  })

  it('JSON that breaks off or breaks in the middle is told by line and column', async () => {
    const texts: readonly [string, number, number][] = [
      ['{\n  "displayName": "Pier",\n  "conditions": {,}\n}', 3, 18],
      ['{\n  "displayName": "Pier"\n  "conditions": {}\n}', 3, 3],
      ['{"displayName": "Pier", "conditions": {}', 1, 41],
    ]
    for (const [text, line, column] of texts) {
      const before = await stored()
      const accepted = value(await acceptFiles(asking, [{ name: 'a.json', bytes: Buffer.from(text) }]))
      expect(accepted).toMatchObject({ unread: { place: { line, column } } })
      expect(await stored()).toBe(before)
    }
  })

  it('a file of ten megabytes is refused before it is read', async () => {
    const bytes = Buffer.from(JSON.stringify(aPolicy({ description: 'x'.repeat(10_485_760) })))
    const { sentence } = await refusalOf(() => acceptFiles(asking, [{ name: 'a.json', bytes }]))
    expect(sentence).toMatch(/MB|large/)
  })
})

describe('groups that contain each other', () => {
  it('end by themselves: the policy is stored, and decides about members at any depth', async () => {
    const [inside, outside] = [await aUser(db()), await aUser(db())]
    const deep = await aGroup(db(), { memberIds: [inside.id] })
    const middle = await aGroup(db(), {})
    const top = await aGroup(db(), {})
    // top contains middle, middle contains deep, deep contains top, and top itself.
    for (const [parentId, childId] of [
      [top.id, middle.id],
      [middle.id, deep.id],
      [deep.id, top.id],
      [top.id, top.id],
    ] as const)
      await db().groupNesting.create({ data: { parentId, childId } })
    const conditions = { ...aPolicy().conditions, users: { includeGroups: [top.id] } }
    const grantControls = { operator: 'OR', builtInControls: ['block'] }
    value(await createPolicy(asking, { policy: aPolicy({ state: 'enabled', conditions, grantControls }) }))
    const outcomes = []
    for (const { id } of [inside, outside]) {
      const subject = await loadSubject(db(), id)
      if (!subject) throw new Error('a person is gone')
      const context = aContext({ subject })
      outcomes.push(evaluate(await loadPolicySet(db()), context).outcome.kind)
    }
    expect(outcomes).toEqual(['block', 'allow'])
  })
})

describe('a range that cannot be one', () => {
  it.each([
    ['203.0.0.0/8', /smaller than a \/8/],
    ['0.0.0.0/0', /smaller than a \/8/],
    ['::/0', /smaller than a \/8/],
    ['203.0.113.0/33', /isn’t an address range/],
    ['203.0.113.0', /isn’t an address range/],
    ['203.0.113.256/24', /isn’t an address range/],
    ['0203.0.113.0/24', /isn’t an address range/],
    ['2001:db8:::/32', /isn’t an address range/],
    ['::ffff:203.0.113.0/95', /isn’t an address range/],
    ['', /isn’t an address range/],
  ])('%j is refused by its place in the list, whatever stands before it', async (range, sentence) => {
    const location = aLocation('198.51.100.0/25', range)
    const there = value(await createNamedLocation(asking, { location: aLocation('192.0.2.0/24') })).location
    for (const run of [
      () => createNamedLocation(asking, { location }),
      () => updateNamedLocation(asking, there.id, { location }),
    ]) {
      const refusal = await refusalOf(run)
      expect(refusal.place).toContain('ipRanges.1')
      expect(refusal.sentence).toMatch(sentence)
    }
  })

  it('an unknown member of a range, of the location and a range of another kind are told by their places', async () => {
    const rangeOf = (more: object) => ({
      '@odata.type': '#microsoft.graph.iPv4CidrRange',
      cidrAddress: '192.0.2.0/24',
      ...more,
    })
    for (const [location, place] of [
      [aLocation('198.51.100.0/25', rangeOf({ note: 'x' })), 'ipRanges.1'],
      [{ ...aLocation('198.51.100.0/25'), note: 'x' }, 'note'],
      [aLocation(rangeOf({ '@odata.type': '#microsoft.graph.iPv4Range', cidrAddress: undefined })), 'ipRanges.0'],
    ] as const) {
      const refusal = await refusalOf(() => createNamedLocation(asking, { location }))
      expect(refusal.place).toContain(place)
      expect(refusal.sentence).toContain(place)
    }
  })

  it('host bits, mapped IPv6, doubles and overlaps are stored in one form, and each is told', async () => {
    const location = aLocation(
      '203.0.113.77/24',
      '::ffff:198.51.100.0/121',
      '198.51.100.0/25',
      '203.0.113.0/24',
      '203.0.113.128/25',
    )
    const saved = value(await createNamedLocation(asking, { location }))
    const [row] = (await database.query('SELECT document FROM named_location')) as { document: { ipRanges: [] } }[]
    const ranges = row?.document.ipRanges.map(({ cidrAddress }) => cidrAddress)
    expect(ranges).toEqual(['203.0.113.0/24', '198.51.100.0/25', '203.0.113.128/25'])
    const told = saved.notices.map(({ kind, range }) => `${kind} ${range}`)
    for (const notice of ['hostBitsCleared 203.0.113.77/24', 'mappedUnwrapped ::ffff:198.51.100.0/121'])
      expect(told).toContain(notice)
    expect(told.filter((notice) => notice.startsWith('duplicate'))).toHaveLength(2)
    expect(told.some((notice) => notice.startsWith('insideAnother'))).toBe(true)
  })

  it('more ranges than a location may have are refused, two thousand are taken', async () => {
    const range = (place: number) => `10.${Math.floor(place / 256)}.${place % 256}.0/24`
    const many = (length: number) => aLocation(...Array.from({ length }, (_, place) => range(place)))
    const { sentence } = await refusalOf(() => createNamedLocation(asking, { location: many(2001) }))
    expect(sentence).toMatch(/more ranges than one location/)
    value(await createNamedLocation(asking, { location: { ...many(2000), isTrusted: false } }))
  })
})
