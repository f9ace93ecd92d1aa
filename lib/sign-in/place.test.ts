import { describe, expect, it } from 'vitest'
import { networkOf, placeKeys } from './place'

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.250', true],
    ['203.0.113.7', '203.0.114.7', false],
    ['::ffff:203.0.113.7', '203.0.113.9', true],
    ['2001:db8:1:2::7', '2001:db8:1:2:ffff::1', true],
    ['2001:db8:1:2::7', '2001:db8:1:3::7', false],
    ['203.0.113.7', '2001:db8:1:2::7', false],
  ])('%s and %s are one place: %s', (one, other, same) => expect(networkOf(one) === networkOf(other)).toBe(same))

  it.each([null, 'unknown', ''])('%s is no place', (address) => expect(networkOf(address)).toBeNull())
})

describe('the keys of a place', () => {
  const keys = (clientAddress: string | null, browser: string | null, name = 'ana@harbor.example') =>
    placeKeys(name, { origin: { clientAddress }, browser })

  it('are one for the network and one for the browser, each on its own', () => {
    expect(keys('203.0.113.7', 'b'.repeat(43))).toHaveLength(2)
    expect(keys('203.0.113.9', null)).toEqual(keys('203.0.113.7', 'b'.repeat(43)).slice(0, 1))
    expect(keys(null, 'b'.repeat(43))).toEqual(keys('203.0.113.7', 'b'.repeat(43)).slice(1))
    expect(keys(null, null)).toEqual([])
  })

  it('are the own of each person and say nothing of the place', () => {
    expect(keys('203.0.113.7', null)).not.toEqual(keys('203.0.113.7', null, 'ben@harbor.example'))
    expect(keys('203.0.113.7', 'b'.repeat(43)).join()).not.toMatch(/203|bbb|ana/)
  })
})
