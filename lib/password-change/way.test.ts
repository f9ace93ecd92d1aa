import { describe, expect, it } from 'vitest'
import type { Proof } from '@/lib/authentication-methods/model'
import { isFactorFresh, wayToChange } from './way'

const now = new Date('2026-11-25T09:00:00Z')
const given = (mode: Proof['mode'], secondsAgo: number, more: Partial<Proof> = {}): Proof => ({
  ...{ mode, methodId: null, at: now.getTime() - secondsAgo * 1000 },
  ...(mode === 'fido2' ? { userVerified: true } : {}),
  ...more,
})

describe('changing a password (20 §9, SEC-095, SEC-115)', () => {
  it.each([
    ['password alone', [given('password', 5)], 'current', 'current'],
    ['password and a code just now', [given('password', 90), given('softwareOath', 60)], 'enhanced', 'enhanced'],
    ['… ten minutes ago', [given('password', 700), given('sms', 600)], 'enhanced', 'enhanced'],
    ['… eleven minutes ago', [given('password', 700), given('sms', 660)], 'current', 'enhanced'],
    ['… a little over twelve', [given('password', 800), given('sms', 721)], 'current', 'current'],
    ['… renewed later', [given('password', 7000), given('sms', 6990), given('fido2', 20)], 'enhanced', 'enhanced'],
    ['a passkey alone', [given('fido2', 5)], 'current', 'current'],
    ['a pass', [given('temporaryAccessPassMultiUse', 5)], 'current', 'current'],
    ['a pass, then an app', [given('temporaryAccessPassOneTime', 60), given('softwareOath', 5)], 'current', 'current'],
    [
      'password, and an app registered in this session',
      [given('password', 60), given('softwareOath', 5, { registered: true })],
      ...['current', 'current'],
    ],
    ['password and an email code', [given('password', 60), given('email', 5)], 'current', 'current'],
    ['a proof from the future', [given('password', 5), given('sms', -60)], 'current', 'current'],
    ['nothing', [], 'current', 'current'],
  ] as const)('%s', (_, proofs, atOpening, atStoring) => {
    expect(wayToChange(proofs as readonly Proof[], now, 'open')).toBe(atOpening)
    expect(wayToChange(proofs as readonly Proof[], now, 'store')).toBe(atStoring)
  })
})

describe('asking a directory for a new password', () => {
  it.each([
    ['no second factor to give', [given('password', 5)], false, true, true],
    ['one, and not given', [given('password', 5)], true, false, false],
    ['given just now', [given('password', 90), given('softwareOath', 60)], true, true, true],
    ['… eleven minutes ago', [given('password', 700), given('sms', 660)], true, false, true],
    ['… a little over twelve', [given('password', 800), given('sms', 721)], true, false, false],
    [
      'a pass counts: the present password is asked for besides',
      [given('temporaryAccessPassMultiUse', 5)],
      true,
      true,
      true,
    ],
    ['a code by email is no factor', [given('password', 60), given('email', 5)], true, false, false],
    ['a proof from the future', [given('password', 5), given('sms', -60)], true, false, false],
  ] as const)('%s', (_, proofs, hasFactor, atOpening, atStoring) => {
    expect(isFactorFresh(proofs as readonly Proof[], hasFactor, now, 'open')).toBe(atOpening)
    expect(isFactorFresh(proofs as readonly Proof[], hasFactor, now, 'store')).toBe(atStoring)
  })
})
