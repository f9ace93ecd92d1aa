import { describe, expect, it } from 'vitest'
import { type AuthenticationMethodMode, authenticationMethodModes, type Proof } from './model'
import {
  type AuthenticationStrength,
  allCombinations,
  builtInStrengths,
  canonicalCombination,
  canSatisfyWith,
  combinationSchema,
  combinationsOf,
  multifactorStrength,
  requirementsSatisfied,
  satisfies,
  waysToSatisfy,
} from './strengths'

const proof = (mode: AuthenticationMethodMode, more: Partial<Proof> = {}): Proof => ({
  mode,
  methodId: null,
  at: 0,
  ...more,
})
const custom = (...allowedCombinations: string[]): AuthenticationStrength => ({
  id: 'f0000000-0000-4000-8000-000000000001',
  displayName: 'Custom',
  description: null,
  policyType: 'custom',
  allowedCombinations,
})
const [, passwordless, phishingResistant] = builtInStrengths as [
  AuthenticationStrength,
  AuthenticationStrength,
  AuthenticationStrength,
]

describe('the built-in strengths', () => {
  it('have their Graph ids and 19, 4 and 3 combinations', () => {
    expect(builtInStrengths.map(({ id }) => id.slice(-2))).toEqual(['02', '03', '04'])
    expect(builtInStrengths.map((strength) => combinationsOf(strength).length)).toEqual([19, 4, 3])
  })

  it('every combination has one spelling, its modes in ascending order', () => {
    for (const text of allCombinations) {
      const positions = text
        .split(',')
        .map((mode) => authenticationMethodModes.indexOf(mode as AuthenticationMethodMode))
      expect(positions).toEqual([...positions].sort((a, b) => a - b))
      expect(canonicalCombination(text)).toBe(text)
    }
  })
})

describe('satisfies', () => {
  it.each<[string, readonly Proof[], boolean, boolean, boolean]>([
    ['a password alone', [proof('password')], false, false, false],
    ['a password and a code from an app', [proof('password'), proof('softwareOath')], true, false, false],
    ['a password and a text message', [proof('sms'), proof('password')], true, false, false],
    ['a code from an app alone', [proof('softwareOath')], false, false, false],
    ['two possessions without a password', [proof('softwareOath'), proof('sms')], false, false, false],
    ['a password and a code by email', [proof('password'), proof('email')], false, false, false],
    ['a Temporary Access Pass', [proof('temporaryAccessPassOneTime')], true, false, false],
    ['a passkey that verified its user', [proof('fido2', { userVerified: true })], true, true, true],
    ['a passkey that did not say so', [proof('fido2')], false, false, false],
    [
      'a password and a passkey without verification',
      [proof('password'), proof('fido2', { userVerified: false })],
      false,
      false,
      false,
    ],
    ['nothing', [], false, false, false],
  ])('%s', (_title, proofs, mfa, isPasswordless, isResistant) => {
    expect(satisfies(multifactorStrength, proofs)).toBe(mfa)
    expect(satisfies(passwordless, proofs)).toBe(isPasswordless)
    expect(satisfies(phishingResistant, proofs)).toBe(isResistant)
  })

  it('a strength whose combinations are unknown here is never satisfied', () => {
    expect(satisfies(custom('quantumKey', ''), [proof('password')])).toBe(false)
    expect(satisfies(custom(), [proof('password')])).toBe(false)
  })

  it('a custom strength may be a single factor', () => {
    expect(satisfies(custom('sms'), [proof('sms')])).toBe(true)
  })
})

describe('canSatisfyWith and waysToSatisfy', () => {
  it('needs the password among the modes where a combination has one', () => {
    expect(canSatisfyWith(multifactorStrength, ['softwareOath'])).toBe(false)
    expect(canSatisfyWith(multifactorStrength, ['softwareOath', 'password'])).toBe(true)
    expect(canSatisfyWith(phishingResistant, ['softwareOath', 'password'])).toBe(false)
  })

  it('names only what is left', () => {
    const ways = waysToSatisfy(multifactorStrength, new Set(['password']), new Set(['softwareOath', 'fido2']))
    expect(ways).toEqual([['fido2'], ['softwareOath']])
    expect(waysToSatisfy(multifactorStrength, new Set(['fido2']), new Set())).toEqual([[]])
    expect(waysToSatisfy(phishingResistant, new Set(['password']), new Set(['sms']))).toEqual([])
  })
})

describe('combinations in input', () => {
  it('any order, case and spacing mean the same', () => {
    expect(canonicalCombination('SMS, password')).toBe('password,sms')
  })

  it.each(['', 'email', 'password,email', 'password,password', 'fido2,sms', 'unknownFutureValue', 'password,'])(
    'refuses %j',
    (text) => {
      expect(canonicalCombination(text)).toBeNull()
      expect(combinationSchema.safeParse(text).success).toBe(false)
    },
  )

  it('a strength counts as multifactor only when every combination is', () => {
    expect(requirementsSatisfied(multifactorStrength)).toBe('mfa')
    expect(requirementsSatisfied(custom('fido2', 'sms'))).toBe('none')
    expect(requirementsSatisfied(custom())).toBe('none')
  })
})
