import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dependence, type GateFacts, hasIndependent, mailboxOf } from './independent'
import type { GateKind } from './model'

const gate = (kind: GateKind, given: Partial<GateFacts> = {}): GateFacts => ({
  methodId: `${kind} ${JSON.stringify(given)}`,
  kind,
  phoneNumber: null,
  emailAddress: null,
  deviceName: null,
  ...given,
})
const mobile = gate('mobilePhone', { phoneNumber: '+447400123456' })

describe('two gates are one proof', () => {
  it.each([
    [1, 'an app and another app', gate('softwareOath', { deviceName: 'a' }), gate('softwareOath'), 'sameMethod'],
    [2, 'an app and a hardware token', gate('softwareOath'), gate('hardwareOath'), 'sameMethod'],
    [3, 'a mobile that is texted and called', mobile, { ...mobile }, 'sameMethod'],
    [
      4,
      'an office phone with the number of the mobile',
      mobile,
      { ...mobile, methodId: 'o', kind: 'officePhone' },
      'sameNumber',
    ],
    [5, 'an extension of that number', mobile, gate('officePhone', { phoneNumber: '+447400123456x12' }), 'sameNumber'],
    [6, 'the same number with spaces', mobile, gate('officePhone', { phoneNumber: '+44 7400 123456' }), 'sameNumber'],
    [
      7,
      'an app and a passkey on one telephone',
      gate('softwareOath', { deviceName: 'My  Phone' }),
      gate('passkey', { deviceName: 'my phone' }),
      'sameDevice',
    ],
    [
      8,
      'two mailboxes that are one',
      gate('email', { emailAddress: 'Ana.B+reset@Gmail.com' }),
      { ...gate('passkey', { emailAddress: 'anab@googlemail.com' }) },
      'sameMailbox',
    ],
  ] as const)('%i %s', (_number, _title, one, other, why) => {
    expect(dependence(one, other)).toBe(why)
  })

  it.each([
    [9, 'an app and a mail', gate('softwareOath'), gate('email', { emailAddress: 'a@x.example' })],
    [10, 'a mobile and an office phone', mobile, gate('officePhone', { phoneNumber: '+442079460958' })],
    [11, 'an app and a passkey without names', gate('softwareOath'), gate('passkey')],
    [
      12,
      'an app and a passkey with other names',
      gate('softwareOath', { deviceName: 'phone' }),
      gate('passkey', { deviceName: 'key' }),
    ],
    [13, 'questions and a mail', gate('securityQuestions'), gate('email', { emailAddress: 'a@x.example' })],
  ] as const)('or not: %i %s', (_number, _title, one, other) => {
    expect(dependence(one, other)).toBeNull()
  })
})

describe('a mailbox', () => {
  it.each([
    ['Ana@X.example', 'ana@x.example'],
    ['ana+work@x.example', 'ana@x.example'],
    ['a.na@x.example', 'a.na@x.example'],
    ['a.n.a@gmail.com', 'ana@gmail.com'],
    ['no address', 'no address'],
  ])('%s is %s', (address, mailbox) => expect(mailboxOf(address)).toBe(mailbox))
})

const kinds: readonly GateKind[] = [
  'email',
  'mobilePhone',
  'officePhone',
  'softwareOath',
  'hardwareOath',
  'securityQuestions',
  'passkey',
]
const anyGate = fc.record({
  methodId: fc.constantFrom('1', '2', '3', '4', '5'),
  kind: fc.constantFrom(...kinds),
  phoneNumber: fc.constantFrom(null, '+4471', '+4472', '+44 71'),
  emailAddress: fc.constantFrom(null, 'a@x', 'A+b@x', 'c@x'),
  deviceName: fc.constantFrom(null, 'phone', 'Phone ', 'key'),
})
const someGates = fc.array(anyGate, { maxLength: 6 })

describe('laws', () => {
  it('what one gate shares with another, the other shares with it', () => {
    fc.assert(fc.property(anyGate, anyGate, (one, other) => dependence(one, other) === dependence(other, one)))
  })
  it('no gate is independent of itself', () => {
    fc.assert(fc.property(anyGate, (one) => dependence(one, one) !== null))
  })
  it('knowing more about two gates never makes them independent', () => {
    fc.assert(
      fc.property(
        anyGate,
        anyGate,
        fc.constantFrom('phoneNumber', 'emailAddress', 'deviceName'),
        (one, other, fact) => {
          const less = dependence({ ...one, [fact]: null }, other)
          return less === null || dependence(one, other) !== null
        },
      ),
    )
  })
  it('more gates never prove less, and their order proves nothing', () => {
    fc.assert(
      fc.property(someGates, anyGate, fc.constantFrom(1, 2, 3), (gates, more, count) => {
        const before = hasIndependent(gates, count)
        expect(hasIndependent([...gates].reverse(), count)).toBe(before)
        if (before) expect(hasIndependent([...gates, more], count)).toBe(true)
      }),
    )
  })
  it('a gate twice is a gate once', () => {
    fc.assert(fc.property(someGates, (gates) => hasIndependent([...gates, ...gates], 2) === hasIndependent(gates, 2)))
  })
})
