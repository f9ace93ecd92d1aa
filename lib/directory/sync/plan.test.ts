import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowance, isHeld, lastAdministrators } from './disabling'
import type { PersonFacts } from './model'
import { type LinkedPerson, type NameHolder, onePerCircle, planPeople, type SeenPerson } from './plan'

const facts = (name: string, more: Partial<PersonFacts> = {}): PersonFacts => ({
  ...{ userPrincipalName: `${name}@harbor.example`, displayName: name, mail: null, businessPhone: null },
  ...{ language: null, isEnabled: true, primaryGroupSid: null, ...more },
})
const seen = (entryId: string, name: string, more: Partial<PersonFacts> = {}): SeenPerson => ({
  ...{ entryId, distinguishedName: `cn=${entryId}`, facts: facts(name, more) },
})
const linked = (entryId: string, name: string, more: Partial<LinkedPerson> = {}): LinkedPerson => ({
  ...{ id: `u-${entryId}`, entryId, userPrincipalName: `${name}@harbor.example`, displayName: name, mail: null },
  ...{ businessPhone: null, language: null, accountEnabled: true, distinguishedName: `cn=${entryId}`, ...more },
})

/** A small directory and the people here, as rows: what the store answers a plan with, and what a plan does to them. */
type Row = LinkedPerson & { readonly home: NameHolder['home'] }
const planFor = (entries: readonly SeenPerson[], rows: readonly Row[]) => {
  const names = entries.map((one) => one.facts.userPrincipalName)
  const wants = new Map(entries.map((one) => [one.entryId, one.facts.userPrincipalName]))
  return planPeople(
    entries,
    new Map(rows.filter((row) => row.home === 'thisDirectory').map((row) => [row.entryId, row])),
    new Map(
      rows.map((row) => {
        const isHere = row.home === 'thisDirectory'
        const { userPrincipalName, accountEnabled } = row
        const wantsName = isHere ? (wants.get(row.entryId) ?? null) : null
        return [userPrincipalName, { home: row.home, entryId: isHere ? row.entryId : null, wantsName, accountEnabled }]
      }),
    ),
    new Set(names.filter((name, index) => names.indexOf(name) !== index)),
  )
}

/** Carries plans out until nothing more changes, as the run does. */
const settle = (entries: readonly SeenPerson[], start: readonly Row[]): Row[] => {
  let rows = [...start]
  for (let round = 0; round < 50; round++) {
    const plan = planFor(entries, rows)
    const isParked = new Set(plan.release)
    if (plan.create.length + plan.change.length + plan.release.length === 0)
      for (const one of onePerCircle(plan.wait)) isParked.add(plan.wait.get(one) ?? one)
    if (plan.create.length + plan.change.length + isParked.size === 0) return rows
    const changes = new Map(plan.change.map((change) => [change.entryId, change]))
    rows = rows.map((row) => {
      if (row.home !== 'thisDirectory') return row
      if (isParked.has(row.entryId)) return { ...row, userPrincipalName: `moved-${row.entryId}@moved.invalid` }
      const change = changes.get(row.entryId)
      if (!change) return row
      const { userPrincipalName, displayName, mail, businessPhone, language, distinguishedName } = change
      const accountEnabled = row.accountEnabled || change.isEnabledAgain
      const said = { userPrincipalName, displayName, mail, businessPhone, language, distinguishedName }
      return { ...row, ...said, accountEnabled }
    })
    rows.push(
      ...plan.create.map(({ entryId, distinguishedName, facts: said }): Row => {
        const { userPrincipalName, displayName, mail, businessPhone, language, isEnabled } = said
        return {
          ...{
            id: `u-${entryId}`,
            entryId,
            home: 'thisDirectory',
            userPrincipalName,
            displayName,
            mail,
            businessPhone,
            language,
          },
          ...{ accountEnabled: isEnabled, distinguishedName },
        }
      }),
    )
  }
  throw new Error('the plans never come to an end')
}

