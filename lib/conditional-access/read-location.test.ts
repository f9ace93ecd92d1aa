import { describe, expect, it } from 'vitest'
import { concernsAbout, locationBody, readLocation, storedCountries, storedRanges } from './read-location'

const v4 = (cidrAddress: string) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress })
const aLocation = (more: object = {}) => ({
  '@odata.type': '#microsoft.graph.ipNamedLocation',
  displayName: 'Quay office',
  isTrusted: true,
  ipRanges: [v4('198.51.100.0/24')],
  ...more,
})
const codeOf = (raw: unknown) => {
  const read = readLocation(raw)
  return read.ok ? null : read.failure.code
}

describe('readLocation', () => {
  it('reads what Graph writes and writes what Graph reads', () => {
    const raw = aLocation({
      ipRanges: [
        v4('198.51.100.0/24'),
        { '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress: '2001:db8:40::/48' },
      ],
    })
    const read = readLocation({ ...raw, id: 'ignored', createdDateTime: '2026-01-01T00:00:00Z' })
    expect(read).toEqual({ ok: true, value: { document: expect.anything(), notices: [] } })
    if (read.ok) expect(locationBody(read.value.document)).toEqual(raw)
    if (read.ok)
      expect(storedRanges(locationBody(read.value.document))).toEqual(['198.51.100.0/24', '2001:db8:40::/48'])
  })

  const aCountry = (more: object = {}) => ({
    '@odata.type': '#microsoft.graph.countryNamedLocation',
    displayName: 'Nordics',
    countriesAndRegions: ['NO', 'SE'],
    includeUnknownCountriesAndRegions: false,
    countryLookupMethod: 'clientIpAddress',
    ...more,
  })

  it('reads countries in any case once, and writes what Graph reads', () => {
    const read = readLocation(aCountry({ id: 'x', countriesAndRegions: ['no', 'SE', 'NO'], countryLookupMethod: null }))
    expect(read.ok && locationBody(read.value.document)).toEqual(aCountry())
    expect(storedCountries(aCountry())).toEqual({ names: ['NO', 'SE'], includesUnknown: false })
    const unknown = readLocation(aCountry({ countriesAndRegions: [], includeUnknownCountriesAndRegions: true }))
    expect(unknown.ok).toBe(true)
  })

  it.each<[string, unknown, object]>([
    ['no country', aCountry({ countriesAndRegions: [] }), { code: 'conditionalAccess.no_countries' }],
    [
      'what is no country',
      aCountry({ countriesAndRegions: ['NO', 'Sweden'] }),
      { code: 'conditionalAccess.invalid_country', field: 'countriesAndRegions.1', details: { country: 'Sweden' } },
    ],
    [
      "the phone's position",
      aCountry({ countryLookupMethod: 'authenticatorAppGps' }),
      { code: 'conditionalAccess.unsupported_member', details: { member: 'countryLookupMethod' } },
    ],
    [
      'a trusted country',
      aCountry({ isTrusted: true }),
      { code: 'conditionalAccess.unsupported_member', details: { member: 'isTrusted' } },
    ],
  ])('%s is refused', (_title, raw, failure) => {
    expect(readLocation(raw)).toMatchObject({ failure })
  })

  it('what another version stored as countries and cannot be read is no place', () => {
    for (const wrong of [{ countriesAndRegions: ['XX'] }, { countryLookupMethod: 'authenticatorAppGps' }, { more: 1 }])
      expect(storedCountries(aCountry(wrong))).toBeNull()
    expect(storedCountries(aLocation())).toBeNull()
    expect(storedRanges(aCountry())).toBeNull()
  })

  it('ranges by first and last address are refused', () => {
    const range = { '@odata.type': '#microsoft.graph.iPv4Range', lowerAddress: '10.0.0.1', upperAddress: '10.0.0.9' }
    expect(readLocation(aLocation({ ipRanges: [range] }))).toMatchObject({
      failure: { code: 'conditionalAccess.unsupported_member', details: { member: 'ipRanges.0' } },
    })
  })

  it.each<[string, unknown, string]>([
    ['no range', aLocation({ ipRanges: [] }), 'conditionalAccess.no_ranges'],
    ['no name', aLocation({ displayName: '  ' }), 'conditionalAccess.invalid_location'],
    ['no object', 'location', 'conditionalAccess.invalid_location'],
    ['an unknown member', aLocation({ colour: 'red' }), 'conditionalAccess.unsupported_member'],
    ['a range too wide', aLocation({ ipRanges: [v4('203.0.0.0/8')] }), 'conditionalAccess.range_too_wide'],
    [
      '2001 ranges',
      aLocation({ ipRanges: Array.from({ length: 2001 }, () => v4('198.51.100.0/24')) }),
      'conditionalAccess.too_many_ranges',
    ],
  ])('%s is refused', (_title, raw, code) => {
    expect(codeOf(raw)).toBe(code)
  })

  it('a range given twice is stored once', () => {
    const read = readLocation(aLocation({ ipRanges: [v4('198.51.100.0/24'), v4('198.51.100.7/24')] }))
    expect(read.ok && 'ipRanges' in read.value.document && read.value.document.ipRanges).toHaveLength(1)
    expect(read.ok && read.value.notices.map((notice) => notice.kind)).toEqual(['hostBitsCleared', 'duplicate'])
  })
})

describe('what is dangerous to trust (SEC-187)', () => {
  const concerns = (cidrAddress: string, isTrusted: boolean, proxies: readonly string[] = []) =>
    concernsAbout({ displayName: 'x', isTrusted, ipRanges: [{ ...range, cidrAddress }] }, proxies)
  const range = { '@odata.type': '#microsoft.graph.iPv6CidrRange' } as const

  it('an IPv6 range shorter than /32, and a range with a trusted proxy in it', () => {
    expect(concerns('2001:d00::/24', true)).toEqual(['wideTrustedRange'])
    expect(concerns('2001:db8::/32', true)).toEqual([])
    expect(concerns('10.0.0.0/16', true, ['10.0.0.1/32'])).toEqual(['trustedProxyInRange'])
    expect(concerns('10.0.0.0/16', true, ['::ffff:10.0.0.1/128'])).toEqual(['trustedProxyInRange'])
    expect(concerns('10.0.0.0/16', true, ['10.1.0.1/32'])).toEqual([])
  })

  it('nothing, while the location is not trusted', () => {
    expect(concerns('2001:d00::/24', false, ['2001:d00::/64'])).toEqual([])
  })
})
