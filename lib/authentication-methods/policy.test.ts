import { describe, expect, test } from 'vitest'
import { catalogue, entriesBySecurity, modeOf } from './catalogue'
import { methodKinds } from './model'
import { type MethodSubject, mayRegister, mayReset, mayUse, resetGates } from './policy'
import {
  allUsers,
  defaultMethodsPolicy,
  defaultPasswordResetPolicy,
  type MethodsPolicy,
  methodsPolicySchema,
  passwordResetPolicySchema,
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
  test('by default everything but text messages and recovery codes, for everybody', () => {
    const answers = methodKinds.map((kind) => [kind, mayRegister(defaultMethodsPolicy, member, kind, [])])
    expect(Object.fromEntries(answers)).toEqual({
      passkey: allowed,
      softwareOath: allowed,
      hardwareOath: allowed,
      email: allowed,
      mobilePhone: refused('disabled'),
      recoveryCodes: refused('disabled'),
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
    const reset = { ...defaultPasswordResetPolicy, allowedMethodKinds: ['email' as const] }
    expect(mayReset(defaultMethodsPolicy, reset, member, 'email')).toEqual(allowed)
    expect(mayReset(defaultMethodsPolicy, reset, member, 'softwareOath')).toEqual(refused('disabled'))
    // A token's code is on the list where an app's is.
    expect(mayReset(defaultMethodsPolicy, reset, member, 'hardwareOath')).toEqual(refused('disabled'))
    expect(mayReset(defaultMethodsPolicy, defaultPasswordResetPolicy, member, 'hardwareOath')).toEqual(allowed)
    expect(mayReset(defaultMethodsPolicy, reset, member, 'passkey')).toEqual(refused('purpose_not_supported'))
    expect(mayReset(defaultMethodsPolicy, { ...reset, enabledFor: 'none' }, member, 'email')).toEqual(
      refused('not_targeted'),
    )
  })

  test('administrators: always two, from the fixed set, whatever scope and list say', () => {
    const reset = { ...defaultPasswordResetPolicy, enabledFor: 'none' as const, allowedMethodKinds: [] }
    expect(resetGates(reset, administrator)).toBe(2)
    expect(mayReset(defaultMethodsPolicy, reset, administrator, 'email')).toEqual(allowed)
    expect(mayReset(defaultMethodsPolicy, reset, administrator, 'mobilePhone')).toEqual(refused('disabled'))
    expect(resetGates({ ...reset, isAdministratorResetAllowed: false }, administrator)).toBe(0)
  })

  test('how many gates: by scope', () => {
    const two = { ...defaultPasswordResetPolicy, numberOfMethodsRequired: 2 as const }
    expect(resetGates(two, member)).toBe(2)
    expect(resetGates({ ...two, enabledFor: 'none' }, member)).toBe(0)
    expect(resetGates({ ...two, enabledFor: 'selected', groupId: sales }, member)).toBe(2)
    expect(resetGates({ ...two, enabledFor: 'selected', groupId: pilots }, member)).toBe(0)
  })
})

describe('the documents', () => {
  test('the defaults fit their schemas, and nothing unknown does', () => {
    expect(methodsPolicySchema.parse(defaultMethodsPolicy)).toEqual(defaultMethodsPolicy)
    expect(passwordResetPolicySchema.parse(defaultPasswordResetPolicy)).toEqual(defaultPasswordResetPolicy)
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

  test('a selected group has to be named', () => {
    const selected = { ...defaultPasswordResetPolicy, enabledFor: 'selected' }
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
      'email',
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
