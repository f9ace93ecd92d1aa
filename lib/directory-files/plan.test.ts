import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DirectoryRole, Subject } from '@/lib/directory/model'
import { aSubject } from '@/tests/support/builders'
import type { KnownGroup } from './memberships'
import type { GroupLine, PersonLine, Verdict } from './model'
import { judgeNestings } from './nestings'
import { type GroupFacts, planGroup } from './plan-groups'
import { type KnownPerson, planPerson } from './plan-people'

const actorWith = (...roles: DirectoryRole[]) => aSubject({ roles, userPrincipalName: 'desk@harbor.example' })
const desk = actorWith('userAdministrator')
const top = actorWith('globalAdministrator')

const aGroup = (displayName: string, given: Partial<KnownGroup> = {}): KnownGroup => ({
  ...{ id: `id of ${displayName}`, displayName, description: null },
  ...{ isFromDirectory: false, isProtected: false, isExcluded: false, isIncluded: false },
  ...given,
})
const named = (...groups: KnownGroup[]) => new Map(groups.map((group) => [group.displayName, [group]]))

const known = (given: Partial<KnownPerson> & { subject?: Subject } = {}): KnownPerson => ({
  subject: aSubject({ userPrincipalName: 'ana@harbor.example', displayName: 'Ana' }),
  ...{ mail: null, businessPhone: null, isFromDirectory: false, directGroupIds: new Set() },
  ...given,
})
const ana: PersonLine = { userPrincipalName: 'ana@harbor.example', displayName: 'Ana' }
/** The outcome, and what changes or why not, in one line. */
const brief = (verdict: Verdict) =>
  verdict.outcome === 'refused'
    ? [verdict.trouble.column, verdict.trouble.reason, verdict.trouble.about].filter(Boolean).join(' ')
    : [verdict.outcome, ...verdict.changes.map(({ column, before, after }) => `${column}:${before}>${after}`)].join(' ')

