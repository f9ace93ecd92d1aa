import { modeOf } from '@/lib/authentication-methods/catalogue'
import { isPhoneKind } from '@/lib/authentication-methods/model'
import { allowedModes, mayRegister, mayUse } from '@/lib/authentication-methods/policy'
import type { MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import type { PolicySet } from '@/lib/conditional-access/compile'
import type { DevicePlatform } from '@/lib/conditional-access/conditions-model'
import { type Cover, coverOf, otherCountry, type PlaceClass, platformClasses } from '@/lib/conditional-access/coverage'
import { type Unsatisfiable, unsatisfiablePolicies } from '@/lib/conditional-access/unsatisfiable'
import { type GuestOrExternalUserType, guestOrExternalUserTypes, type UserType } from '@/lib/directory/model'
import { registrableModes } from '@/lib/sign-in/usable'
import type { PeopleGroup } from './coverage-store'

/**
 * The gaps of the policies about registering security info, over people, places and platforms. `coverOf` decides each
 * cell; this puts cells together that one sentence can tell.
 */
export type Gap = {
  readonly cover: Exclude<Cover, 'named'>
  readonly userType: UserType
  readonly guestType: GuestOrExternalUserType | null
  /** Whether it is so for everybody of this kind. */
  readonly isWholeKind: boolean
  /** Else the groups and roles that make the difference, as sets of ids; an empty set: in none that policies name. */
  readonly memberships: readonly (readonly string[])[]
  /** Null: on any. */
  readonly platforms: readonly (DevicePlatform | null)[] | null
  readonly isTrusted: boolean
  /** Whether it is so from all trusted places, or from everywhere else. */
  readonly isEverywhere: boolean
  readonly places: readonly PlaceClass[]
  readonly people: number
  readonly requests: number
}

export type Requests = readonly { readonly key: string; readonly address: string | null; readonly count: number }[]

export function gapsOf(
  set: PolicySet,
  groups: readonly PeopleGroup[],
  places: readonly PlaceClass[],
  requests: Requests,
): readonly Gap[] {
  const platforms = platformClasses(set)
  const asked = new Map<string, number>()
  const place = placeFinder(set, places)
  for (const { key, address, count } of requests) {
    const at = place(address)
    if (at !== undefined) asked.set(`${key} ${at}`, (asked.get(`${key} ${at}`) ?? 0) + count)
  }
  const kinds = withEveryKind(groups).map((group) => ({
    group,
    cells: platforms.map((platform) => places.map((place) => coverOf(set, group.subject, place, platform))),
  }))
  const gaps = new Map<
    string,
    { first: Omit<Gap, 'people' | 'requests' | 'memberships'>; members: PeopleGroup[]; of: string }
  >()
  for (const { group, cells } of kinds)
    for (const cover of ['none', 'reportOnly', 'everything'] as const)
      for (const isTrusted of [false, true]) {
        const side = places.flatMap((place, at) => (place.isTrusted === isTrusted ? [at] : []))
        // Platforms with the same gap stand in one sentence.
        const bySame = new Map<string, (DevicePlatform | null)[]>()
        for (const [number, platform] of platforms.entries()) {
          const here = side.filter((at) => cells[number]?.[at] === cover)
          if (here.length > 0) bySame.set(here.join(), [...(bySame.get(here.join()) ?? []), platform])
        }
        for (const [same, on] of bySame) {
          const here = same.split(',').map(Number)
          const { userType, guestType } = group.subject
          const of = `${userType} ${guestType}`
          const key = [of, cover, isTrusted, same, on.join()].join('|')
          const known = gaps.get(key)
          if (known) known.members.push(group)
          else
            gaps.set(key, {
              of,
              members: [group],
              first: {
                ...{ cover, userType, guestType, isTrusted, isWholeKind: false },
                platforms: on.length === platforms.length ? null : on,
                isEverywhere: here.length === side.length,
                places: here.flatMap((at) => places[at] ?? []),
              },
            })
        }
      }
  const sizes = new Map<string, number>()
  for (const { group } of kinds) {
    const of = `${group.subject.userType} ${group.subject.guestType}`
    sizes.set(of, (sizes.get(of) ?? 0) + 1)
  }
  return [...gaps.values()]
    .map(({ first, members, of }) => ({
      ...first,
      isWholeKind: members.length === sizes.get(of),
      memberships: distinct(members.map(({ subject }) => [...subject.groupIds, ...subject.roleIds])),
      people: members.reduce((sum, { count }) => sum + count, 0),
      requests: members.reduce(
        (sum, { key }) =>
          sum + first.places.reduce((all, place) => all + (asked.get(`${key} ${places.indexOf(place)}`) ?? 0), 0),
        0,
      ),
    }))
    .sort((one, other) => rank(one) - rank(other) || other.people - one.people)
}

/** The gravest first: nothing at all, from where anybody may be. */
function rank({ cover, isTrusted }: Gap): number {
  return ['none', 'reportOnly', 'everything'].indexOf(cover) + (isTrusted ? 3 : 0)
}

/** Finds the class of an address as locations are today, by its number; none where classes were left out. */
function placeFinder(set: PolicySet, places: readonly PlaceClass[]): (address: string | null) => number | undefined {
  const keyOf = (around: readonly number[], address: string | null, country: string | null | undefined) =>
    `${address === null ? 'unknown' : 'known'} ${country ?? ''} ${around.join()}`
  const known = new Map(places.map((place, at) => [keyOf(place.places, place.address, place.country), at]))
  const countries = new Set(places.map(({ country }) => country))
  return (address) => {
    const hasCountries = !countries.has(undefined)
    const found = hasCountries && address !== null ? set.countryOf(address) : null
    const around = new Set<number>()
    set.places.around({ address, country: found }, set.countryOf, (place) => around.add(place))
    const sorted = [...around].sort((one, other) => one - other)
    // Of countries that locations do not tell apart one stands for all.
    const candidates = hasCountries ? [found, otherCountry, ...countries] : [undefined]
    for (const country of candidates) {
      const at = known.get(keyOf(sorted, address, country))
      if (at !== undefined) return at
    }
    return undefined
  }
}

/** Kinds of account that nobody has today are asked about as well: a gap is there before the first guest is. */
function withEveryKind(groups: readonly PeopleGroup[]): readonly PeopleGroup[] {
  const kinds = [null, ...guestOrExternalUserTypes]
  const absent = kinds.filter((guestType) => !groups.some(({ subject }) => subject.guestType === guestType))
  return [
    ...groups,
    ...absent.map((guestType): PeopleGroup => {
      const userType = guestType === null ? 'member' : 'guest'
      return {
        ...{ key: `nobody ${guestType}`, count: 0, usableKinds: [], hasBusinessPhone: false },
        subject: {
          ...{ id: '', userPrincipalName: '', displayName: '', userType, guestType, homeTenantId: null },
          ...{ accountEnabled: true, groupIds: new Set(), roleIds: new Set(), isInRoleAssignableGroup: false },
        },
      }
    }),
  ]
}

function distinct(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(sets.map((ids) => [[...ids].sort().join(), ids])).values()]
}

