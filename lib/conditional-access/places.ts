import { readAddress } from './address'
import type { Context } from './decision'
import { mfaTrustedIpsId, type StoredLocation } from './model'
import { forEachPlace, indexPlaces } from './place-index'
import { storedCountries, storedRanges } from './read-location'

/**
 * All named locations and the trusted addresses of the MFA service settings, each under a number. A location that
 * cannot be read has no number, and nor has *All trusted* when one of the trusted ones cannot.
 */
export type Places = {
  readonly count: number
  /** The numbers behind what a policy names, or null when that is missing or cannot be read. `All` is no place. */
  readonly of: (id: string) => readonly number[] | null
  /** What stands behind a number, for a log; null: the trusted addresses of the MFA service settings. */
  readonly named: (place: number) => Pick<StoredLocation, 'id' | 'displayName' | 'isTrusted'> | null
  /** A range of each trusted place, for each family that it begins with, and a country of each location about countries. */
  readonly examples: { readonly trustedRanges: readonly string[]; readonly countries: readonly string[] }
  /** The numbers of the places that a request comes from; with some more than once. */
  readonly around: (
    context: Pick<Context, 'address' | 'country'>,
    countryOf: (address: string) => string | null,
    visit: (place: number) => void,
  ) => void
}

export function compilePlaces(locations: readonly StoredLocation[], mfaTrustedRanges: readonly string[]): Places {
  const read = locations.map((location) => ({
    ...location,
    ranges: storedRanges(location.document),
    countries: storedCountries(location.document),
  }))
  const { index, isReadable } = indexPlaces([...read.map(({ ranges }) => ranges), mfaTrustedRanges])
  const numbers = new Map<string, readonly number[] | null>([
    ...read.map(({ id, countries }, place) => [id, isReadable[place] || countries ? [place] : null] as const),
    [mfaTrustedIpsId, isReadable[read.length] ? [read.length] : null],
  ])
  const trusted = read.flatMap(({ id, isTrusted }) => (isTrusted ? [id] : []))
  const members = [...trusted, mfaTrustedIpsId].map((id) => numbers.get(id) ?? null)
  numbers.set('AllTrusted', members.every((each) => each !== null) ? members.flat() : null)

  const byCountry = new Map<string, number[]>()
  const ofUnknown: number[] = []
  for (const [place, { countries }] of read.entries()) {
    for (const country of countries?.names ?? []) byCountry.set(country, [...(byCountry.get(country) ?? []), place])
    if (countries?.includesUnknown) ofUnknown.push(place)
  }
  // Not the rows themselves: what is compiled would keep all their ranges in memory.
  const heads = locations.map(({ id, displayName, isTrusted }) => ({ id, displayName, isTrusted }))
  const trustedLists = [...read.flatMap(({ isTrusted, ranges }) => (isTrusted ? [ranges ?? []] : [])), mfaTrustedRanges]
  const examples = {
    trustedRanges: trustedLists.flatMap((list) => firstOfEachFamily(list)),
    countries: read.flatMap(({ countries }) => countries?.names[0] ?? []),
  }
  const hasCountries = byCountry.size + ofUnknown.length > 0
  return {
    count: read.length + 1,
    of: (id) => numbers.get(id) ?? null,
    named: (place) => heads[place] ?? null,
    examples,
    around: ({ address: text, country }, countryOf, visit) => {
      const address = text === null ? null : readAddress(text)
      if (address) forEachPlace(index, address, visit)
      if (!hasCountries) return
      const found = country !== undefined ? country : address && text !== null ? countryOf(text) : null
      for (const place of (found === null ? ofUnknown : byCountry.get(found)) ?? []) visit(place)
    },
  }
}

function firstOfEachFamily(ranges: readonly string[]): readonly string[] {
  const first = ranges.slice(0, 50)
  return [first.find((text) => !text.includes(':')) ?? [], first.find((text) => text.includes(':')) ?? []].flat()
}
