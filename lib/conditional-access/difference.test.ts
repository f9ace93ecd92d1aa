import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aPolicy } from '@/tests/support/builders'
import { policyBody } from './body'
import { differencesBetween } from './difference'

const base = aPolicy({ displayName: 'One' })
const body = policyBody(base)
const withUsers = (users: object) => ({
  ...body,
  conditions: { ...body.conditions, users: { ...body.conditions.users, ...users } },
})

describe('the difference between two versions', () => {
  it('is nothing between a version and itself, also as the database stores it', () => {
    expect(differencesBetween(body, JSON.parse(JSON.stringify(body)))).toEqual([])
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(differencesBetween(JSON.parse(text), JSON.parse(text))).toEqual([])
      }),
    )
  })

  it('names what came and what went in a list, whatever its order', () => {
    const was = withUsers({ includeGroups: ['a', 'b'] })
    const is = withUsers({ includeGroups: ['c', 'b', 'b'] })
    expect(differencesBetween(was, is)).toEqual([
      { path: 'conditions.users.includeGroups', added: ['c'], removed: ['a'], isSingle: false },
    ])
    expect(differencesBetween(was, withUsers({ includeGroups: ['b', 'a'] }))).toEqual([])
  })

  it('says from what to what where there is one value', () => {
    expect(differencesBetween(body, { ...body, displayName: 'Two', state: 'disabled' })).toEqual([
      { path: 'displayName', added: ['Two'], removed: ['One'], isSingle: true },
      { path: 'state', added: ['disabled'], removed: ['enabled'], isSingle: true },
    ])
  })

  it('takes absent, null and empty for the same, and a part that appears for its members', () => {
    const { locations: _, ...conditions } = body.conditions
    const without = { ...body, conditions }
    expect(differencesBetween(without, { ...body, conditions: { ...conditions, locations: null } })).toEqual([])
    expect(differencesBetween(without, body)).toEqual([
      { path: 'conditions.locations.includeLocations', added: ['All'], removed: [], isSingle: false },
      { path: 'conditions.locations.excludeLocations', added: ['AllTrusted'], removed: [], isSingle: false },
    ])
  })

  it('splits what Graph joins, and knows a range by its address', () => {
    const guests = (guestOrExternalUserTypes: string) =>
      withUsers({ includeGuestsOrExternalUsers: { guestOrExternalUserTypes, externalTenants: null } })
    expect(differencesBetween(guests('internalGuest'), guests('internalGuest,serviceProvider'))).toEqual([
      {
        path: 'conditions.users.includeGuestsOrExternalUsers.guestOrExternalUserTypes',
        ...{ added: ['serviceProvider'], removed: [], isSingle: false },
      },
    ])
    const range = (cidrAddress: string) => ({ '@odata.type': '#x', ipRanges: [{ '@odata.type': '#y', cidrAddress }] })
    expect(differencesBetween(range('10.0.0.0/24'), range('10.0.1.0/24'))).toEqual([
      { path: 'ipRanges', added: ['10.0.1.0/24'], removed: ['10.0.0.0/24'], isSingle: false },
    ])
  })

  it('tells everything of a version that begins or ends', () => {
    const begun = differencesBetween(null, body)
    expect(begun.map(({ path }) => path)).toContain('conditions.users.includeUsers')
    expect(begun.every(({ removed }) => removed.length === 0)).toBe(true)
  })

  it('tells members that this version does not know by their path', () => {
    expect(
      differencesBetween(body, { ...body, conditions: { ...body.conditions, times: { included: ['night'] } } }),
    ).toEqual([{ path: 'conditions.times.included', added: ['night'], removed: [], isSingle: false }])
  })

  it('is the reverse the other way round', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, other) => {
        const there = differencesBetween(JSON.parse(one), JSON.parse(other))
        const back = differencesBetween(JSON.parse(other), JSON.parse(one))
        const key = (list: readonly { path: string; added: readonly string[]; removed: readonly string[] }[]) =>
          list.map(({ path, added, removed }) => JSON.stringify([path, [...added].sort(), [...removed].sort()])).sort()
        expect(key(back)).toEqual(
          key(there.map(({ path, added, removed }) => ({ path, added: removed, removed: added }))),
        )
      }),
    )
  })
})
