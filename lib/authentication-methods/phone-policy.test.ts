import { describe, expect, test } from 'vitest'
import { resetForEverybody } from '@/tests/support/builders'
import { catalogue } from './catalogue'
import { type MethodKind, phoneKinds } from './model'
import {
  allowedModes,
  configurationsOf,
  isTextSignInOffered,
  type MethodSubject,
  mayRegister,
  mayReset,
  maySignInByText,
  mayUse,
  smsSignInState,
} from './policy'
import { allUsers, defaultMethodsPolicy, type MethodsPolicy, methodsPolicySchema } from './policy-model'

/** The rows of `10` §1, §4 and §9 about phones. */

const desk = '0f0e0d0c-0b0a-4908-8706-050403020100'
const member: MethodSubject = { userType: 'member', guestType: null, groupIds: new Set([desk]), roleIds: new Set() }
const everybody = [{ targetType: 'group' as const, id: allUsers }]
const only = (id: string) => [{ targetType: 'group' as const, id }]

type Given = { readonly text?: boolean; readonly call?: boolean; readonly office?: boolean }
function policy({ text = false, call = false, office = false }: Given, change: Partial<MethodsPolicy['methods']> = {}) {
  const { methods } = defaultMethodsPolicy
  return {
    ...defaultMethodsPolicy,
    methods: {
      ...methods,
      mobilePhone: { ...methods.mobilePhone, state: text ? ('enabled' as const) : ('disabled' as const) },
      voice: {
        ...methods.voice,
        state: call ? ('enabled' as const) : ('disabled' as const),
        isOfficePhoneAllowed: office,
      },
      ...change,
    },
  }
}

describe('the catalogue of phones', () => {
  test.each([
    // kind, in the wizard, max, first factor, MFA, reset
    ['mobilePhone', true, 1, false, true, true],
    ['alternateMobilePhone', false, 1, false, true, false],
    ['officePhone', true, 1, false, true, true],
  ] as const)('%s as in the master table', (kind, isInWizard, max, signsIn, mfa, reset) => {
    const { isRegistrableInWizard, perUserMax, purposes, isWeaker, isPhishingResistant } = catalogue[kind]
    expect({ isRegistrableInWizard, perUserMax }).toEqual({ isRegistrableInWizard: isInWizard, perUserMax: max })
    expect(purposes.includes('signIn')).toBe(signsIn)
    expect(purposes.includes('mfa')).toBe(mfa)
    expect(purposes.includes('passwordReset')).toBe(reset)
    expect({ isWeaker, isPhishingResistant }).toEqual({ isWeaker: true, isPhishingResistant: false })
  })

  test('which part of the policy speaks about which phone', () => {
    expect(phoneKinds.map((kind) => configurationsOf(kind))).toEqual([['mobilePhone', 'voice'], ['voice'], ['voice']])
  })
})

describe('how a phone may be reached', () => {
  test.each([
    [{}, 'mobilePhone', []],
    [{ text: true }, 'mobilePhone', ['sms']],
    [{ call: true }, 'mobilePhone', ['voice']],
    [{ text: true, call: true }, 'mobilePhone', ['sms', 'voice']],
    [{ text: true }, 'alternateMobilePhone', []],
    [{ call: true }, 'alternateMobilePhone', ['voice']],
    [{ text: true, call: true }, 'alternateMobilePhone', ['voice']],
    [{ text: true, office: true }, 'officePhone', []],
    [{ call: true }, 'officePhone', []],
    [{ call: true, office: true }, 'officePhone', ['voice']],
  ] as const satisfies readonly (readonly [Given, MethodKind, readonly string[]])[])(
    '%j: %s by %j',
    (given, kind, modes) => {
      expect(allowedModes(policy(given), member, kind)).toEqual(modes)
      expect(mayUse(policy(given), member, kind, 'mfa').allowed).toBe(modes.length > 0)
    },
  )

  test('each part has its own people, and leaving out wins in that part alone', () => {
    const { methods } = policy({ text: true, call: true })
    const notTexted = policy({ call: true }, { mobilePhone: { ...methods.mobilePhone, excludeTargets: only(desk) } })
    expect(allowedModes(notTexted, member, 'mobilePhone')).toEqual(['voice'])
    const neither = policy(
      {},
      {
        mobilePhone: { ...methods.mobilePhone, excludeTargets: only(desk) },
        voice: { ...methods.voice, includeTargets: [] },
      },
    )
    expect(allowedModes(neither, member, 'mobilePhone')).toEqual([])
    expect(mayUse(neither, member, 'mobilePhone', 'mfa')).toEqual({ allowed: false, reason: 'excluded' })
  })
})