describe('planPeople', () => {
  const cases: readonly [string, readonly SeenPerson[], readonly Row[], Partial<Record<string, unknown>>][] = [
    ['1 nobody known: created', [seen('a', 'ana')], [], { create: 1 }],
    ['2 the same: nothing', [seen('a', 'ana')], [{ ...linked('a', 'ana'), home: 'thisDirectory' }], { same: 1 }],
    [
      '3 another name under the same id: changed, not created',
      [seen('a', 'anna')],
      [{ ...linked('a', 'ana'), home: 'thisDirectory' }],
      { change: 1 },
    ],
    [
      '4 moved: changed',
      [{ ...seen('a', 'ana'), distinguishedName: 'cn=a,ou=b' }],
      [{ ...linked('a', 'ana'), home: 'thisDirectory' }],
      { change: 1 },
    ],
    [
      '5 the name of a local account: told, nothing done',
      [seen('a', 'ana')],
      [{ ...linked('x', 'ana'), home: 'here' }],
      { issues: ['name_taken_here'] },
    ],
    [
      '6 the name of somebody in another directory: told',
      [seen('a', 'ana')],
      [{ ...linked('x', 'ana'), home: 'otherDirectory' }],
      { issues: ['name_taken_in_other_directory'] },
    ],
    [
      '7 two new ones with one name: neither',
      [seen('a', 'ana'), seen('b', 'ana')],
      [],
      { issues: ['name_twice', 'name_twice'] },
    ],
    [
      '8 two with one name, one has it: that one keeps it',
      [seen('a', 'ana'), seen('b', 'ana')],
      [{ ...linked('b', 'ana'), home: 'thisDirectory' }],
      { same: 1, issues: ['name_twice'] },
    ],
    [
      '9 the name of somebody gone who is not disabled yet: told',
      [seen('b', 'ana')],
      [{ ...linked('a', 'ana'), home: 'thisDirectory' }],
      { issues: ['name_of_somebody_gone'] },
    ],
    [
      '10 the name of somebody gone and disabled: released',
      [seen('b', 'ana')],
      [{ ...linked('a', 'ana', { accountEnabled: false }), home: 'thisDirectory' }],
      { release: 1, wait: 1 },
    ],
    [
      '11 a name whose holder is being renamed: waits',
      [seen('a', 'anna'), seen('b', 'ana')],
      [{ ...linked('a', 'ana'), home: 'thisDirectory' }],
      { change: 1, wait: 1 },
    ],
    [
      '12 disabled there, enabled here: left to the decision on disabling',
      [seen('a', 'ana', { isEnabled: false })],
      [{ ...linked('a', 'ana'), home: 'thisDirectory' }],
      { same: 1 },
    ],
    [
      '13 enabled there, disabled here: enabled again',
      [seen('a', 'ana')],
      [{ ...linked('a', 'ana', { accountEnabled: false }), home: 'thisDirectory' }],
      { change: 1 },
    ],
    [
      '14 another language: changed',
      [seen('a', 'ana', { language: 'de' })],
      [{ ...linked('a', 'ana', { language: 'en' }), home: 'thisDirectory' }],
      { change: 1 },
    ],
    [
      '15 a language no longer said: changed',
      [seen('a', 'ana')],
      [{ ...linked('a', 'ana', { language: 'en' }), home: 'thisDirectory' }],
      { change: 1 },
    ],
    [
      '16 the same language: nothing',
      [seen('a', 'ana', { language: 'de' })],
      [{ ...linked('a', 'ana', { language: 'de' }), home: 'thisDirectory' }],
      { same: 1 },
    ],
  ]
  it.each(cases)('%s', (_, entries, rows, expected) => {
    const plan = planFor(entries, rows)
    expect({
      ...{ create: plan.create.length, change: plan.change.length, same: plan.same.length },
      ...{ wait: plan.wait.size, release: plan.release.length, issues: plan.issues.map(({ reason }) => reason) },
    }).toEqual({ create: 0, change: 0, same: 0, wait: 0, release: 0, issues: [], ...expected })
  })
})