describe('a line of a person', () => {
  const groups = named(
    aGroup('Staff'),
    aGroup('Spared', { isExcluded: true }),
    aGroup('Asked', { isIncluded: true }),
    aGroup('Admins', { isProtected: true }),
    aGroup('LDAP', { isFromDirectory: true }),
  )
  const plan = (line: PersonLine, person?: KnownPerson, actor = desk) => brief(planPerson(line, person, groups, actor))
  const holder = (role: DirectoryRole) =>
    known({ subject: aSubject({ ...known().subject, groupIds: [], roleIds: [], roles: [role] }) })

  it.each<[string, PersonLine, KnownPerson | undefined, string]>([
    ['1 somebody new', ana, undefined, 'new displayName:>Ana'],
    ['2 without a name', { userPrincipalName: 'x@y.example' }, undefined, 'displayName display_name_missing'],
    ['3 a guest', { ...ana, userType: 'guest' }, undefined, 'new displayName:>Ana userType:>guest'],
    ['4 disabled', { ...ana, accountEnabled: false }, undefined, 'new displayName:>Ana accountEnabled:>false'],
    ['5 in a group', { ...ana, groups: ['Staff'] }, undefined, 'new displayName:>Ana groups:>Staff'],
    ['6 in no group', { ...ana, groups: ['Nowhere'] }, undefined, 'groups unknown_group Nowhere'],
    ['7 as they are', ana, known(), 'unchanged'],
    ['8 another name', { ...ana, displayName: 'Anna' }, known(), 'changed displayName:Ana>Anna'],
    ['9 no mail any more', { ...ana, mail: null }, known({ mail: 'a@b.example' }), 'changed mail:a@b.example>'],
    ['10 nothing said of mail', ana, known({ mail: 'a@b.example' }), 'unchanged'],
    ['11 becomes a guest', { ...ana, userType: 'guest' }, known(), 'userType type_change'],
    ['12 is a member, as said', { ...ana, userType: 'member' }, known(), 'unchanged'],
    ['13 of a directory', { ...ana, displayName: 'X' }, known({ isFromDirectory: true }), 'displayName from_directory'],
    ['14 of a directory, as they are', ana, known({ isFromDirectory: true }), 'unchanged'],
    ['15 disabled now', { ...ana, accountEnabled: false }, known(), 'changed accountEnabled:true>false'],
    ['16 an administrator', { ...ana, displayName: 'X' }, holder('securityAdministrator'), 'person_protected'],
    ['17 an administrator as is', ana, holder('globalAdministrator'), 'unchanged'],
    [
      '18 one below the desk',
      { ...ana, displayName: 'X' },
      holder('helpdeskAdministrator'),
      'changed displayName:Ana>X',
    ],
    ['19 into what policies spare', { ...ana, groups: ['Spared'] }, undefined, 'groups group_in_policy Spared'],
    ['20 into what policies ask', { ...ana, groups: ['Asked'] }, undefined, 'new displayName:>Ana groups:>Asked'],
    ['21 into a group for roles', { ...ana, groups: ['Admins'] }, undefined, 'groups group_protected Admins'],
    ['22 into a directory’s group', { ...ana, groups: ['LDAP'] }, undefined, 'groups group_from_directory LDAP'],
    [
      '23 in a protected group already',
      { ...ana, groups: ['Admins'] },
      known({ directGroupIds: new Set(['id of Admins']) }),
      'unchanged',
    ],
  ])('%s', (_, line, person, expected) => {
    expect(plan(line, person)).toBe(expected)
  })

  it('never changes the own account, not even the highest role’s', () => {
    for (const actor of [desk, top])
      expect(plan({ ...ana, displayName: 'X' }, known({ subject: actor }), actor)).toBe('own_account')
  })

  it('the highest role may what policies spare, and nobody may what is for roles', () => {
    expect(plan({ ...ana, groups: ['Spared'] }, undefined, top)).toBe('new displayName:>Ana groups:>Spared')
    expect(plan({ ...ana, groups: ['Admins'] }, undefined, top)).toBe('groups group_protected Admins')
  })

  it('tells when a Global Administrator is concerned, so that the decisions are asked', () => {
    const write = (line: PersonLine) => planPerson(line, holder('globalAdministrator'), groups, top).write
    expect(write({ ...ana, accountEnabled: false })?.touchesGlobalAdministrator).toBe(true)
    expect(write({ ...ana, groups: ['Staff'] })?.touchesGlobalAdministrator).toBe(true)
    expect(write({ ...ana, displayName: 'X' })?.touchesGlobalAdministrator).toBe(false)
  })

  it('two groups of one name are not guessed between', () => {
    const twice = new Map([['Staff', [aGroup('Staff'), aGroup('Staff', { id: 'other' })]]])
    expect(brief(planPerson({ ...ana, groups: ['Staff'] }, undefined, twice, desk))).toBe(
      'groups group_ambiguous Staff',
    )
  })

  it('law: what a line made, it finds made', () => {
    const line = fc.record({
      displayName: fc.constantFrom('Ana', 'Anna'),
      mail: fc.constantFrom(null, 'a@b.example'),
      businessPhone: fc.constantFrom(null, '+46 8'),
      accountEnabled: fc.boolean(),
      groups: fc.uniqueArray(fc.constantFrom('Staff', 'Asked')),
    })
    fc.assert(
      fc.property(line, line, (first, second) => {
        const made = planPerson({ ...ana, ...first }, undefined, groups, desk).write
        if (!made) throw new Error('nobody was made')
        const stored = (write: typeof made, before: ReadonlySet<string>) =>
          known({
            subject: aSubject({
              ...known().subject,
              displayName: write.displayName,
              accountEnabled: write.accountEnabled,
            }),
            ...{ mail: write.mail, businessPhone: write.businessPhone },
            directGroupIds: new Set([...before, ...write.addToGroupIds]),
          })
        const person = stored(made, new Set())
        expect(plan({ ...ana, ...first }, person)).toBe('unchanged')
        const changed = planPerson({ ...ana, ...second }, person, groups, desk).write
        if (changed) expect(plan({ ...ana, ...second }, stored(changed, person.directGroupIds))).toBe('unchanged')
      }),
    )
  })
})

