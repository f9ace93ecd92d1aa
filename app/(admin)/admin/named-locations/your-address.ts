import 'server-only'
import type { IpNamedLocation, NamedLocation } from '@/lib/conditional-access/model'
import { compileRanges, contains, parseAddress, rangeWidth } from '@/lib/conditional-access/network'
import { isIpLocation } from '@/lib/conditional-access/read-location'
import { t } from '@/lib/i18n'

/** Where the reader is now, by the same look-up that decides: "Your address now: 203.0.113.10 — in HQ." */
export function yourAddress(clientAddress: string | null, locations: readonly NamedLocation[]): string {
  const address = parseAddress(clientAddress)
  if (!clientAddress || !address) return t('namedLocations.address.unknown')
  const places = locations
    .filter((location) => isIpLocation<IpNamedLocation>(location))
    .filter(({ ipRanges }) => {
      // A stored range that cannot be read blocks where it decides; here it is only left out.
      const readable = ipRanges.map(({ cidrAddress }) => cidrAddress).filter((text) => rangeWidth(text) !== null)
      return contains(compileRanges(readable), address)
    })
    .map(({ displayName }) => displayName)
  if (places.length === 0) return t('namedLocations.address.out', { address: clientAddress })
  return t('namedLocations.address.in', {
    address: clientAddress,
    places: new Intl.ListFormat('en', { type: 'conjunction' }).format(places),
  })
}
