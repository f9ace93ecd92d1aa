import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '@/lib/limits'
import { readResetReference, referenceAlphabet } from './reference'

const symbols = limits.passwordReset.referenceSymbols
const aReference = fc
  .array(fc.constantFrom(...referenceAlphabet), { minLength: symbols, maxLength: symbols })
  .map((list) => list.join(''))

describe('the reference of a reset, as it is typed from a call', () => {
  it.each([
    ['as it stands', '7K2MPQ9XWA', '7K2MPQ9XWA'],
    ['in small letters', '7k2mpq9xwa', '7K2MPQ9XWA'],
    ['in groups', '7K2 MPQ-9XWA', '7K2MPQ9XWA'],
    ['with its word', 'Reference: 7K2MPQ9XWA.', '7K2MPQ9XWA'],
    ['that begins as its word does', 'REF2222222', 'REF2222222'],
    ['that begins so, with its word', 'ref. REF2222222', 'REF2222222'],
    ['one too few', '7K2MPQ9XW', null],
    ['one too many', '7K2MPQ9XWAB', null],
    ['with a letter that is never used', '7K2MPQ9XWO', null],
    ['nothing', '', null],
  ])('%s', (_, text, expected) => {
    expect(readResetReference(text)).toBe(expected)
  })

  it('however it is spaced and cased, it is the same one', () => {
    fc.assert(
      fc.property(
        aReference,
        fc.constantFrom(' ', '-', '\n', '  '),
        fc.integer({ min: 1, max: symbols }),
        (reference, gap, at) => {
          const typed = `${reference.slice(0, at).toLowerCase()}${gap}${reference.slice(at)}`
          expect(readResetReference(typed)).toBe(reference)
        },
      ),
    )
  })
})
