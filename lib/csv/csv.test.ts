import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, recordsOf } from './cells'
import { csvLine, plainCell } from './write'

const bounds = { linesMax: 20, lengthMax: 65_536 }
const read = (text: string, delimiter: ',' | ';' = ',') => [...recordsOf(text, delimiter, bounds)]

describe('records', () => {
  it.each([
    [
      'a,b\r\nc,d',
      [
        [1, ['a', 'b']],
        [2, ['c', 'd']],
      ],
    ],
    [
      'a,"b\nc"\nd,e',
      [
        [1, ['a', 'b\nc']],
        [3, ['d', 'e']],
      ],
    ],
    ['a,"b\r\nc"', [[1, ['a', 'b\nc']]]],
    ['\n\n a,b\n\n', [[3, [' a', 'b']]]],
    ['a,"say ""x"""', [[1, ['a', 'say "x"']]]],
    ['a,', [[1, ['a', '']]]],
    [
      'a,"b\nc,d',
      [
        [1, 'quote'],
        [2, ['c', 'd']],
      ],
    ],
    [
      'a,"b"c\nd,e',
      [
        [1, 'quote'],
        [2, ['d', 'e']],
      ],
    ],
    [
      'a,b"c\nd,"e"',
      [
        [1, 'quote'],
        [2, ['d', 'e']],
      ],
    ],
    [
      'a,"b\nc,"d"\ne,f',
      [
        [1, 'quote'],
        [2, ['c', 'd']],
        [3, ['e', 'f']],
      ],
    ],
  ])('%j is read line by line', (text, expected) => {
    expect(read(text).map((one) => [one.line, 'cells' in one ? one.cells : one.trouble])).toEqual(expected)
  })

  it('have a length and a number of lines at most, and what is longer spoils itself alone', () => {
    const long = 'x'.repeat(bounds.lengthMax + 1)
    expect(read(`a,b\n${long}\nc,d`).map(({ line }) => line)).toEqual([1, 2, 3])
    expect(read(`a,b\n${long}\nc,d`)[1]).toEqual({ line: 2, trouble: 'too_long' })
    const open = `a,"b${'\n1,2'.repeat(30)}`
    expect(read(open)).toHaveLength(31)
    expect(read(open)[0]).toEqual({ line: 1, trouble: 'quote' })
  })

  it('of five megabytes of broken lines are all named, in little time', { timeout: 60_000 }, () => {
    const text = `${'a,"b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\n'.repeat(140_000)}good,line`
    const begun = performance.now()
    const records = read(text)
    expect(records.at(-1)).toEqual({ line: 140_001, cells: ['good', 'line'] })
    expect(records.filter((one) => 'trouble' in one).length).toBeGreaterThan(0)
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

/** Any text that a cell can hold. Line breaks are read as one kind. */
const cell = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.stringMatching(/^['=+@|%\t -]{0,4}[a-z"',;\n]{0,8}$/))
  .map((text) => text.replace(/\r\n?/g, '\n'))

describe('laws', () => {
  it('what is written is read back, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 8 }), (rows) => {
        const sound = rows.filter(
          (row) => row.join('').trim() !== '' && row.every((one) => one.split('\n').length < 10),
        )
        // A record whose first line is blank looks like an empty line; no list of people or groups has one.
        const shown = sound.filter(
          (row) =>
            csvLine(row)
              .split(/\r\n|\n/)[0]
              ?.trim() !== '',
        )
        const back = read(shown.map(csvLine).join(''))
        expect(back.map((one) => ('cells' in one ? one.cells.map(plainCell) : one.trouble))).toEqual(shown)
      }),
      { numRuns: 500 },
    )
  })

  it('no written cell begins a formula', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const back = [...recordsOf(csvLine(cells), ',', bounds)]
        for (const one of back)
          if ('cells' in one) for (const text of one.cells) expect(text).not.toMatch(/^\s*[=+\-@|%]|^[\t\r\n]/)
      }),
    )
  })

  it('a line without quotes is one record, also between broken ones', () => {
    const plain = fc.stringMatching(/^[a-z]{1,8},[a-z]{0,8}$/)
    const broken = fc.constantFrom('a,b"c', '"a"b,c', 'x,"y"z')
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, broken), { minLength: 1, maxLength: 30 }), (lines) => {
        const records = read(lines.join('\n'))
        expect(records.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1))
        records.forEach((record, index) => {
          expect('cells' in record ? record.cells : null).toEqual(cellsOf(lines[index] ?? ''))
        })
      }),
    )
  })
})
