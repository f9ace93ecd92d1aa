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
    '/.//evil.example/x',
    '/..//evil.example/x',
    '/a/..//evil.example/x',
    '/%2e%2e//evil.example/x',
    '/.///evil.example',
    '/./\\evil.example',
    'javascript:alert(1)',
    `/${'a'.repeat(512)}`,
    `/${'é'.repeat(200)}`,
  ])('refuses %j', (path) => {
    expect(safeReturnTo(path)).toBeNull()
  })

  // What parsing changes: dot segments, empty ones and what they leave between slashes.
  const segment = fc.constantFrom('.', '..', '%2e', '%2E%2e', '.%2e', '', '\\', '%5c', '%2f', 'a', 'evil.example')
  const path = fc
    .tuple(fc.constantFrom('/', '//', ''), fc.array(segment, { maxLength: 6 }), fc.constantFrom('', '?a=//b', '#//b'))
    .map(([start, segments, end]) => `${start}${segments.join('/')}${end}`)

  it('never leaves the origin, whatever is asked, and stays what it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          path,
          fc.string(),
          fc.webUrl(),
          fc.string().map((tail) => `/${tail}`),
        ),
        (text) => {
          const safe = safeReturnTo(text)
          if (safe === null) return
          expect(new URL(safe, 'https://here.example').origin).toBe('https://here.example')
          expect(safeReturnTo(safe)).toBe(safe)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
