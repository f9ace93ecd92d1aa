import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeReturnTo } from './return-to'

describe('a return target', () => {
  it.each(['/', '/security-info', '/admin/users?name=a%20b', '/security-info/register/passkey'])('keeps %s', (path) => {
    expect(safeReturnTo(path)).toBe(path)
  })

  it.each([
    '',
    'security-info',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    '/a\u0000b',
    '/a\nb',
    '/\t/evil.example',
    'javascript:alert(1)',
    `/${'a'.repeat(512)}`,
  ])('refuses %j', (path) => {
    expect(safeReturnTo(path)).toBeNull()
  })

  it('never leaves the origin, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((tail) => `/${tail}`),
        ),
        (text) => {
          const path = safeReturnTo(text)
          if (path === null) return
          expect(new URL(path, 'https://here.example').origin).toBe('https://here.example')
        },
      ),
    )
  })
})
