import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsOfName, plainPartsOfName } from './escape'

/** Names as directories write them, and texts that only look like names. */
const piece = fc.oneof(
  fc.string({ minLength: 0, maxLength: 8 }),
  fc.string({ unit: 'grapheme', minLength: 0, maxLength: 6 }),
  fc.constantFrom('cn', 'OU', 'dc', '2.5.4.3', 'x-y', ' cn ', '1a', '', 'a b'),
)
const aName = fc
  .array(fc.tuple(piece, fc.constantFrom('=', '=', '=', ' = ', ''), piece), { minLength: 1, maxLength: 5 })
  .chain((parts) =>
    fc.constantFrom(',', ', ', ' ,', ';', '+').map((between) => parts.map((part) => part.join('')).join(between)),
  )

describe('the quick reading of plain names', () => {
  it.each([
    ['CN=Ana Lee, OU=People,dc=harbor,DC=example', ['cn=ana lee', 'ou=people', 'dc=harbor', 'dc=example']],
    ['cn=Lee\\, Ana,dc=example', null],
    ['cn=Ana+sn=Lee,dc=example', null],
    ['cn=Zoë,dc=example', null],
    ['nothing', null],
    ['', null],
  ])('%s', (name, parts) => {
    expect(plainPartsOfName(name)).toEqual(parts)
  })

  it('says what the thorough one says, wherever it says anything', () => {
    fc.assert(
      fc.property(aName, (name) => {
        const plain = plainPartsOfName(name)
        if (plain !== null) expect(plain).toEqual(partsOfName(name))
      }),
      { numRuns: 2000 },
    )
  })
})
