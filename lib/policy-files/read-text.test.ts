import { describe, expect, it } from 'vitest'
import { readText } from './read-text'

const json = '{"displayName":"Zürich 🔑"}'
const utf16 = (text: string) => Buffer.from(text, 'utf16le')

describe('readText', () => {
  it.each([
    [1, 'UTF-8', Buffer.from(json)],
    [2, 'UTF-8 with its mark', Buffer.from(`\uFEFF${json}`)],
    [3, 'UTF-16 LE with its mark', utf16(`\uFEFF${json}`)],
    [4, 'UTF-16 BE with its mark', utf16(`\uFEFF${json}`).swap16()],
    [5, 'UTF-16 LE without a mark', utf16(json)],
    [6, 'UTF-16 BE without a mark', utf16(json).swap16()],
  ])('row %i reads %s', (_row, _name, bytes) => {
    expect(readText(bytes)).toEqual({ text: json })
  })

  it.each([
    [1, 'nothing', Buffer.alloc(0), 'empty'],
    [2, 'only blanks and a mark', Buffer.from('\uFEFF \r\n'), 'empty'],
    [3, 'a broken UTF-8 sequence', Buffer.from([0x22, 0xc3, 0x22]), 'encoding'],
    [4, 'half a UTF-16 unit', Buffer.concat([utf16(`\uFEFF${json}`), Buffer.from([0x20])]), 'encoding'],
    [5, 'an unpaired surrogate in UTF-16', Buffer.from([0xff, 0xfe, 0x22, 0, 0x00, 0xd8, 0x22, 0]), 'encoding'],
  ])('row %i refuses %s', (_row, _name, bytes, trouble) => {
    expect(readText(bytes)).toEqual({ trouble })
  })
})
