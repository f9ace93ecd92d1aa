import { describe, expect, it } from 'vitest'
import { isExempt, prefixOf, stopsAll, stopsPrefix } from './pumping-brake'

it('neighbouring numbers share their first eight digits', () => {
  expect(prefixOf('+447400123456')).toBe('44740012')
  expect(prefixOf('+1234567')).toBe('1234567')
})

describe('SEC-066: a prefix is stopped', () => {
  it.each([
    [20, 0, false],
    [21, 0, true],
    [21, 10, true],
    [21, 11, false],
    [40, 19, true],
    [40, 20, false],
    [500, 500, false],
  ])('%d numbers, %d of them confirmed: %s', (numbers, confirmed, stops) => {
    expect(stopsPrefix({ numbers, confirmed })).toBe(stops)
  })
})

describe('SEC-066: everything is stopped', () => {
  it.each([
    [99, 0, false],
    [100, 49, true],
    [100, 50, false],
    [100, 100, false],
  ])('%d messages, %d of them confirmed: %s', (sends, confirmed, stops) => {
    expect(stopsAll({ sends, confirmed })).toBe(stops)
  })
})

describe('ranges of the organisation’s own', () => {
  it.each([
    ['+4930123456', ['4930123'], true],
    ['+4930124456', ['4930123', '4930124'], true],
    ['+4930125456', ['4930123', '4930124'], false],
    ['+14930123456', ['4930123'], false],
    ['+4930123456', [], false],
  ])('%s in %j: %s', (number, ranges, expected) => {
    expect(isExempt(number, ranges)).toBe(expected)
  })
})