/** For each group of people the policies that they can never satisfy; groups without any are left out. */
export function stuckGroups(
  set: PolicySet,
  methodsPolicy: MethodsPolicy,
  groups: readonly PeopleGroup[],
  places: readonly PlaceClass[],
): ReadonlyMap<string, readonly Unsatisfiable[]> {
  const platforms = platformClasses(set)
  const found = new Map<string, readonly Unsatisfiable[]>()
  for (const { key, subject, usableKinds, hasBusinessPhone } of groups) {
    const businessPhone = hasBusinessPhone ? '+10000000000' : null
    const mayBeGiven =
      mayUse(methodsPolicy, subject, 'temporaryAccessPass', 'signIn').allowed &&
      mayRegister(methodsPolicy, subject, 'temporaryAccessPass', [], 'administrator').allowed
    const means = {
      subject,
      usableModes: usableKinds.flatMap((kind) =>
        isPhoneKind(kind) ? allowedModes(methodsPolicy, subject, kind) : [modeOf(kind)],
      ),
      registrableModes: registrableModes({ subject, methods: [], methodsPolicy, businessPhone }),
      passModes: mayBeGiven ? (['temporaryAccessPassMultiUse', 'temporaryAccessPassOneTime'] as const) : [],
    }
    const policies = unsatisfiablePolicies(set, means, places, platforms)
    if (policies.length > 0) found.set(key, policies)
  }
  return found
}
