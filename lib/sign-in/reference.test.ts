import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readReference } from './reference'

const id = '018f3c2a-7b1d-7e44-9a51-0c2b6f9e1d33'

describe('a reference', () => {
  it.each([
    [1, id],
    [2, `  ${id}\n`],
    [3, id.toUpperCase()],
    [4, id.replaceAll('-', ' ')],
    [5, id.replaceAll('-', '')],
    [6, `018f 3c2a 7b1d 7e44 9a51 0c2b 6f9e 1d33`],
    [7, `Reference for your help desk: ${id}`],
    [8, `Hello, I was stopped. (${id}) What now?`],
    [9, `<${id}>`],
    [10, id.replaceAll('-', '\u2011')],
    [11, id.replaceAll('-', ' - ')],
    [12, `018f3c2a-7b1d-7e44-\n  9a51-0c2b6f9e1d33`],
    [13, `Ref: ${id.replaceAll('-', '')}.`],
    [14, `${id} and again ${id}`],
  ])('%i is read however it arrives: %j', (_, text) => {
    expect(readReference(text)).toBe(id)
  })

  it.each([
    [1, ''],
    [2, 'I was stopped'],
    [3, id.slice(0, -1)],
    [4, `${id}0`],
    [5, `${id} ${id.replace('0', '1')}`],
    [6, id.replace('8', 'g')],
    [7, "' OR 1=1 --"],
    [8, 'f'.repeat(5000)],
  ])('%i is none: %j', (_, text) => {
    expect(readReference(text)).toBeNull()
  })

  it('is an id or nothing, whatever is pasted, and reading it again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.uuid(), fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF -') })),
        (text) => {
          const found = readReference(text)
          if (found === null) return
          expect(found).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
          expect(readReference(found)).toBe(found)
        },
      ),
    )
  })
})
