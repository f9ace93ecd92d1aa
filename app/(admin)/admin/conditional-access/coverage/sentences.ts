import { countryName } from '@/lib/conditional-access/countries'
import { otherCountry, type PlaceClass } from '@/lib/conditional-access/coverage'
import { directoryRoles } from '@/lib/directory/model'
import { t } from '@/lib/i18n'
import type { Gap } from '@/lib/reports/coverage'
import type { World } from './world'

/** A gap as one sentence: who, from where, on what. `names` holds the names of groups by id. */
export function gapSentence(
  gap: Gap,
  { set, places }: Pick<World, 'set' | 'places'>,
  names: ReadonlyMap<string, string>,
) {
  const who = whoOf(gap, names)
  const from = placeOf(gap, set, places)
  const cover = t(`coverage.cover.${gap.cover}`)
  return gap.platforms === null
    ? t('coverage.sentence', { who, from, cover })
    : t('coverage.sentence.on', { who, from, cover, platforms: list(gap.platforms.map(platformName)) })
}

function whoOf({ userType, guestType, isWholeKind, memberships }: Gap, names: ReadonlyMap<string, string>): string {
  const kind = guestType ? t(`policies.users.guest.${guestType}`) : t(`coverage.who.${userType}`)
  if (isWholeKind) return kind
  const shown = memberships.slice(0, membershipsShown).map((ids) => {
    if (ids.length === 0) return t('coverage.who.noGroup')
    return t('coverage.who.in', {
      groups: list(
        ids.map((id) => names.get(id) ?? roleName(id)),
        'conjunction',
      ),
    })
  })
  const more = memberships.length - shown.length
  return t('coverage.who.some', {
    kind,
    groups: list([...shown, ...(more > 0 ? [t('coverage.who.more', { count: more })] : [])]),
  })
}

const membershipsShown = 3

function roleName(id: string): string {
  const found = Object.entries(directoryRoles).find(([, roleId]) => roleId === id)?.[0]
  return found
    ? found.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase())
    : t('conditionalAccess.who.gone')
}

function placeOf(gap: Gap, set: World['set'], all: readonly PlaceClass[]): string {
  if (gap.isEverywhere) {
    const isOneSided = all.every(({ isTrusted }) => isTrusted === gap.isTrusted)
    return t(
      isOneSided ? 'coverage.from.anywhere' : gap.isTrusted ? 'coverage.from.trusted' : 'coverage.from.untrusted',
    )
  }
  // Where it is the same in every country, countries are not spoken of.
  const byAddress = new Map<string, PlaceClass[]>()
  for (const place of gap.places) {
    const label = addressLabel(place, set)
    byAddress.set(label, [...(byAddress.get(label) ?? []), place])
  }
  const labels = [...byAddress].map(([label, here]) => {
    const alike = all.filter((place) => place.isTrusted === gap.isTrusted && addressLabel(place, set) === label)
    if (here.length === alike.length || label === t('coverage.place.unknown')) return label
    return t('coverage.place.in', { place: label, countries: list(here.map(({ country }) => countryLabel(country))) })
  })
  return list(
    labels.slice(0, 6).concat(labels.length > 6 ? [t('coverage.place.more', { count: labels.length - 6 })] : []),
  )
}

function addressLabel({ address, places }: PlaceClass, set: World['set']): string {
  if (address === null) return t('coverage.place.unknown')
  const around = new Set<number>()
  // Without a country only ranges are left.
  set.places.around(
    { address, country: '' },
    () => '',
    (place) => around.add(place),
  )
  const named = places
    .filter((place) => around.has(place))
    .map((place) => set.places.named(place)?.displayName ?? t('conditionalAccess.place.mfa_trusted'))
  return named.length === 0 ? t('coverage.place.elsewhere') : list(named, 'conjunction')
}

function countryLabel(country: string | null | undefined): string {
  if (country === null || country === undefined) return t('coverage.country.unknown')
  return country === otherCountry ? t('coverage.country.other') : countryName(country)
}

function platformName(platform: string | null): string {
  return platform === null
    ? t('coverage.platform.unknown')
    : t(`conditionalAccess.platform.${platform}` as 'conditionalAccess.platform.all')
}

function list(parts: readonly string[], type: 'conjunction' | 'disjunction' = 'disjunction'): string {
  return new Intl.ListFormat('en', { type }).format(parts)
}
