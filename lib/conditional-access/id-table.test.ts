import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idTable, lookUp } from './id-table'

describe('a table of ids', () => {
  it('answers as a map does, for ids that are in it and for others', () => {
    const id = fc.oneof(
      fc.uuid(),
      fc.string({ minLength: 1, maxLength: 5 }),
      fc.constantFrom('a0000', 'b0000', 'c0000'),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.integer())), fc.array(id), (entries, asked) => {
        const map = new Map(entries)
        const table = idTable(map)
        for (const each of [...asked, ...map.keys(), ''])
          expect([each, lookUp(table, each)]).toEqual([each, map.get(each)])
      }),
    )
  })
})
