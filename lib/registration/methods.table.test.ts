/**
 * `10` §1, the master table of methods, row by row: where each is registered, whether it is changed in place, how many
 * somebody may have, and what it is good for. Deleting is open to everyone for every method; its rows are in
 * `tests/integration`.
 */
import { describe, expect, test } from 'vitest'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { authenticationMethodModes, type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import { type MethodSubject, mayRegister, mayReset, mayUse } from '@/lib/authentication-methods/policy'
import { defaultMethodsPolicy, type MethodsPolicy, resetMethodKinds } from '@/lib/authentication-methods/policy-model'
import { isChangeable } from '@/lib/security-info/view'
import { resetForEverybody } from '@/tests/support/builders'
import { planningFor } from './plannable'

const member: MethodSubject = { userType: 'member', guestType: null, groupIds: new Set(), roleIds: new Set() }
const administrator: MethodSubject = { ...member, roleIds: new Set(['a-role']) }
const guest: MethodSubject = { ...member, userType: 'guest', guestType: 'b2bCollaborationGuest' }
const everythingOn: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: Object.fromEntries(
    Object.entries(defaultMethodsPolicy.methods).map(([name, configuration]) => [
      name,
      { ...configuration, state: 'enabled', ...(name === 'voice' ? { isOfficePhoneAllowed: true } : {}) },
    ]),
  ) as MethodsPolicy['methods'],
}
const reset = { ...resetForEverybody, allowedMethodKinds: [...resetMethodKinds] }

type Row = readonly [
  kind: MethodKind,
  inWizard: boolean,
  inSecurityInfo: boolean,
  change: boolean,
  max: number,
  signIn: boolean,
  mfa: boolean,
  passwordReset: boolean,
]

/** Where this product goes its own way, the comment says so; everything else is the table's. */
const rows: readonly Row[] = [
  ['softwareOath', true, true, false, 5, false, true, true],
  // Added by the number on its back, never asked for.
  ['hardwareOath', false, true, false, 5, false, true, true],
  // As a first factor only where a policy says so: `maySignInByText` has its own rows.
  ['mobilePhone', true, true, true, 1, false, true, true],
  ['alternateMobilePhone', false, true, true, 1, false, true, false],
  ['officePhone', true, true, true, 1, false, true, true],
  ['email', true, true, true, 1, false, false, true],
  ['securityQuestions', true, true, false, 1, false, false, true],
  // Passkey first (decision D3): the table has it in the wizard only when it is forced.
  ['passkey', true, true, false, 10, true, true, false],
  ['temporaryAccessPass', false, false, false, 1, true, true, false],
  // Not in the table: a set of codes stands in for a second factor and is none.
  ['recoveryCodes', false, true, false, 1, false, false, false],
]

function wizardKinds(hasBusinessPhone: boolean): readonly MethodKind[] {
  const { allowed } = planningFor({
    ...{ methodsPolicy: everythingOn, passwordResetPolicy: reset, subject: member },
    ...{ registeredKinds: [], usableKinds: [], canCreatePasskey: true, hasBusinessPhone },
  })
  return allowed.map(({ id }) => id)
}

describe('10 §1: what each method is for', () => {
  test.each(rows)('%s', (kind, inWizard, inSecurityInfo, change, max, signIn, mfa, passwordReset) => {
    expect({
      inWizard: wizardKinds(true).includes(kind),
      // An alternate phone needs the mobile phone to be there.
      inSecurityInfo: mayRegister(
        everythingOn,
        member,
        kind,
        ['mobilePhone'].filter((one) => one !== kind) as MethodKind[],
      ).allowed,
      change: isChangeable(kind),
      max: catalogue[kind].perUserMax,
      signIn: mayUse(everythingOn, member, kind, 'signIn').allowed,
      mfa: mayUse(everythingOn, member, kind, 'mfa').allowed,
      passwordReset: mayReset(everythingOn, reset, member, kind).allowed,
    }).toEqual({ inWizard, inSecurityInfo, change, max, signIn, mfa, passwordReset })
  })

  test('has a row for every method', () => {
    expect(rows.map(([kind]) => kind).sort()).toEqual([...methodKinds].sort())
  })

  test('an office phone is asked for only where the organisation keeps a business phone', () => {
    expect(wizardKinds(false)).not.toContain('officePhone')
  })

  test('an alternate phone needs the mobile phone', () => {
    expect(mayRegister(everythingOn, member, 'alternateMobilePhone', [])).toEqual({
      ...{ allowed: false, reason: 'mobile_phone_first' },
    })
  })

  test('the limit holds for every method, and apps and tokens share theirs', () => {
    for (const [kind, , inSecurityInfo, , max] of rows) {
      if (!inSecurityInfo) continue
      const have = ['mobilePhone' as const, ...Array.from({ length: max }, () => kind)]
      expect(mayRegister(everythingOn, member, kind, have), kind).toEqual({ allowed: false, reason: 'limit_reached' })
    }
    const mixed = ['softwareOath', 'softwareOath', 'hardwareOath', 'hardwareOath', 'hardwareOath'] as const
    expect(mayRegister(everythingOn, member, 'softwareOath', mixed).allowed).toBe(false)
  })

  test('administrators have no questions, and guests neither passkeys nor tokens', () => {
    expect(mayReset(everythingOn, reset, administrator, 'securityQuestions').allowed).toBe(false)
    for (const kind of ['passkey', 'hardwareOath'] as const)
      expect(mayRegister(everythingOn, guest, kind, []), kind).toEqual({ allowed: false, reason: 'guest' })
  })

  test('what is absent here exists as a mode, so that strengths and reports are complete', () => {
    for (const mode of [
      'microsoftAuthenticatorPush',
      'deviceBasedPush',
      'windowsHelloForBusiness',
      'x509CertificateSingleFactor',
      'x509CertificateMultiFactor',
      'federatedSingleFactor',
      'federatedMultiFactor',
      'qrCodePin',
    ] as const)
      expect(authenticationMethodModes).toContain(mode)
  })
})
