import { describe, expect, it } from 'vitest'
import { concatenationHeader, encodeText } from './smpp-text'

describe('a text in the default alphabet of GSM', () => {
  it.each([
    ['the commercial at is zero', '@', [0x00]],
    ['letters of Western Europe', 'äöüßéñ', [0x7b, 0x7c, 0x7e, 0x1e, 0x05, 0x7d]],
    ['digits and the number sign stand where ASCII has them', '#019', [0x23, 0x30, 0x31, 0x39]],
    ['brackets and the euro take two', '[€]', [0x1b, 0x3c, 0x1b, 0x65, 0x1b, 0x3e]],
    ['a line break', 'a\nb', [0x61, 0x0a, 0x62]],
    ['typographic signs become plain ones', '‘it’s’ – “so”…', [...Buffer.from("'it's' - \"so\"...")]],
  ])('%s', (_, text, octets) => {
    const encoded = encodeText(text, 'gsm')
    expect(encoded.dataCoding).toBe(0)
    expect([...Buffer.concat([...encoded.parts])]).toEqual(octets)
  })

  it('holds 160 in one message and 153 in each of several', () => {
    expect(encodeText('a'.repeat(160), 'gsm').parts.map(({ length }) => length)).toEqual([160])
    expect(encodeText('a'.repeat(161), 'gsm').parts.map(({ length }) => length)).toEqual([153, 8])
  })

  it('never cuts an escape from its character', () => {
    const { parts } = encodeText(`${'a'.repeat(152)}€${'b'.repeat(20)}`, 'gsm')
    expect(parts.map(({ length }) => length)).toEqual([152, 22])
    expect([...(parts[1] ?? [])].slice(0, 2)).toEqual([0x1b, 0x65])
  })
})

describe('a text that the alphabet does not have', () => {
  it('travels in UCS-2, 70 characters in one message and 67 in each of several', () => {
    expect(encodeText('Ж'.repeat(70), 'gsm')).toMatchObject({ dataCoding: 8 })
    expect(encodeText('Ж'.repeat(70), 'gsm').parts.map(({ length }) => length)).toEqual([140])
    expect(encodeText('Ж'.repeat(71), 'latin1').parts.map(({ length }) => length)).toEqual([134, 8])
    expect(encodeText('Aж', 'gsm').parts[0]?.toString('hex')).toBe('00410436')
  })

  it('never cuts a surrogate pair', () => {
    const { parts } = encodeText(`${'ж'.repeat(66)}😀${'ж'.repeat(5)}`, 'ucs2')
    expect(parts.map(({ length }) => length)).toEqual([132, 14])
  })
})

describe('Latin-1, for centres without the default alphabet', () => {
  it('keeps the commercial at, and 140 octets', () => {
    const encoded = encodeText(`@${'é'.repeat(139)}`, 'latin1')
    expect(encoded).toMatchObject({ dataCoding: 3 })
    expect(encoded.parts[0]?.subarray(0, 2).toString('hex')).toBe('40e9')
    expect(encodeText('é'.repeat(141), 'latin1').parts.map(({ length }) => length)).toEqual([134, 7])
  })
})

it('a part says of which message it is, and its place', () => {
  expect(concatenationHeader(0x1a7, 3, 2).toString('hex')).toBe('050003a70302')
})