describe('a line of a group', () => {
  const person = (name: string, ...roles: DirectoryRole[]) =>
    [name, { subject: aSubject({ id: `id of ${name}`, userPrincipalName: name, roles }) }] as const
  const facts: GroupFacts = {
    groups: named(
      aGroup('Staff', { description: 'All' }),
      aGroup('Spared', { isExcluded: true }),
      aGroup('Asked', { isIncluded: true }),
      aGroup('Admins', { isProtected: true }),
      aGroup('LDAP', { isFromDirectory: true }),
    ),
    people: new Map([person('a@x'), person('b@x'), person('boss@x', 'globalAdministrator')]),
    memberships: new Set(['id of Staff id of a@x', 'id of Asked id of a@x', 'id of Admins id of a@x']),
    coming: new Set(['Coming']),
  }
  const plan = (line: GroupLine, actor = desk) => brief(planGroup(line, facts, actor))

  it.each<[string, GroupLine, string]>([
    ['1 a new one', { displayName: 'New' }, 'new'],
    [
      '2 a new one with members',
      { displayName: 'New', description: 'D', members: ['b@x', 'a@x'] },
      'new description:>D members:>a@x; b@x',
    ],
    ['3 one that an earlier line makes', { displayName: 'Coming', members: ['a@x'] }, 'changed members:>a@x'],
    ['4 as it is', { displayName: 'Staff', description: 'All', members: ['a@x'] }, 'unchanged'],
    ['5 another description', { displayName: 'Staff', description: null }, 'changed description:All>'],
    ['6 a further member', { displayName: 'Staff', members: ['a@x', 'b@x'] }, 'changed members:>b@x'],
    ['7 a member less', { displayName: 'Staff', membersToRemove: ['a@x', 'b@x'] }, 'changed membersToRemove:>a@x'],
    ['8 nobody’s name', { displayName: 'Staff', members: ['z@x'] }, 'members unknown_person z@x'],
    ['9 an administrator', { displayName: 'Staff', members: ['boss@x'] }, 'members person_protected boss@x'],
    ['10 into what policies spare', { displayName: 'Spared', members: ['a@x'] }, 'members group_in_policy'],
    [
      '11 out of what policies ask',
      { displayName: 'Asked', membersToRemove: ['a@x'] },
      'membersToRemove group_in_policy',
    ],
    ['12 into what policies ask', { displayName: 'Asked', members: ['b@x'] }, 'changed members:>b@x'],
    ['13 for roles', { displayName: 'Admins', members: ['b@x'] }, 'group_protected'],
    ['14 for roles, as it is', { displayName: 'Admins', members: ['a@x'] }, 'unchanged'],
    ['15 of a directory', { displayName: 'LDAP', members: ['a@x'] }, 'group_from_directory'],
  ])('%s', (_, line, expected) => {
    expect(plan(line)).toBe(expected)
  })

  it('nobody puts themselves into a group', () => {
    const own = { ...facts, people: new Map([['me@x', { subject: top }]]) }
    expect(brief(planGroup({ displayName: 'Staff', members: ['me@x'] }, own, top))).toContain('own_account')
  })

  it('a group administrator adds people without roles only', () => {
    const groupsDesk = actorWith('groupsAdministrator')
    expect(plan({ displayName: 'Staff', members: ['b@x'] }, groupsDesk)).toBe('changed members:>b@x')
    expect(plan({ displayName: 'Staff', members: ['boss@x'] }, groupsDesk)).toBe('members person_protected boss@x')
    expect(plan({ displayName: 'Staff', members: ['boss@x'] }, top)).toBe('changed members:>boss@x')
  })
})

