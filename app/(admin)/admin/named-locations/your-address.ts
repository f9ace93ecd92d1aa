import 'server-only'
import type { IpNamedLocation } from '@/lib/conditional-access/model'
import { compileRanges, contains, parseAddress } from '@/lib/conditional-access/network'
import { t } from '@/lib/i18n'

/** Where the reader is now, by the same look-up that decides: "Your address now: 203.0.113.10 — in HQ." */
export function yourAddress(clientAddress: string | null, locations: readonly IpNamedLocation[]): string {
  const address = parseAddress(clientAddress)
  if (!clientAddress || !address) return t('namedLocations.address.unknown')
  const places = locations
    .filter(({ ipRanges }) => contains(compileRanges(ipRanges.map((range) => range.cidrAddress)), address))
    .map(({ displayName }) => displayName)
  if (places.length === 0) return t('namedLocations.address.out', { address: clientAddress })
  return t('namedLocations.address.in', {
    address: clientAddress,
    places: new Intl.ListFormat('en', { type: 'conjunction' }).format(places),
  })
}
