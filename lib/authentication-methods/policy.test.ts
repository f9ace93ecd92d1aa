import { describe, expect, test } from 'vitest'
import { resetForEverybody } from '@/tests/support/builders'
import { catalogue, entriesBySecurity, modeOf } from './catalogue'
import { methodKinds } from './model'
import {
  configurationsBySecurity,
  hasAnsweredEnough,
  type MethodSubject,
  mayRegister,
  mayReset,
  mayUse,
  refusalOfResetMethods,
  resetGates,
} from './policy'
import {
  allUsers,
  configurationNames,
  defaultMethodsPolicy,
  type MethodsPolicy,
  methodsPolicySchema,
  passwordResetPolicySchema,
  type ResetMethodKind,
} from './policy-model'

const sales = '00000000-0000-4000-8000-000000000001'
const pilots = '00000000-0000-4000-8000-000000000002'
const member: MethodSubject = { userType: 'member', guestType: null, groupIds: new Set([sales]), roleIds: new Set() }
const guest: MethodSubject = { ...member, userType: 'guest', guestType: 'b2bCollaborationGuest' }
const administrator: MethodSubject = { ...member, roleIds: new Set(['any role']) }

function policy<Kind extends keyof MethodsPolicy['methods']>(
  kind: Kind,
  change: Partial<MethodsPolicy['methods'][Kind]>,
): MethodsPolicy {
  const { methods } = defaultMethodsPolicy
  return { ...defaultMethodsPolicy, methods: { ...methods, [kind]: { ...methods[kind], ...change } } }
}
const group = (id: string) => [{ targetType: 'group' as const, id }]
const allowed = { allowed: true }
const refused = (reason: string) => ({ allowed: false, reason })

describe('who may have a method', () => {
  test('by default everything but text messages, calls, questions and recovery codes, for everybody', () => {
    const answers = methodKinds.map((kind) => [kind, mayRegister(defaultMethodsPolicy, member, kind, [])])
    expect(Object.fromEntries(answers)).toEqual({
      passkey: allowed,
      softwareOath: allowed,
      hardwareOath: allowed,
      email: allowed,
      mobilePhone: refused('disabled'),
      securityQuestions: refused('disabled'),
      recoveryCodes: refused('disabled'),
      alternateMobilePhone: refused('disabled'),
      officePhone: refused('disabled'),
      temporaryAccessPass: refused('self_service_off'),
    })
  })

  test('inclusion by group, exclusion beats it, and no target means nobody', () => {
    const ask = (change: Partial<MethodsPolicy['methods']['softwareOath']>) =>
      mayRegister(policy('softwareOath', change), member, 'softwareOath', [])
    expect(ask({ includeTargets: group(sales) })).toEqual(allowed)
    expect(ask({ includeTargets: group(pilots) })).toEqual(refused('not_targeted'))
    expect(ask({ includeTargets: [] })).toEqual(refused('not_targeted'))
    expect(ask({ includeTargets: group(allUsers), excludeTargets: group(sales) })).toEqual(refused('excluded'))
    expect(ask({ state: 'disabled', excludeTargets: group(sales) })).toEqual(refused('disabled'))
  })

  test('no more than the catalogue says, counted over usable and unusable ones', () => {
    for (const kind of ['softwareOath', 'email', 'passkey'] as const) {
      const have = Array.from({ length: catalogue[kind].perUserMax }, () => kind)
      expect(mayRegister(defaultMethodsPolicy, member, kind, have.slice(1))).toEqual(allowed)
      expect(mayRegister(defaultMethodsPolicy, member, kind, have)).toEqual(refused('limit_reached'))
    }
  })

  test('guests make no passkeys; self-service can be switched off without touching those who have one', () => {
    expect(mayRegister(defaultMethodsPolicy, guest, 'passkey', [])).toEqual(refused('guest'))
    const off = policy('passkey', { isSelfServiceRegistrationAllowed: false })
    expect(mayRegister(off, member, 'passkey', [])).toEqual(refused('self_service_off'))
    expect(mayRegister(off, member, 'passkey', [], 'administrator')).toEqual(allowed)
    expect(mayUse(off, member, 'passkey', 'mfa')).toEqual(allowed)
  })

  test('an administrator may give a pass to anyone but an external guest; a new one replaces the old', () => {
    const ask = (subject: MethodSubject) =>
      mayRegister(defaultMethodsPolicy, subject, 'temporaryAccessPass', ['temporaryAccessPass'], 'administrator')
    expect(ask(member)).toEqual(allowed)
    expect(ask({ ...guest, guestType: 'internalGuest' })).toEqual(allowed)
    expect(ask(guest)).toEqual(refused('guest'))
    expect(
      mayUse(policy('temporaryAccessPass', { includeTargets: [] }), member, 'temporaryAccessPass', 'signIn'),
    ).toEqual(refused('not_targeted'))
  })

  test('apps and hardware tokens are counted together; guests have no token', () => {
    const five = ['softwareOath', 'softwareOath', 'hardwareOath', 'hardwareOath', 'hardwareOath'] as const
    for (const kind of ['softwareOath', 'hardwareOath'] as const) {
      expect(mayRegister(defaultMethodsPolicy, member, kind, five)).toEqual(refused('limit_reached'))
      expect(mayRegister(defaultMethodsPolicy, member, kind, five.slice(1))).toEqual(allowed)
    }
    expect(mayRegister(defaultMethodsPolicy, guest, 'hardwareOath', [])).toEqual(refused('guest'))
    expect(mayRegister(defaultMethodsPolicy, guest, 'hardwareOath', [], 'administrator')).toEqual(refused('guest'))
  })
})

