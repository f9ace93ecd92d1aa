import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRanges, contains, overlapNotices, overlaps, parseAddress, readRange, union } from './network'

const isIn = (ranges: readonly string[], address: string) => contains(compileRanges(ranges), parseAddress(address))
const range = (cidrAddress: string) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress }) as const

describe('addresses in ranges', () => {
  it.each<[string, string, boolean]>([
    ['203.0.113.0/24', '203.0.113.0', true],
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.112.255', false],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.7/32', '203.0.113.7', true],
    ['2001:db8:abcd::/48', '2001:db8:abcd:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8:abcd::/48', '2001:db8:abce::', false],
    ['2001:db8::1/128', '2001:0DB8:0:0::1', true],
    // IPv4-mapped is IPv4, in addresses and in ranges; nothing else is unwrapped.
    ['203.0.113.0/24', '::ffff:203.0.113.9', true],
    ['::ffff:203.0.113.0/120', '203.0.113.9', true],
    ['203.0.113.0/24', '::203.0.113.9', false],
    ['203.0.113.0/24', '2002:cb00:7109::', false],
    ['203.0.113.0/24', '64:ff9b::203.0.113.9', false],
  ])('%s and %s: %s', (cidr, address, expected) => {
    expect(isIn([cidr], address)).toBe(expected)
  })

  it.each(['', 'unknown', '203.0.113', '0xcb.0.113.9', '0313.0.113.9', '3405803785', 'fe80::1%eth0', '203.0.113.9/32'])(
    '%j is no address and in no range',
    (text) => {
      expect(parseAddress(text)).toBeNull()
      expect(isIn(['203.0.113.0/24', 'fe80::/10'], text)).toBe(false)
    },
  )

  it('the set answers as the ranges one by one do', () => {
    const cidr = fc.tuple(fc.ipV4(), fc.integer({ min: 9, max: 32 })).map(([address, bits]) => `${address}/${bits}`)
    fc.assert(
      fc.property(fc.array(cidr, { maxLength: 20 }), fc.ipV4(), (ranges, address) => {
        expect(isIn(ranges, address)).toBe(ranges.some((each) => isIn([each], address)))
      }),
    )
  })

  it('unions and overlaps know both families', () => {
    const one = compileRanges(['10.0.0.0/16', '2001:db8::/32'])
    expect(overlaps(one, compileRanges(['10.0.255.0/24']))).toBe(true)
    expect(overlaps(one, compileRanges(['10.1.0.0/16', '2001:db9::/32']))).toBe(false)
    expect(contains(union([one, compileRanges(['10.1.0.0/16'])]), parseAddress('10.1.2.3'))).toBe(true)
  })
})

describe('ranges in input', () => {
  const read = (text: string) => readRange(text, 'ipRanges.0.cidrAddress')

  it('row 77: a range not longer than /8 is refused', () => {
    for (const text of ['203.0.0.0/8', '0.0.0.0/0', '2000::/8', '::/0', '::ffff:0:0/96', '::ffff:203.0.0.0/104'])
      expect(read(text)).toMatchObject({ ok: false, failure: { code: 'conditionalAccess.range_too_wide' } })
    for (const text of ['203.0.0.0/9', '2000::/9']) expect(read(text).ok).toBe(true)
  })

  it.each([
    '203.0.113.1',
    '203.0.113.0/33',
    '2001:db8::/129',
    '203.0.113.0/024',
    '203.0.113.0/-1',
    // Mapped, with a length that reaches beyond all of IPv4.
    '::ffff:203.0.113.0/95',
    'a/24',
    '1.2.3/24',
    '',
  ])('%j is no range', (text) => {
    expect(read(text)).toMatchObject({ ok: false, failure: { code: 'conditionalAccess.invalid_range' } })
  })

  it('host bits are cleared and mapped ranges unwrapped, each with a notice', () => {
    expect(read('12.34.221.11/22')).toMatchObject({
      value: {
        range: { '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '12.34.220.0/22' },
        notices: [{ kind: 'hostBitsCleared', becomes: '12.34.220.0/22' }],
      },
    })
    expect(read('::ffff:12.34.220.0/118')).toMatchObject({
      value: { range: { cidrAddress: '12.34.220.0/22' }, notices: [{ kind: 'mappedUnwrapped' }] },
    })
    expect(read('2001:DB8:0::/48')).toMatchObject({
      value: { range: { '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress: '2001:db8::/48' }, notices: [] },
    })
  })

  it('private addresses are allowed with a notice', () => {
    for (const text of ['192.168.0.0/16', 'fd00::/16', '127.0.0.1/32'])
      expect(read(text)).toMatchObject({ value: { notices: [{ kind: 'private' }] } })
  })

  it('repeated and enclosed ranges are noticed', () => {
    const notices = overlapNotices(['10.0.0.0/16', '10.0.4.0/24', '10.0.0.0/16', '10.1.0.0/16'].map(range))
    expect(notices).toEqual([
      { kind: 'duplicate', range: '10.0.0.0/16', becomes: '10.0.0.0/16' },
      { kind: 'insideAnother', range: '10.0.4.0/24', becomes: '10.0.0.0/16' },
    ])
  })
})
