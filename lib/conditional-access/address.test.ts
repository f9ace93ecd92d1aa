import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { readAddress, readCidr, readIpv4Cidr } from './address'
import { forEachPlace, indexPlaces } from './place-index'

const bytesOf = (words: readonly number[]) =>
  words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255))

/** The same by the library, which reads more than we accept. */
function byLibrary(text: string): readonly number[] {
  const parsed = ipaddr.parse(text)
  const address = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed
  return address.toByteArray()
}

describe('an address', () => {
  it('is read as the library reads it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        // The library takes the IPv4-compatible ::a.b.c.d for the IPv4 address, which it is not.
        if (/^::\d+\.\d+\.\d+\.\d+$/.test(text)) return
        expect([text, bytesOf(readAddress(text)?.words ?? [])]).toEqual([text, byLibrary(text)])
      }),
      { numRuns: 2000 },
    )
  })

  it('a plain IPv4 range is read the short way as the long way', () => {
    const characters = fc.constantFrom(...'0123456789./ '.split(''))
    const text = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 40 })).map(([address, length]) => `${address}/${length}`),
      fc.string({ unit: characters, maxLength: 20 }),
      fc.constantFrom(
        '1.2.3.4',
        '1.2.3.4/',
        '1.2.3/8',
        '1.2.3.4.5/8',
        '1.2.3.4/08',
        '01.2.3.4/8',
        '1.2.3.4/8/8',
        '::ffff:1.2.3.4/100',
      ),
    )
    fc.assert(
      fc.property(text, (given) => {
        const range = given.includes(':') ? null : readCidr(given)
        expect(readIpv4Cidr(given)).toBe(range ? (range.first[0] ?? 0) * 64 + range.prefixLength : -1)
      }),
      { numRuns: 5000 },
    )
  })

  it('is never read from what the library refuses', () => {
    const characters = fc.constantFrom(...'0123456789abcdefF:.%/x '.split(''))
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 24 }), (text) => {
        if (readAddress(text) !== null) expect([text, ipaddr.isValid(text)]).toEqual([text, true])
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['::', 'ipv6', [0, 0, 0, 0]],
    ['::1', 'ipv6', [0, 0, 0, 1]],
    ['1:2:3:4:5:6:7::', 'ipv6', [0x10002, 0x30004, 0x50006, 0x70000]],
    ['::ffff:203.0.113.9', 'ipv4', [0xcb007109]],
    ['::203.0.113.9', 'ipv6', [0, 0, 0, 0xcb007109]],
    ['255.255.255.255', 'ipv4', [0xffffffff]],
  ] as const)('%s', (text, family, words) => {
    expect(readAddress(text)).toEqual({ family, words })
  })

  it.each([
    '',
    ':',
    ':::',
    '1:2',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    'fe80::1%1',
    '12345::',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '0x7f.0.0.1',
    '1.2.3.4 ',
    '::1.2.3',
    '::1.2.3.4:5',
  ])('%j is none', (text) => {
    expect(readAddress(text)).toBeNull()
  })

  it.each(['10.0.0.0', '10.0.0.0/', '/8', '10.0.0.0/33', '10.0.0.0/08', '::/129', '::/1x', '10.0.0.0/8/8'])(
    '%j is no range',
    (text) => {
      expect(readCidr(text)).toBeNull()
    },
  )
})

describe('the places of an address', () => {
  const cidr = fc
    .oneof(
      fc.tuple(
        fc.constantFrom('10.0.0.0', '10.0.0.7', '10.0.1.0', '10.1.0.0', '255.255.255.255'),
        fc.integer({ min: 9, max: 32 }),
      ),
      fc.tuple(fc.constantFrom('2001:db8::', '2001:db8::7', 'ffff:ffff::', '::'), fc.integer({ min: 9, max: 128 })),
    )
    .map(([address, length]) => `${address}/${length}`)
  const address = fc.oneof(
    fc.constantFrom(
      '10.0.0.0',
      '10.0.0.6',
      '10.0.0.8',
      '10.0.1.255',
      '255.255.255.255',
      '2001:db8::7',
      '2001:db8::8',
      '::',
      '::1',
    ),
    fc.ipV4(),
    fc.ipV6(),
  )

  it('are those that a look at every range finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cidr, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        address,
        (places, text) => {
          const { index } = indexPlaces(places)
          const found = new Set<number>()
          const asked = readAddress(text)
          if (!asked) throw new Error(`no address: ${text}`)
          forEachPlace(index, asked, (place) => found.add(place))
          const expected = places.flatMap((ranges, place) => {
            const isIn = ranges.some((range) => {
              const read = readCidr(range)
              if (!read || read.family !== asked.family) return false
              const at = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join('')
              return at(read.first) <= at(asked.words) && at(asked.words) <= at(read.last)
            })
            return isIn ? [place] : []
          })
          expect([...found].sort()).toEqual(expected)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
