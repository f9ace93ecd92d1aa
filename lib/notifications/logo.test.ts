import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aPng, jpegOf } from '@/tests/support/pictures'
import { readLogo } from './logo'

const verdict = (bytes: Uint8Array) => {
  const result = readLogo(bytes)
  return result.ok ? `${result.value.mediaType} ${result.value.width}×${result.value.height}` : result.failure.code
}
const text = (words: string) => new TextEncoder().encode(words)
const joined = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))

describe('a logo', () => {
  it.each([
    ['a PNG', aPng(120, 40), 'image/png 120×40'],
    ['a JPEG', jpegOf(300, 100), 'image/jpeg 300×100'],
    ['nothing', new Uint8Array(), 'mail.logo_missing'],
    ['an SVG, which can carry a script', text('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'mail.logo_format_unknown'],
    ['a GIF', text('GIF89a'), 'mail.logo_format_unknown'],
    ['a page called logo.png', text('<!doctype html><script>'), 'mail.logo_format_unknown'],
    ['a PNG with a page behind it', joined(aPng(120, 40), text('<script>')), 'mail.logo_format_unknown'],
    ['a JPEG with an archive behind it', joined(jpegOf(300, 100), text('PK')), 'mail.logo_format_unknown'],
    ['the first half of a PNG', aPng(120, 40).subarray(0, 40), 'mail.logo_format_unknown'],
    ['a PNG of one dot', aPng(1, 1), 'mail.logo_dimensions'],
    ['a PNG as wide as a wall', aPng(1201, 40), 'mail.logo_dimensions'],
    ['a JPEG as tall as a house', jpegOf(100, 65_000), 'mail.logo_dimensions'],
    ['a megabyte', new Uint8Array(1_048_576), 'mail.logo_too_large'],
  ])('%s', (_, bytes, expected) => {
    expect(verdict(bytes)).toBe(expected)
  })

  it('never throws, whatever the bytes are', () => {
    const beginnings = [aPng(20, 20), jpegOf(20, 20), new Uint8Array()]
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.nat(80), fc.uint8Array({ maxLength: 200 }), (start, cut, rest) => {
        expect(verdict(joined(start.subarray(0, cut), rest))).toMatch(/^(mail\.logo_|image\/)/)
      }),
      { numRuns: 1000 },
    )
  })
})
