import 'server-only'
import type { IpNamedLocation, NamedLocation } from '@/lib/conditional-access/model'
import { compileRanges, contains, parseAddress, rangeWidth } from '@/lib/conditional-access/network'
import { isIpLocation } from '@/lib/conditional-access/read-location'
import { formatDate, t } from '@/lib/i18n'
import { countryDatabase, countryOfAddress } from '@/lib/platform/geo'

/** Whether countries can be told, and by what. */
export function aboutCountries(): { readonly isKnown: boolean; readonly text: string } {
  const database = countryDatabase()
  if (!database) return { isKnown: false, text: t('namedLocations.countries.noDatabase') }
  const date = formatDate(database.builtAt)
  return {
    isKnown: true,
    text: t(database.isOwn ? 'namedLocations.countries.ownDatabase' : 'namedLocations.countries.openDatabase', {
      date,
    }),
  }
}

/** Where the reader is now, by the same look-up that decides: "Your address now: 203.0.113.10 — in HQ." */
export function yourAddress(clientAddress: string | null, locations: readonly NamedLocation[]): string {
  const address = parseAddress(clientAddress)
  if (!clientAddress || !address) return t('namedLocations.address.unknown')
  const country = countryOfAddress(clientAddress)
  const places = locations
    .filter((location) => {
      if (!isIpLocation<IpNamedLocation>(location))
        return country === null
          ? location.includeUnknownCountriesAndRegions
          : location.countriesAndRegions.includes(country)
      // A stored range that cannot be read blocks where it decides; here it is only left out.
      const texts = location.ipRanges.map(({ cidrAddress }) => cidrAddress)
      return contains(compileRanges(texts.filter((text) => rangeWidth(text) !== null)), address)
    })
    .map(({ displayName }) => displayName)
  if (places.length === 0) return t('namedLocations.address.out', { address: clientAddress })
  return t('namedLocations.address.in', {
    address: clientAddress,
    places: new Intl.ListFormat('en', { type: 'conjunction' }).format(places),
  })
}
