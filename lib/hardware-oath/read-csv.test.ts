import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf } from '@/lib/csv/cells'
import { textDecoder } from '@/lib/csv/decode'
import { csvLine, plainCell } from '@/lib/csv/write'
import type { ReadPiece } from './model'
import { csvColumns, csvReader } from './read-csv'

const header = csvColumns.join(',')
const key = '2234567abcdef2234567abcdef'

function read(text: string, size = Math.max(1, text.length)): ReadPiece {
  const reader = csvReader()
  const pieces: ReadPiece[] = []
  for (let at = 0; at < text.length; at += size) pieces.push(reader.push(text.slice(at, at + size)))
  pieces.push(reader.end())
  return {
    records: pieces.flatMap(({ records }) => records),
    refusal: pieces.find(({ refusal }) => refusal !== null)?.refusal ?? null,
  }
}

const verdicts = (text: string) =>
  read(`${header}\n${text}`).records.map((record) => [record.line, 'reason' in record ? record.reason : 'good'])

describe('a line', () => {
  it.each([
    [`ana@harbor.example,2234567,${key},60,Contoso,HardwareKey`, 'good'],
    [`,2234567,${key},30,,`, 'good'],
    [`ANA@Harbor.Example , 22 34 , 2234 567a bcde f223 4567 abcd ef== , 30 ,"A, B","say ""x"""`, 'good'],
    [`,=1+1,${key},30,,`, 'bad_serial'],
    [`,1,${key},30,=cmd|' /C calc'!A0,@SUM(A1)`, 'good'],
    [`ana,1,${key},30,,`, 'bad_user_name'],
    [`,,${key},30,,`, 'no_serial'],
    [`,1,189,30,,`, 'bad_key'],
    [`,1,,30,,`, 'bad_key'],
    [`,1,abcdefgh,30,,`, 'key_too_short'],
    [`,1,${'a'.repeat(129)},30,,`, 'bad_key'],
    [`,1,${key},45,,`, 'bad_interval'],
    [`,1,${key},,,`, 'bad_interval'],
    [`,1,${key},30,`, 'column_count'],
    [`,1,${key},30,,,`, 'column_count'],
    [`,"1,${key},30,,`, 'quote'],
    [`,1"2,${key},30,,`, 'quote'],
    [`,1,${key},30,\u202ex,`, 'bad_text'],
    [`,1,${key},30,\uFFFD,`, 'bad_characters'],
    [`,1,${key},30,${'x'.repeat(4000)},`, 'line_too_long'],
  ])('is judged: %s', (text, reason) => {
    expect(verdicts(text)).toEqual([[2, reason]])
  })

  it('that is bad is named by its number, and the good ones go through', () => {
    expect(verdicts(`,1,${key},30,,\r\n\r\n,"2,${key},30,,\r,3,${key},31,,\n,4,${key},60,,`)).toEqual([
      [2, 'good'],
      [4, 'quote'],
      [5, 'bad_interval'],
      [6, 'good'],
    ])
  })

  it('keeps serial numbers and names in the one form that is compared', () => {
    const { records } = read(`${header}\nANA@Harbor.Example, ab 12-x ,${key},60, Contoso ,K\n`)
    expect(records[0]).toMatchObject({
      token: {
        userPrincipalName: 'ana@harbor.example',
        serialNumber: 'AB12-X',
        periodSeconds: 60,
        manufacturer: 'Contoso',
      },
    })
    expect(records[0] && 'token' in records[0] && records[0].token.secret).toHaveLength(16)
  })

  it('never repeats a key among its faults', () => {
    const { records } = read(`${header}\na@b.example,${key},1,30\n,1,${key}8,30,,\n`)
    expect(JSON.stringify(records)).not.toContain(key)
  })
})

describe('a file', () => {
  it.each([
    ['', 'empty'],
    ['\n\n', 'empty'],
    ['serial number,upn,secret key,time interval,manufacturer,model', 'header'],
    ['upn;serial number;secret key;time interval;manufacturer;model', 'header'],
    ['a\u0000b', 'header'],
  ])('without its header is refused: %s', (text, reason) => {
    expect(read(text)).toMatchObject({ records: [], refusal: { reason } })
  })

  it('may write its header in any case and in quotes', () => {
    expect(
      read(`"UPN",Serial  Number,Secret Key,"Time Interval",Manufacturer,Model\n,1,${key},30,,`).records,
    ).toHaveLength(1)
  })

  it('may be UTF-8 or UTF-16 of either order', () => {
    const text = `${header}\r\n,1,${key},30,Größe,€\r\n`
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le')
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), little, Buffer.from(little).swap16()]) {
      for (const size of [1, 3, bytes.length]) {
        const decoder = textDecoder()
        let heard = ''
        for (let at = 0; at < bytes.length; at += size) heard += decoder.push(bytes.subarray(at, at + size))
        expect(heard + decoder.end()).toBe(text)
      }
    }
  })

  it('in another encoding loses the lines that cannot be read, not the others', () => {
    const bytes = Buffer.from(`${header}\n,1,${key},30,Gr\xf6\xdfe,\n,2,${key},30,,\n`, 'latin1')
    const decoder = textDecoder()
    const { records } = read(decoder.push(bytes) + decoder.end())
    expect(records.map((record) => ('reason' in record ? record.reason : 'good'))).toEqual(['bad_characters', 'good'])
  })
})

const cell = fc.string({ unit: fc.constantFrom('a', '1', '"', ',', ' ', '=', 'é', "'", '-'), maxLength: 12 })

describe('laws', () => {
  it('where a file is cut into pieces changes nothing', () => {
    const text = fc.array(fc.constantFrom(',', '"', '\r', '\n', 'a', key, ',30,', '=', '\r\n', `,1,${key},30,,`), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 20 }), (parts, size) => {
        const whole = `${header}\n${parts.join('')}`
        expect(read(whole, size)).toEqual(read(whole))
      }),
    )
  })

  it('every line is a token, a named fault or empty, and none is counted twice', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 })), (lines) => {
        const whole = [header, ...lines].join('\n')
        const numbers = read(whole).records.map(({ line }) => line)
        expect(new Set(numbers).size).toBe(numbers.length)
        expect(numbers.length).toBeLessThanOrEqual(whole.split(/\r\n|\n|\r/).length - 1)
      }),
    )
  })

  it('what is written for a spreadsheet is read back, and no cell begins a formula', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const line = csvLine(cells)
        const back = cellsOf(line.slice(0, -2))
        expect(back?.map(plainCell)).toEqual(cells)
        expect(back?.every((text) => !/^\s*[=+\-@]/.test(text))).toBe(true)
      }),
    )
  })
})
