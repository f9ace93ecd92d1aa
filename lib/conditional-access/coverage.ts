import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import { readCidr } from './address'
import type { PolicySet } from './compile'
import { type DevicePlatform, devicePlatforms } from './conditions-model'
import { type Context, withoutSources } from './decision'
import { evaluate } from './evaluate'
import { registerSecurityInformation, type StoredLocation } from './model'
import { storedCountries, storedRanges } from './read-location'

/**
 * Which requests to register security info no policy governs, from the policies themselves and not from what has
 * happened so far. People, places and platforms fall into classes that no policy can tell apart; the real decision is
 * asked about one of each, so this can never match otherwise than a sign-in does.
 *
 * `named`: an enforced policy about registering applies. `everything`: only enforced ones about all resources do, which
 * a password may be enough for, because registering is what they lead to. `reportOnly`: nothing is enforced.
 */
export const covers = ['named', 'everything', 'reportOnly', 'none'] as const
export type Cover = (typeof covers)[number]

export type PlaceClass = {
  /** An address of the class; null: the address is not known. */
  readonly address: string | null
  /** ISO 3166-1 alpha-2, `otherCountry`, null: not known; undefined: no location is about countries. */
  readonly country: string | null | undefined
  /** The named locations around it, by number. */
  readonly places: readonly number[]
  readonly isTrusted: boolean
}
/** No location names it, and it is nobody's. */
export const otherCountry = 'ZZ'

export function coverOf(
  set: PolicySet,
  subject: Subject,
  place: Pick<PlaceClass, 'address' | 'country'>,
  platform: DevicePlatform | null,
): Cover {
  const { trace } = evaluate(set, registering(subject, place, platform, { proofs: [passwordNow], usable: [] }))
  let cover: Cover = 'none'
  for (const { policyId, result } of trace) {
    const isEnforced = result === 'success' || result === 'failure'
    if (isEnforced && set.policies.some(({ id, namesRegistration }) => id === policyId && namesRegistration))
      return 'named'
    if (isEnforced) cover = 'everything'
    else if (cover === 'none' && result !== 'notApplied' && result !== 'reportOnlyNotApplied') cover = 'reportOnly'
  }
  return cover
}

/** A question to the gate by somebody who has just proven this. */
export function registering(
  subject: Subject,
  { address, country }: Pick<PlaceClass, 'address' | 'country'>,
  platform: DevicePlatform | null,
  { proofs, usable }: { readonly proofs: readonly Proof[]; readonly usable: readonly AuthenticationMethodMode[] },
): Context {
  return {
    now: 0,
    subject,
    target: { kind: 'userAction', action: registerSecurityInformation },
    address,
    ...(country === undefined ? {} : { country }),
    platform,
    clientApp: 'browser',
    ...withoutSources,
    interruptMode: true,
    proofs,
    usableModes: usable,
    registrableModes: [],
    freshnessSeconds: 600,
  }
}

const passwordNow: Proof = { mode: 'password', methodId: null, at: 0 }

/** How many ranges are looked at; at the limits of named locations a part of each. */
const pointsMax = 60_000

/**
 * The places that policies can tell apart: every combination of named locations in which an address can be, the rest of
 * the world, and an address that is not known, each with the countries that locations name.
 *
 * The answer about an address can only change where a range begins or after it ends, so these points, and the first
 * address of each family, stand for all others.
 */
export function placeClasses(
  set: PolicySet,
  locations: readonly StoredLocation[],
  mfaTrustedRanges: readonly string[],
): readonly PlaceClass[] {
  const countries = countryClasses(locations)
  const found = new Map<string, PlaceClass>()
  const add = (address: string | null, country: string | null | undefined) => {
    const places = new Set<number>()
    // Without a country no location about countries is asked; one that is not known would be one of them.
    set.places.around(
      { address, country },
      () => null,
      (place) => places.add(place),
    )
    const sorted = [...places].sort((one, other) => one - other)
    const key = `${address === null ? 'unknown' : 'known'} ${country ?? ''} ${sorted.join()}`
    if (found.has(key)) return
    const isTrusted = sorted.some((place) => set.places.named(place)?.isTrusted ?? true)
    found.set(key, { address, country, places: sorted, isTrusted })
  }
  for (const address of pointsOf(locations, mfaTrustedRanges)) for (const country of countries) add(address, country)
  add(null, countries.length === 1 ? countries[0] : null)
  return [...found.values()]
}

function pointsOf(locations: readonly StoredLocation[], mfaTrustedRanges: readonly string[]): ReadonlySet<string> {
  const lists = [...locations.map(({ document }) => storedRanges(document) ?? []), mfaTrustedRanges]
  const total = lists.reduce((sum, list) => sum + list.length, 0)
  const step = Math.max(1, Math.ceil(total / pointsMax))
  const points = new Set(['0.0.0.0', '::'])
  for (const list of lists)
    for (let at = 0; at < list.length; at += step) {
      const range = readCidr(list[at]?.trim() ?? '')
      if (!range) continue
      points.add(textOf(range.first))
      const after = following(range.last)
      if (after) points.add(textOf(after))
    }
  return points
}

/** One country of each set that locations tell apart, a country that none names, and none at all. */
function countryClasses(locations: readonly StoredLocation[]): readonly (string | null | undefined)[] {
  const lists = locations.flatMap(({ document }) => storedCountries(document) ?? [])
  if (lists.length === 0) return [undefined]
  const inside = new Map<string, number[]>()
  for (const [number, { names }] of lists.entries())
    for (const name of names) inside.set(name, [...(inside.get(name) ?? []), number])
  const distinct = new Map([...inside].reverse().map(([name, numbers]) => [numbers.join(), name]))
  return [...[...distinct.values()].sort(), otherCountry, null]
}

/** Platforms that some policy tells from others; one alone where none does. */
export function platformClasses({ policies }: PolicySet): readonly (DevicePlatform | null)[] {
  return policies.some(({ platforms }) => platforms !== null) ? [null, ...devicePlatforms] : [null]
}

function textOf(words: readonly number[]): string {
  return words.length === 1
    ? [24, 16, 8, 0].map((bits) => ((words[0] ?? 0) >>> bits) & 255).join('.')
    : words.flatMap((word) => [word >>> 16, word & 0xffff].map((group) => group.toString(16))).join(':')
}

/** The address after this one; null after the last of all. */
function following(words: readonly number[]): readonly number[] | null {
  const next = [...words]
  for (let index = next.length - 1; index >= 0; index--) {
    const word = next[index] ?? 0
    if (word < 0xffffffff) {
      next[index] = word + 1
      return next
    }
    next[index] = 0
  }
  return null
}