describe('who may register a phone', () => {
  const on = policy({ text: true, call: true, office: true })

  test('an alternate mobile phone only beside a mobile phone', () => {
    expect(mayRegister(on, member, 'alternateMobilePhone', [])).toEqual({
      allowed: false,
      reason: 'mobile_phone_first',
    })
    expect(mayRegister(on, member, 'alternateMobilePhone', ['officePhone'])).toMatchObject({
      reason: 'mobile_phone_first',
    })
    expect(mayRegister(on, member, 'alternateMobilePhone', ['mobilePhone'])).toEqual({ allowed: true })
    expect(mayRegister(on, member, 'alternateMobilePhone', [], 'administrator').allowed).toBe(false)
  })

  test('one of each', () => {
    for (const kind of phoneKinds)
      expect(mayRegister(on, member, kind, ['mobilePhone', kind])).toEqual({ allowed: false, reason: 'limit_reached' })
    expect(mayRegister(on, member, 'officePhone', ['mobilePhone', 'alternateMobilePhone'])).toEqual({ allowed: true })
  })

  test('an alternate phone resets no password; mobile and office phone do, where they are listed', () => {
    const reset = { ...resetForEverybody, allowedMethodKinds: ['officePhone' as const] }
    expect(mayReset(on, reset, member, 'alternateMobilePhone').allowed).toBe(false)
    expect(mayReset(on, reset, member, 'officePhone').allowed).toBe(true)
    expect(mayReset(on, reset, member, 'mobilePhone').allowed).toBe(false)
  })
})

describe('the documents', () => {
  test('one from before calls reads with calls off, and text messages never sign in by themselves', () => {
    const { voice: _, ...methods } = defaultMethodsPolicy.methods
    const read = methodsPolicySchema.parse({ ...defaultMethodsPolicy, methods })
    expect(read.methods.voice).toEqual({
      state: 'disabled',
      includeTargets: everybody,
      excludeTargets: [],
      isOfficePhoneAllowed: false,
    })
    expect(read.methods.mobilePhone.includeTargets.some((target) => target.isUsableForSignIn)).toBe(false)
  })
})

describe('where signing in with a phone number stands (`10` §9)', () => {
  const { methods } = defaultMethodsPolicy
  const signIn = (isUsableForSignIn?: boolean) => [
    { targetType: 'group' as const, id: allUsers, ...(isUsableForSignIn === undefined ? {} : { isUsableForSignIn }) },
  ]
  const withTargets = (
    includeTargets: MethodsPolicy['methods']['mobilePhone']['includeTargets'],
    state: 'enabled' | 'disabled' = 'enabled',
  ) => policy({}, { mobilePhone: { ...methods.mobilePhone, state, includeTargets } })
  const on = withTargets(signIn(true))
  const guest: MethodSubject = { ...member, userType: 'guest', guestType: 'b2bCollaborationGuest' }
  const mobile = { kind: 'mobilePhone' as const, isEnabled: false, isTaken: false }

  test.each([
    ['no mobile phone', on, member, { ...mobile, kind: null }, 'notConfigured'],
    ['an office phone', on, member, { ...mobile, kind: 'officePhone' as const }, 'notSupported'],
    ['an alternate phone', on, member, { ...mobile, kind: 'alternateMobilePhone' as const }, 'notSupported'],
    ['a guest', on, guest, { ...mobile, isEnabled: true }, 'notSupported'],
    ['text messages off', withTargets(signIn(true), 'disabled'), member, mobile, 'notAllowedByPolicy'],
    ['a target that says no', withTargets(signIn(false)), member, { ...mobile, isEnabled: true }, 'notAllowedByPolicy'],
    ['a target that says nothing', withTargets(signIn()), member, mobile, 'notAllowedByPolicy'],
    ['not switched on', on, member, mobile, 'notEnabled'],
    ['another person’s too', on, member, { ...mobile, isTaken: true }, 'phoneNumberNotUnique'],
    ['ready', on, member, { ...mobile, isEnabled: true }, 'ready'],
  ] as const)('%s', (_, given, subject, phone, state) => {
    expect(smsSignInState(given, subject, phone)).toBe(state)
  })

  test('a person in two targets may when one of them says so, and not when excluded', () => {
    const both = withTargets([...signIn(false), { targetType: 'group', id: desk, isUsableForSignIn: true }])
    expect(maySignInByText(both, member)).toBe(true)
    expect(maySignInByText(both, { ...member, groupIds: new Set() })).toBe(false)
    const excluded = {
      ...both,
      methods: { ...both.methods, mobilePhone: { ...both.methods.mobilePhone, excludeTargets: only(desk) } },
    }
    expect(maySignInByText(excluded, member)).toBe(false)
    expect(isTextSignInOffered(both)).toBe(true)
    expect(isTextSignInOffered(defaultMethodsPolicy)).toBe(false)
  })
})