describe('for what a method may be used', () => {
  test('email is never a factor, an app never a first one', () => {
    expect(mayUse(defaultMethodsPolicy, member, 'email', 'mfa')).toEqual(refused('purpose_not_supported'))
    expect(mayUse(defaultMethodsPolicy, member, 'softwareOath', 'signIn')).toEqual(refused('purpose_not_supported'))
    expect(mayUse(defaultMethodsPolicy, member, 'softwareOath', 'mfa')).toEqual(allowed)
    expect(mayUse(defaultMethodsPolicy, member, 'passkey', 'signIn')).toEqual(allowed)
  })

  test('reset: its own list, its own scope, never a passkey or a pass', () => {
    const reset = { ...resetForEverybody, allowedMethodKinds: ['email' as const] }
    expect(mayReset(defaultMethodsPolicy, reset, member, 'email')).toEqual(allowed)
    expect(mayReset(defaultMethodsPolicy, reset, member, 'softwareOath')).toEqual(refused('disabled'))
    // A token's code is on the list where an app's is.
    expect(mayReset(defaultMethodsPolicy, reset, member, 'hardwareOath')).toEqual(refused('disabled'))
    expect(mayReset(defaultMethodsPolicy, resetForEverybody, member, 'hardwareOath')).toEqual(allowed)
    expect(mayReset(defaultMethodsPolicy, reset, member, 'passkey')).toEqual(refused('purpose_not_supported'))
    expect(mayReset(defaultMethodsPolicy, { ...reset, enabledFor: 'none' }, member, 'email')).toEqual(
      refused('not_targeted'),
    )
  })

  test('administrators: always two, from the fixed set, whatever scope and list say', () => {
    const reset = { ...resetForEverybody, enabledFor: 'none' as const, allowedMethodKinds: [] }
    expect(resetGates(reset, administrator)).toBe(2)
    expect(mayReset(defaultMethodsPolicy, reset, administrator, 'email')).toEqual(allowed)
    expect(mayReset(defaultMethodsPolicy, reset, administrator, 'mobilePhone')).toEqual(refused('disabled'))
    expect(resetGates({ ...reset, isAdministratorResetAllowed: false }, administrator)).toBe(0)
  })

  test('questions: for password reset only, where it lists them, and never for administrators', () => {
    const on = policy('securityQuestions', { state: 'enabled' })
    const listed = {
      ...resetForEverybody,
      allowedMethodKinds: ['email' as const, 'securityQuestions' as const],
    }
    expect(mayRegister(on, member, 'securityQuestions', [])).toEqual(allowed)
    expect(mayRegister(on, member, 'securityQuestions', ['securityQuestions'])).toEqual(refused('limit_reached'))
    expect(mayReset(on, listed, member, 'securityQuestions')).toEqual(allowed)
    expect(mayReset(on, resetForEverybody, member, 'securityQuestions')).toEqual(refused('disabled'))
    expect(mayReset(defaultMethodsPolicy, listed, member, 'securityQuestions')).toEqual(refused('disabled'))
    for (const purpose of ['signIn', 'mfa', 'recovery'] as const)
      expect(mayUse(on, member, 'securityQuestions', purpose)).toEqual(refused('purpose_not_supported'))
    expect(mayReset(on, listed, administrator, 'securityQuestions')).toEqual(refused('administrator'))
    for (const by of ['user', 'administrator'] as const)
      expect(mayRegister(on, administrator, 'securityQuestions', [], by)).toEqual(refused('administrator'))
    const reset = { ...listed, securityQuestions: { ...listed.securityQuestions, numberToRegister: 4 } }
    expect([3, 4, 5].map((answered) => hasAnsweredEnough(reset, answered))).toEqual([false, true, true])
  })

  /** `40` §6: the app never is the only method, and where two are needed two more are on beside it. */
  test('the kinds that are on are enough, and are so without the app', () => {
    const refusal = (number: 1 | 2, kinds: readonly ResetMethodKind[], enabledFor: 'all' | 'none' = 'all') =>
      refusalOfResetMethods({ enabledFor, numberOfMethodsRequired: number, allowedMethodKinds: [...kinds] })
    expect([refusal(1, []), refusal(1, ['softwareOath']), refusal(1, ['email'])]).toEqual(['tooFew', 'appAlone', null])
    expect(refusal(1, ['softwareOath', 'email'])).toBeNull()
    expect(refusal(2, ['email'])).toBe('tooFew')
    expect(refusal(2, ['softwareOath', 'email'])).toBe('appAlone')
    expect(refusal(2, ['softwareOath', 'email', 'mobilePhone'])).toBeNull()
    expect(refusal(2, ['mobilePhone', 'officePhone'])).toBeNull()
    expect([refusal(1, [], 'none'), refusal(2, ['softwareOath'], 'none')]).toEqual([null, null])
  })

  test('how many gates: by scope', () => {
    const two = { ...resetForEverybody, numberOfMethodsRequired: 2 as const }
    expect(resetGates(two, member)).toBe(2)
    expect(resetGates({ ...two, enabledFor: 'none' }, member)).toBe(0)
    expect(resetGates({ ...two, enabledFor: 'selected', groupId: sales }, member)).toBe(2)
    expect(resetGates({ ...two, enabledFor: 'selected', groupId: pilots }, member)).toBe(0)
  })
})