describe('groups in groups', () => {
  const judge = (
    file: readonly (readonly [string, ...string[]])[],
    existing: readonly KnownGroup[] = [],
    nestings: readonly (readonly [string, string])[] = [],
    actor = top,
  ) => {
    const lines = file.map(([displayName, ...memberGroups], index) => ({
      number: index + 1,
      says: { displayName, memberGroups },
    }))
    const ids = nestings.map(([parent, child]) => [`id of ${parent}`, `id of ${child}`] as const)
    const { refused, added } = judgeNestings(lines, { groups: named(...existing), nestings: ids }, actor)
    return lines.map(({ number }) => refused.get(number)?.reason ?? added.get(number)?.after ?? '')
  }

  it('may name groups that come later in the file', () => {
    expect(judge([['A', 'B', 'C'], ['B'], ['C', 'B']])).toEqual(['B; C', '', 'B'])
  })

  it('that nobody makes are refused, and whatever wanted the refused ones with them', () => {
    expect(judge([['A', 'B'], ['B', 'Nowhere'], ['C', 'A'], ['D']])).toEqual([
      'unknown_group',
      'unknown_group',
      'unknown_group',
      '',
    ])
  })

  it('all lines of a new group fall when one does', () => {
    expect(judge([['A', 'Nowhere'], ['A'], ['B']])).toEqual(['unknown_group', 'group_refused', ''])
  })

  it('in circles are refused, each line that takes part, with what is there already', () => {
    expect(judge([['A', 'A']])).toEqual(['circle'])
    expect(
      judge(
        [
          ['A', 'B'],
          ['B', 'A'],
          ['C', 'A'],
        ],
        [aGroup('A'), aGroup('B')],
      ),
    ).toEqual(['circle', 'circle', 'A'])
    expect(
      judge(
        [['B', 'A']],
        [aGroup('A'), aGroup('B'), aGroup('C')],
        [
          ['A', 'C'],
          ['C', 'B'],
        ],
      ),
    ).toEqual(['circle'])
  })

  it('that are so already are not judged', () => {
    expect(judge([['A', 'B']], [aGroup('A', { isProtected: true }), aGroup('B')], [['A', 'B']])).toEqual([''])
  })

  it('are refused where the group may not be changed', () => {
    const groups = [aGroup('A', { isProtected: true }), aGroup('B'), aGroup('X', { isExcluded: true })]
    expect(
      judge(
        [
          ['A', 'B'],
          ['X', 'B'],
        ],
        groups,
      ),
    ).toEqual(['group_protected', 'B'])
    expect(judge([['X', 'B']], groups, [], desk)).toEqual(['group_in_policy'])
  })

  it('law: what is let through closes no circle, and a file without circles is let through', () => {
    const letter = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F')
    const file = fc.array(fc.tuple(letter, letter), { maxLength: 12 })
    fc.assert(
      fc.property(file, (edges) => {
        const all = 'ABCDEF'.split('').map((name) => aGroup(name))
        const verdicts = judge(edges, all)
        const kept = edges.filter((_, index) => verdicts[index] !== 'circle')
        expect(hasCircle(kept)).toBe(false)
        if (!hasCircle(edges)) expect(kept).toEqual(edges)
      }),
      { numRuns: 500 },
    )
  })

  it('in a chain of fifty thousand are judged without running out of anything', { timeout: 60_000 }, () => {
    const file = Array.from({ length: 50_000 }, (_, index) => [`G${index}`, `G${index + 1}`] as const)
    expect(judge([...file, ['G50000']]).every((said) => said !== 'circle')).toBe(true)
    expect(judge([...file, ['G50000', 'G0']]).every((said) => said === 'circle')).toBe(true)
  })
})

/** Told otherwise than in the rule: what has nothing inside is taken away until nothing is left, or something is. */
function hasCircle(edges: readonly (readonly [string, string])[]): boolean {
  let left = edges
  for (;;) {
    const parents = new Set(left.map(([parent]) => parent))
    const next = left.filter(([, child]) => parents.has(child))
    if (next.length === left.length) return left.length > 0
    left = next
  }
}
