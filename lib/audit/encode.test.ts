import { describe, expect, it } from 'vitest'
import { canonicalJson, encodeText } from './encode'

describe('encodeText', () => {
  it.each([
    ['Ada\nLovelace', 'Ada\\u000aLovelace'],
    ['user\u202Egpj.exe', 'user\\u202egpj.exe'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['nul\u0000', 'nul\\u0000'],
    ['lone \ud800 half', 'lone \\ud800 half'],
    ['Zoë 👩 Müller', 'Zoë 👩 Müller'],
  ])('%j is stored as %s', (text, encoded) => {
    expect(encodeText(text)).toBe(encoded)
  })

  it('what is too long is cut, and a pair that the cut splits is written out', () => {
    expect(encodeText('a'.repeat(5000))).toHaveLength(1024)
    expect(encodeText(`${'a'.repeat(1022)}👩👩`)).toContain('\\ud83d')
  })
})

describe('canonicalJson', () => {
  it('the order of members does not change the text', () => {
    expect(canonicalJson({ b: 1, a: [true, null, undefined], c: undefined })).toBe('{"a":[true,null,null],"b":1}')
    expect(canonicalJson({ at: new Date('2026-11-22T18:04:00Z') })).toBe('{"at":"2026-11-22T18:04:00.000Z"}')
  })

  it('the text is one line, whatever a name holds', () => {
    expect(canonicalJson({ 'na\nme': 'a\r\nb\u2028c' })).not.toMatch(/[\r\n\u2028]/)
  })

  it('a member named like a secret is refused, however deep', () => {
    expect(() => canonicalJson({ after: [{ password: 'x' }] })).toThrow('must not hold password')
    expect(() => canonicalJson({ secretSealed: 'x' })).toThrow()
    expect(canonicalJson({ temporaryAccessPass: { state: 'enabled' } })).toContain('enabled')
  })

  it('what has no canonical form is refused', () => {
    expect(() => canonicalJson({ n: Number.NaN })).toThrow()
    expect(() => canonicalJson({ n: 1n })).toThrow()
  })
})
