import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brandingFrom, contrastOf, darkened, darkSheet, defaultMailBranding, onDark, white } from './branding'

const origin = 'https://id.harbor.example'
const given = { accent: '#0a5a72', supportContact: '', footer: '', language: 'en' } as const
const code = (input: Partial<typeof given> | Record<string, string>) => {
  const result = brandingFrom({ ...given, ...input } as typeof given, origin)
  return result.ok ? 'taken' : `${result.failure.code} at ${result.failure.field}`
}

describe('branding', () => {
  it.each([
    ['a dark colour', { accent: '#0A5A72' }, 'taken'],
    ['black', { accent: '#000000' }, 'taken'],
    ['yellow, on which white cannot be read', { accent: '#ffcc00' }, 'mail.colour_too_light at accent'],
    ['grey a shade too light (4.48)', { accent: '#777777' }, 'mail.colour_too_light at accent'],
    ['grey just dark enough (4.54)', { accent: '#767676' }, 'taken'],
    ['a name in place of a colour', { accent: 'red' }, 'mail.colour_malformed at accent'],
    ['a colour that ends the style', { accent: '#0a5a72;}' }, 'mail.colour_malformed at accent'],
    ['a mailbox and a number to ask', { supportContact: 'help@harbor.example, +44 20 7946 0958' }, 'taken'],
    ['our own page to ask on', { supportContact: 'https://id.harbor.example/help' }, 'taken'],
    ['somebody else’s page', { supportContact: 'https://evil.example/help' }, 'mail.foreign_link at supportContact'],
    [
      'a host that begins like ours',
      { footer: 'https://id.harbor.example.evil.example' },
      'mail.foreign_link at footer',
    ],
    ['a page behind our name', { footer: 'https://id.harbor.example@evil.example' }, 'mail.foreign_link at footer'],
    ['a bare host', { footer: 'See evil.example for more' }, 'mail.foreign_link at footer'],
    ['our own bare host', { footer: 'See id.harbor.example.' }, 'taken'],
    ['two lines at the end', { footer: 'Harbor Ltd\r\n1 Quay Street' }, 'taken'],
    ['two lines to ask', { supportContact: 'help\r\nBcc: eve@evil.example' }, 'mail.text_malformed at supportContact'],
    ['too much', { footer: 'a'.repeat(401) }, 'mail.text_too_long at footer'],
  ])('%s', (_, input, expected) => {
    expect(code(input)).toBe(expected)
  })

  it('the product’s own may be saved as it is', () => {
    expect(code({ accent: defaultMailBranding.accent })).toBe('taken')
  })

  it('says how far a colour falls short, and one that would do', () => {
    const result = brandingFrom({ ...given, accent: '#777777' }, origin)
    if (result.ok) throw new Error('it was taken')
    expect(result.failure.details?.contrast).toBe('4.4')
    expect(code({ accent: String(result.failure.details?.darker) })).toBe('taken')
  })
})

describe('laws of colours', () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

  it('contrast is the same both ways, and between 1 and 21', () => {
    expect(contrastOf('#000000', white)).toBeCloseTo(21)
    fc.assert(
      fc.property(colour, colour, (left, right) => {
        expect(contrastOf(left, right)).toBeCloseTo(contrastOf(right, left))
        expect(contrastOf(left, right)).toBeGreaterThanOrEqual(1)
        expect(contrastOf(left, right)).toBeLessThanOrEqual(21.01)
      }),
    )
  })

  it('every colour that is taken can be read in light and in dark mode', () => {
    fc.assert(
      fc.property(colour, (accent) => {
        if (code({ accent }) === 'taken') expect(contrastOf(accent, white)).toBeGreaterThanOrEqual(4.5)
        expect(contrastOf(onDark(accent), darkSheet)).toBeGreaterThanOrEqual(4.5)
        expect(contrastOf(darkened(accent), white)).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })
})
