import { describe, expect, test } from 'vitest'
import { defaultAfter, isDefaultEligible, offerOrder } from './default-method'
import type { MethodKind } from './model'

const method = (id: string, kind: MethodKind, day = 1) => ({ id, kind, createdAt: new Date(Date.UTC(2026, 0, day)) })
const phone = method('phone', 'mobilePhone')
const app = method('app', 'softwareOath', 3)
const older = method('older', 'softwareOath', 2)
const email = method('email', 'email')
const passkey = method('passkey', 'passkey')

describe('the default method', () => {
  test('the first that can be one becomes it, and stays when better ones come', () => {
    expect(defaultAfter(null, [email, passkey])).toBeNull()
    expect(defaultAfter(null, [email, phone])).toBe('phone')
    expect(defaultAfter('phone', [phone, app])).toBe('phone')
  })

  test('after it was deleted the best of the rest follows: app before phone, the older app first', () => {
    expect(defaultAfter('gone', [phone, app, older])).toBe('older')
    expect(defaultAfter('gone', [phone, email])).toBe('phone')
    expect(defaultAfter('gone', [email])).toBeNull()
    expect(defaultAfter('gone', [])).toBeNull()
  })

  test('email, passkeys and passes are never it', () => {
    expect((['email', 'passkey', 'temporaryAccessPass'] as const).filter(isDefaultEligible)).toEqual([])
    expect(defaultAfter('email', [email, phone])).toBe('phone')
  })
})

describe('what sign-in offers first', () => {
  const methods = [email, phone, app, passkey]
  const ids = (isSystemPreferredEnabled: boolean) =>
    offerOrder(methods, { isSystemPreferredEnabled, defaultMethodId: 'phone' }).map(({ id }) => id)

  test('the most secure, whatever the default is', () => {
    expect(ids(true)).toEqual(['passkey', 'app', 'phone', 'email'])
  })

  test('the default, where the organisation has switched that off', () => {
    expect(ids(false)).toEqual(['phone', 'passkey', 'app', 'email'])
  })

  test('a pass comes before everything', () => {
    const choice = { isSystemPreferredEnabled: true, defaultMethodId: null }
    expect(offerOrder([passkey, method('pass', 'temporaryAccessPass')], choice)[0]?.id).toBe('pass')
  })
})
