import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientAddress, rateKeyOf } from './client-address'

const proxies = ['10.0.0.0/8', '2001:db8:ffff::/48']
const proxy = '10.0.0.1'

describe('without a trusted proxy the peer is the client', () => {
  test.each([
    ['no proxies configured', '203.0.113.7', ['198.51.100.1'], []],
    ['the peer is no proxy', '203.0.113.7', ['198.51.100.1'], proxies],
    ['loopback and private peers are ordinary', '127.0.0.1', ['198.51.100.1'], []],
  ])('%s', (_title, peer, lines, trusted) => {
    expect(clientAddress(peer, lines, trusted)).toEqual({ address: peer, source: 'peer' })
  })

  test('a mapped IPv6 peer is its IPv4 address, for the comparison too', () => {
    expect(clientAddress('::ffff:203.0.113.7', [], [])).toEqual({ address: '203.0.113.7', source: 'peer' })
    expect(clientAddress('::ffff:10.0.0.1', ['203.0.113.7'], proxies).address).toBe('203.0.113.7')
    expect(clientAddress('10.0.0.1', ['203.0.113.7'], ['::ffff:10.0.0.0/104']).address).toBe('203.0.113.7')
  })

  test('no peer, or one that is no address, is unknown', () => {
    expect(clientAddress(undefined, ['203.0.113.7'], proxies)).toMatchObject({ address: null, detail: 'no_peer' })
    expect(clientAddress('', [], [])).toMatchObject({ address: null, source: 'unknown' })
  })

  test('the zone of a link-local peer is dropped', () => {
    expect(clientAddress('fe80::1%eth0', [], []).address).toBe('fe80::1')
  })
})

describe('behind a trusted proxy the walk goes from the right', () => {
  test.each([
    ['one element', ['203.0.113.7'], '203.0.113.7'],
    ['what the client claims stands left and is not looked at', ['1.1.1.1, 203.0.113.7'], '203.0.113.7'],
    ['trusted elements are skipped', ['203.0.113.7, 10.0.0.9, 10.1.2.3'], '203.0.113.7'],
    ['IPv6 proxies are skipped', ['203.0.113.7, 2001:db8:ffff::9'], '203.0.113.7'],
    ['several lines are one list', ['1.1.1.1', '203.0.113.7', '10.0.0.9'], '203.0.113.7'],
    ['all trusted: the left-most', ['10.0.0.7, 10.0.0.9'], '10.0.0.7'],
    ['empty elements are skipped', [' , 203.0.113.7 ,, '], '203.0.113.7'],
    ['IPv4 with port', ['203.0.113.7:4711'], '203.0.113.7'],
    ['IPv6', ['2001:db8::7'], '2001:db8::7'],
    ['IPv6 in brackets', ['[2001:db8::7]'], '2001:db8::7'],
    ['IPv6 in brackets with port', ['[2001:db8::7]:443'], '2001:db8::7'],
    ['IPv6 is written in one form', ['2001:0DB8:0:0::7'], '2001:db8::7'],
    ['mapped IPv6 is IPv4', ['::ffff:203.0.113.7'], '203.0.113.7'],
    ['mapped IPv6 in hexadecimal is IPv4', ['::ffff:cb00:7107'], '203.0.113.7'],
    ['a mapped proxy is a proxy', ['203.0.113.7, ::ffff:10.0.0.9'], '203.0.113.7'],
    ['malformed left of the client changes nothing', ['rubbish, 203.0.113.7'], '203.0.113.7'],
    ['6to4 is not unwrapped', ['2002:a00:1::'], '2002:a00:1::'],
    ['NAT64 is not unwrapped', ['64:ff9b::a00:1'], '64:ff9b::a00:1'],
    ['IPv4-compatible is not unwrapped', ['::10.0.0.1'], '::a00:1'],
  ])('%s', (_title, lines, expected) => {
    expect(clientAddress(proxy, lines, proxies)).toEqual({ address: expected, source: 'forwarded' })
  })

  test.each([[[]], [['']], [[' , ,']]])('no address in the header is unknown: %j', (lines) => {
    expect(clientAddress(proxy, lines, proxies)).toEqual({ address: null, source: 'unknown', detail: 'header_missing' })
  })

  test.each([
    ...[
      'unknown',
      '_hidden',
      'localhost',
      'example.org',
      'fe80::1%eth0',
      '[fe80::1%25eth0]',
      '010.0.0.1',
      '0x7f.0.0.1',
    ],
    ...['127.1', '2130706433', '256.1.1.1', '1.2.3.4.5', '1.2.3.4:', '1.2.3.4:65536', '1.2.3.4:x', '[::1', '::1]'],
    ...[
      '[2001:db8::1]x',
      '[2001:db8::1]:',
      '[1.2.3.4]',
      '::ffff:010.0.0.1',
      '::ffff:127.1',
      '1:2',
      ':::',
      'for=1.2.3.4',
    ],
    ...['"1.2.3.4"', '1.2.3.4/32', '2001:db8::1/64', '1.2.3.4 5.6.7.8', '１.2.3.4', '-1.2.3.4', '12345::'],
  ])('a malformed element makes the address unknown: %s', (element) => {
    const unknown = { address: null, source: 'unknown', detail: 'element_malformed' }
    expect(clientAddress(proxy, [element], proxies)).toEqual(unknown)
    expect(clientAddress(proxy, [`203.0.113.7, ${element}, 10.0.0.9`], proxies)).toEqual(unknown)
  })

  test('a header of unreasonable length is unknown', () => {
    const long = Array.from({ length: 1000 }, () => '10.0.0.9').join(',')
    expect(clientAddress(proxy, [long], proxies)).toMatchObject({ address: null, detail: 'header_too_long' })
  })
})

describe('laws', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })

  test('no header can throw, or be believed from a peer that is no proxy', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (lines) => {
        clientAddress(proxy, lines, proxies)
        expect(clientAddress('203.0.113.7', lines, proxies)).toEqual({ address: '203.0.113.7', source: 'peer' })
      }),
    )
  })

  test('whatever a client writes before what the proxy appends, the answer is the same', () => {
    fc.assert(
      fc.property(text, fc.ipV4(), (claim, address) => {
        fc.pre(!address.startsWith('10.'))
        expect(clientAddress(proxy, [claim, address], proxies).address).toBe(address)
      }),
    )
  })
})

test('one client is counted as one: IPv4 alone, IPv6 by /64, unknown ones together', () => {
  expect(rateKeyOf({ address: '203.0.113.7', source: 'peer' })).toBe('203.0.113.7')
  expect(rateKeyOf({ address: '2001:db8:1:2:3:4:5:6', source: 'peer' })).toBe('2001:db8:1:2::/64')
  expect(rateKeyOf({ address: null, source: 'unknown' })).toBe('unknown')
})