describe('laws of the plan', () => {
  const names = ['ana', 'ben', 'cia', 'dan', 'eva']
  const entries = fc
    .uniqueArray(
      fc.record({
        id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
        name: fc.constantFrom(...names),
        on: fc.boolean(),
        language: fc.constantFrom(null, 'de', 'en'),
      }),
      { selector: ({ id }) => id },
    )
    .map((list) => list.map(({ id, name, on, language }) => seen(id, name, { isEnabled: on, language })))
  const homes = fc.constantFrom<NameHolder['home'][]>('here', 'thisDirectory', 'otherDirectory')
  const rows = fc
    .uniqueArray(
      fc.record({
        id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7'),
        name: fc.constantFrom(...names),
        home: homes,
        on: fc.boolean(),
      }),
      { comparator: (one, other) => one.id === other.id || one.name === other.name },
    )
    .map((list) => list.map(({ id, name, home, on }): Row => ({ ...linked(id, name, { accountEnabled: on }), home })))

  it('it ends, and a second run changes nothing', () => {
    fc.assert(
      fc.property(entries, rows, (said, start) => {
        const once = settle(said, start)
        expect(settle(said, once)).toEqual(once)
      }),
    )
  })

  it('in the end everybody who was taken over has the language that their entry says', () => {
    fc.assert(
      fc.property(entries, rows, (said, start) => {
        const after = settle(said, start)
        for (const entryId of planFor(said, after).same) {
          const row = after.find((one) => one.home === 'thisDirectory' && one.entryId === entryId)
          expect(row?.language).toBe(said.find((one) => one.entryId === entryId)?.facts.language)
        }
      }),
    )
  })

  it('login names stay different, and whoever does not live here is untouched', () => {
    fc.assert(
      fc.property(entries, rows, (said, start) => {
        const after = settle(said, start)
        expect(new Set(after.map((row) => row.userPrincipalName)).size).toBe(after.length)
        expect(after.filter((row) => row.home !== 'thisDirectory')).toEqual(
          start.filter((row) => row.home !== 'thisDirectory'),
        )
      }),
    )
  })

  it('nobody becomes somebody else: an id keeps its row, and only new ids make rows', () => {
    fc.assert(
      fc.property(entries, rows, (said, start) => {
        const after = settle(said, start)
        for (const row of start)
          expect(after.find(({ id, home }) => id === row.id && home === row.home)?.entryId).toBe(row.entryId)
        const known = new Set(start.filter((row) => row.home === 'thisDirectory').map((row) => row.entryId))
        const made = after.slice(start.length)
        expect(made.every((row) => !known.has(row.entryId))).toBe(true)
      }),
    )
  })

  it('the order of entries changes nothing that is created, changed or told', () => {
    fc.assert(
      fc.property(entries, rows, (said, start) => {
        const sorted = (list: readonly Row[]) =>
          [...list].sort((one, other) => (one.id + one.home < other.id + other.home ? -1 : 1))
        const plain = (list: readonly Row[]) => sorted(list).map(({ userPrincipalName, ...row }) => row.id)
        expect(plain(settle([...said].reverse(), start))).toEqual(plain(settle(said, start)))
      }),
    )
  })

  it('no plan disables anybody', () => {
    fc.assert(
      fc.property(entries, rows, (said, start) => {
        const after = settle(said, start)
        for (const row of start.filter(({ accountEnabled }) => accountEnabled))
          expect(after.find(({ id, home }) => id === row.id && home === row.home)?.accountEnabled).toBe(true)
      }),
    )
  })
})

describe('disabling', () => {
  it.each([
    ['1 ten percent of a hundred', 100, 10, 10],
    ['2 of a few at least one', 5, 10, 1],
    ['3 of nobody nobody', 0, 10, 0],
    ['4 nothing allowed', 100, 0, 0],
    ['5 everything allowed', 7, 100, 7],
    ['6 rounded down', 19, 10, 1],
  ])('%s', (_, total, percent, expected) => {
    expect(allowance(total, percent)).toBe(expected)
  })

  it('never lets more go unseen than the share, or one', () => {
    const number = fc.nat(2000)
    fc.assert(
      fc.property(number, number, number, fc.nat(100), (total, going, allowed, percent) => {
        const unseen = going - Math.min(going, allowed)
        const may = percent === 0 ? 0 : Math.max(Math.min(1, total), Math.floor((total * percent) / 100))
        expect(isHeld({ total, going, allowed, percent })).toBe(unseen > may)
      }),
    )
  })

  it('keeps administrators only where nobody else would be left', () => {
    expect(lastAdministrators(new Set(['a', 'x']), ['a', 'b'])).toEqual([])
    expect(lastAdministrators(new Set(['a', 'b']), ['a', 'b'])).toEqual(['a', 'b'])
    expect(lastAdministrators(new Set(['x']), [])).toEqual([])
  })
})

describe('onePerCircle', () => {
  it.each<[string, [string, string][], number]>([
    ['1 nothing waits', [], 0],
    [
      '2 a chain to somebody who is stuck',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      0,
    ],
    [
      '3 two swap',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      1,
    ],
    [
      '4 two circles, and a tail into one',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['c', 'a'],
        ['d', 'e'],
        ['e', 'f'],
        ['f', 'd'],
      ],
      2,
    ],
  ])('%s', (_, wait, expected) => {
    expect(onePerCircle(new Map(wait))).toHaveLength(expected)
  })
})
