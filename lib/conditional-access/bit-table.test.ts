import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addBitsOf, bitTable } from './bit-table'
import { numbersIn } from './bits'

describe('a table of bits by ids', () => {
  it('adds what a map of sets would, for ids that are in it and for others', () => {
    const id = fc.oneof(fc.uuid(), fc.string({ maxLength: 5 }), fc.constantFrom('a0000', 'b0000', 'c0000'))
    const numbers = fc.array(fc.nat(255), { maxLength: 5 })
    fc.assert(
      fc.property(fc.array(fc.tuple(id, numbers)), fc.array(id), numbers, (entries, others, before) => {
        const map = new Map(entries)
        const asked = [...others, ...[...map.keys()].filter((_, index) => index % 2 === 0)]
        const into = new Int32Array(8)
        addBitsOf(bitTable(new Map([['before', before]])), ['before'], into)
        addBitsOf(bitTable(map), asked, into)
        const expected = new Set([...before, ...asked.flatMap((each) => map.get(each) ?? [])])
        expect(numbersIn(into)).toEqual([...expected].sort((one, other) => one - other))
      }),
    )
  })
})
