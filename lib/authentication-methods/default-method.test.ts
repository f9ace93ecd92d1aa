import { describe, expect, test } from 'vitest'
import {
  defaultAfter,
  defaultNameOf,
  isDefaultEligible,
  isPasskeyFirstFactorPreferred,
  isSystemPreferred,
  offerOrder,
} from './default-method'
import type { MethodKind } from './model'
import { allUsers, defaultMethodsPolicy, type SystemCredentialPreferences } from './policy-model'

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

  test('the order after a deletion: app, text message, then calls to the mobile, the office and the alternate phone', () => {
    const order = [
      app,
      phone,
      { ...method('called', 'mobilePhone'), modes: ['voice'] },
      method('office', 'officePhone'),
      method('alternate', 'alternateMobilePhone'),
    ]
    for (const [index, first] of order.entries()) expect(defaultAfter('gone', order.slice(index))).toBe(first.id)
    expect(defaultAfter('gone', [...order].reverse())).toBe('app')
  })

  test.each([
    ['softwareOath', null, 'oath'],
    ['hardwareOath', null, 'oath'],
    ['mobilePhone', null, 'sms'],
    ['mobilePhone', 'sms', 'sms'],
    ['mobilePhone', 'voice', 'voiceMobile'],
    ['officePhone', 'voice', 'voiceOffice'],
    ['alternateMobilePhone', 'voice', 'voiceAlternateMobile'],
    ['passkey', null, null],
    ['email', null, null],
  ] as const)('Graph calls %s, reached by %s, %s', (kind, mode, name) => {
    expect(defaultNameOf(kind, mode)).toBe(name)
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

describe('system-preferred authentication (10 §3)', () => {
  const sales = '00000000-0000-7000-8000-00000000005a'
  const staff = '00000000-0000-7000-8000-00000000005b'
  const group = (id: string) => ({ targetType: 'group' as const, id })
  const preferences = (
    state: SystemCredentialPreferences['state'],
    include = allUsers,
    exclude: readonly string[] = [],
  ): SystemCredentialPreferences => ({ state, includeTargets: [group(include)], excludeTargets: exclude.map(group) })

  test.each([
    // state, include, exclude, groups of the person: second factor chosen, passkey before the password
    ['disabled', allUsers, [], [], false, false],
    ['disabled', sales, [], [sales], false, false],
    ['enabled', allUsers, [], [], true, false],
    ['enabled', sales, [], [sales], true, false],
    ['enabled', sales, [], [staff], false, false],
    ['enabled', allUsers, [sales], [sales], false, false],
    ['enabled', sales, [sales], [sales], false, false],
    ['enabled', sales, [staff], [sales, staff], false, false],
    ['default', allUsers, [], [], true, true],
    ['default', sales, [], [sales, staff], true, true],
    ['default', sales, [], [], false, true],
    ['default', allUsers, [staff], [staff], false, true],
  ] as const)(
    '%s for %s except %j, person in %j: second factor %s, first %s',
    (state, include, exclude, groups, second, first) => {
      const set = preferences(state, include, exclude)
      expect(isSystemPreferred(set, { groupIds: new Set(groups) })).toBe(second)
      expect(isPasskeyFirstFactorPreferred(set)).toBe(first)
    },
  )

  test('a new installation is managed: both factors, for everybody', () => {
    expect(defaultMethodsPolicy.systemCredentialPreferences).toEqual(preferences('default'))
  })

  test('the order of the kinds that exist here is that of the table, whatever order they come in', () => {
    const table: MethodKind[] = ['temporaryAccessPass', 'passkey', 'softwareOath', 'mobilePhone', 'recoveryCodes']
    const methods = [...table].reverse().map((kind) => method(kind, kind))
    const choice = { isSystemPreferredEnabled: true, defaultMethodId: 'mobilePhone' }
    expect(offerOrder(methods, choice).map(({ kind }) => kind)).toEqual(table)
  })
})