describe('the documents', () => {
  test('the defaults fit their schemas, and nothing unknown does', () => {
    expect(methodsPolicySchema.parse(defaultMethodsPolicy)).toEqual(defaultMethodsPolicy)
    expect(passwordResetPolicySchema.parse(resetForEverybody)).toEqual(resetForEverybody)
    expect(methodsPolicySchema.safeParse({ ...defaultMethodsPolicy, voice: {} }).success).toBe(false)
    const { hardwareOath: _, ...before } = defaultMethodsPolicy.methods
    expect(methodsPolicySchema.parse({ ...defaultMethodsPolicy, methods: before })).toEqual(defaultMethodsPolicy)
  })

  test('a pass’s default lifetime lies within its bounds', () => {
    const wrong = policy('temporaryAccessPass', { defaultLifetimeInMinutes: 481 })
    expect(methodsPolicySchema.safeParse(wrong).success).toBe(false)
    const short = policy('temporaryAccessPass', { minimumLifetimeInMinutes: 9 })
    expect(methodsPolicySchema.safeParse(short).success).toBe(false)
  })

  /** `10` §11, figures of `60` 46 and 47, SEC-081. */
  test('questions: 3 to 5 to register and to reset, 20 of one’s own with 3 to 200 characters, never alone unawares', () => {
    const fits = (change: object, more: object = {}) => {
      const securityQuestions = { ...resetForEverybody.securityQuestions, ...change }
      return passwordResetPolicySchema.safeParse({ ...resetForEverybody, ...more, securityQuestions }).success
    }
    for (const number of [3, 4, 5]) expect(fits({ numberToRegister: number, numberToReset: 3 })).toBe(true)
    for (const number of [2, 6, 3.5, '3']) expect(fits({ numberToRegister: number })).toBe(false)
    expect(fits({ numberToRegister: 4, numberToReset: 4 })).toBe(true)
    expect(fits({ numberToRegister: 3, numberToReset: 4 })).toBe(false)
    expect(fits({ numberToReset: 2 })).toBe(false)
    expect(fits({ predefinedQuestions: ['toyLost', 'toyLost', 'familyStory', 'softToy', 'leftBehind'] })).toBe(false)
    expect(fits({ predefinedQuestions: ['toyLost', 'familyStory', 'softToy', 'leftBehind'] })).toBe(false)
    expect(fits({ predefinedQuestions: [], customQuestions: ['One?', 'Two?', 'Six?', 'Ten?', 'Why?'] })).toBe(true)
    const custom = (count: number) => Array.from({ length: count }, (_, index) => `Question ${index}?`)
    expect([fits({ customQuestions: custom(20) }), fits({ customQuestions: custom(21) })]).toEqual([true, false])
    const lengths = ['abc', 'x'.repeat(200), '東京市', 'ab', 'x'.repeat(201), ' a ', 'two\nlines']
    expect(lengths.map((text) => fits({ customQuestions: [text] }))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    expect(fits({ customQuestions: ['Where is it?', ' where  IS it? '] })).toBe(false)
    const alone = { numberOfMethodsRequired: 1, allowedMethodKinds: ['email', 'securityQuestions'] }
    expect(fits({}, alone)).toBe(false)
    expect(fits({ isOnlyGateAccepted: true }, alone)).toBe(true)
    expect(fits({}, { ...alone, numberOfMethodsRequired: 2 })).toBe(true)
    const { securityQuestions: _, ...before } = resetForEverybody
    expect(passwordResetPolicySchema.parse(before)).toEqual(resetForEverybody)
  })

  test('a selected group has to be named', () => {
    const selected = { ...resetForEverybody, enabledFor: 'selected' }
    expect(passwordResetPolicySchema.safeParse(selected).success).toBe(false)
    expect(passwordResetPolicySchema.safeParse({ ...selected, groupId: sales }).success).toBe(true)
  })
})

describe('the catalogue', () => {
  test('lists every kind once, from most to least secure', () => {
    expect(entriesBySecurity.map(({ kind }) => kind)).toEqual([
      'passkey',
      'softwareOath',
      'hardwareOath',
      'mobilePhone',
      'officePhone',
      'alternateMobilePhone',
      'email',
      'securityQuestions',
      'recoveryCodes',
      'temporaryAccessPass',
    ])
    expect(methodKinds.every((kind) => catalogue[kind].kind === kind)).toBe(true)
  })

  test('a pass proves one of its two modes', () => {
    expect(modeOf('temporaryAccessPass', true)).toBe('temporaryAccessPassOneTime')
    expect(modeOf('temporaryAccessPass', false)).toBe('temporaryAccessPassMultiUse')
    expect(modeOf('passkey')).toBe('fido2')
  })
})

test('every part of the policy is listed once, calls behind text messages', () => {
  expect([...configurationsBySecurity].sort()).toEqual([...configurationNames].sort())
  expect(configurationsBySecurity.indexOf('voice')).toBe(configurationsBySecurity.indexOf('mobilePhone') + 1)
})
