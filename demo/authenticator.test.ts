import { expect, test } from 'vitest'
import { codeAt } from './authenticator'

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [2000000000, '279037'],
])('RFC 6238 appendix B at %i s', (seconds, code) => {
  expect(codeAt('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', new Date(seconds * 1000))).toBe(code)
})
