import { describe, expect, it } from 'vitest'
import { type MethodKind, unknownAaguid } from '@/lib/authentication-methods/model'
import {
  allUsers,
  defaultMethodsPolicy,
  defaultPasskeyProfile,
  type MethodsPolicy,
  type PasswordResetPolicy,
} from '@/lib/authentication-methods/policy-model'
import { type ReportedMethod, registrationFlags } from '@/lib/reports/registration'
import { aSubject, resetForEverybody } from '@/tests/support/builders'

const scopeGroup = '00000000-0000-7000-8000-00000000005c'

/** The matrix's own setting: app, SMS and FIDO2 allowed; reset for scope S, two methods out of app, SMS, email. */
const smsAllowed: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    mobilePhone: {
      state: 'enabled',
      includeTargets: [{ targetType: 'group', id: allUsers }],
      excludeTargets: [],
    },
  },
}
const reset: PasswordResetPolicy = {
  enabledFor: 'selected',
  groupId: scopeGroup,
  numberOfMethodsRequired: 2,
  isRegistrationRequired: true,
  reconfirmDays: 0,
  allowedMethodKinds: ['softwareOath', 'mobilePhone', 'email'],
  isAdministratorResetAllowed: true,
  securityQuestions: resetForEverybody.securityQuestions,
  selfService: resetForEverybody.selfService,
}

type Row = {
  readonly user: string
  readonly scope: boolean
  readonly admin?: boolean
  readonly methods: readonly MethodKind[]
  readonly smsDisabled?: boolean
  /** MfaReg, MfaCap, PwlessCap, SsprEn, SsprReg, SsprCap. */
  readonly flags: string
}

/** `50` §5; security questions and push are not among our methods, so their rows stand without them. */
const matrix: readonly Row[] = [
  { user: 'u1 none', scope: true, methods: [], flags: '000100' },
  { user: 'u2 SMS', scope: true, methods: ['mobilePhone'], flags: '110100' },
  { user: 'u3 SMS and email', scope: true, methods: ['mobilePhone', 'email'], flags: '110111' },
  { user: 'u4 SMS and email, out of scope', scope: false, methods: ['mobilePhone', 'email'], flags: '110010' },
  { user: 'u5 email alone', scope: true, methods: ['email'], flags: '000100' },
  { user: 'u6 FIDO2', scope: true, methods: ['passkey'], flags: '111100' },
  { user: 'u7 SMS, now disabled', scope: true, methods: ['mobilePhone'], smsDisabled: true, flags: '100100' },
  { user: 'u8 two apps', scope: true, methods: ['softwareOath', 'softwareOath'], flags: '110100' },
  { user: 'u9 admin, app and email', scope: false, admin: true, methods: ['softwareOath', 'email'], flags: '110111' },
  { user: 'u10 admin, email', scope: false, admin: true, methods: ['email'], flags: '000100' },
  { user: 'u11 pass only', scope: true, methods: ['temporaryAccessPass'], flags: '000100' },
]

const flagsOf = (
  methods: readonly ReportedMethod[],
  given: { scope?: boolean; admin?: boolean; policy?: MethodsPolicy; passwordReset?: PasswordResetPolicy } = {},
) =>
  registrationFlags(
    { methods: given.policy ?? smsAllowed, passwordReset: given.passwordReset ?? reset },
    aSubject({
      groupIds: given.scope === false ? [] : [scopeGroup],
      roles: given.admin === true ? ['authenticationAdministrator'] : [],
    }),
    methods,
  )

describe('the flags of the registration report (50 §5)', () => {
  for (const row of matrix) {
    it(row.user, () => {
      const flags = flagsOf(
        row.methods.map((kind) => ({ kind })),
        { scope: row.scope, admin: row.admin, policy: row.smsDisabled === true ? defaultMethodsPolicy : smsAllowed },
      )
      const word = [
        flags.isMfaRegistered,
        flags.isMfaCapable,
        flags.isPasswordlessCapable,
        flags.isSsprEnabled,
        flags.isSsprRegistered,
        flags.isSsprCapable,
      ]
        .map(Number)
        .join('')
      expect(word).toBe(row.flags)
    })
  }

  it('questions are one method of password reset once enough were answered, and never an administrator’s (u5, u10)', () => {
    const methods = {
      ...smsAllowed,
      methods: {
        ...smsAllowed.methods,
        securityQuestions: { ...smsAllowed.methods.securityQuestions, state: 'enabled' as const },
      },
    }
    const listed: PasswordResetPolicy = {
      ...reset,
      allowedMethodKinds: [...reset.allowedMethodKinds, 'securityQuestions'],
    }
    const flags = (answered: number, more: { passwordReset?: PasswordResetPolicy; admin?: boolean } = {}) =>
      flagsOf([{ kind: 'email' }, { kind: 'securityQuestions', answered }], {
        policy: methods,
        passwordReset: listed,
        ...more,
      })
    expect(flags(5)).toMatchObject({ isMfaRegistered: false, isMfaCapable: false, isSsprCapable: true })
    expect(flags(4).isSsprRegistered).toBe(false)
    expect(flags(5, { passwordReset: reset }).isSsprRegistered).toBe(false)
    expect(flags(5, { admin: true }).isSsprRegistered).toBe(false)
  })

  it('a method disabled after too many failures is registered and makes nobody capable', () => {
    const flags = flagsOf([{ kind: 'softwareOath', isDisabled: true }, { kind: 'email' }])
    expect(flags).toMatchObject({ isMfaRegistered: true, isMfaCapable: false, isSsprRegistered: false })
  })

  it('a synced passkey counts only where the policy admits it', () => {
    const bound = { ...defaultPasskeyProfile, passkeyTypes: ['deviceBound' as const] }
    const passkey = (backupEligible: boolean) => ({ backupEligible, aaguid: unknownAaguid, isAttested: false })
    const policy: MethodsPolicy = {
      ...smsAllowed,
      methods: { ...smsAllowed.methods, passkey: { ...smsAllowed.methods.passkey, passkeyProfiles: [bound] } },
    }
    expect(flagsOf([{ kind: 'passkey', passkey: passkey(true) }], { policy }).isPasswordlessCapable).toBe(false)
    expect(flagsOf([{ kind: 'passkey', passkey: passkey(false) }], { policy }).isPasswordlessCapable).toBe(true)
  })

  it('one method is enough for people where one is required, and never for administrators', () => {
    const passwordReset: PasswordResetPolicy = { ...reset, numberOfMethodsRequired: 1 }
    expect(flagsOf([{ kind: 'email' }], { passwordReset }).isSsprCapable).toBe(true)
    expect(flagsOf([{ kind: 'email' }], { passwordReset, admin: true }).isSsprCapable).toBe(false)
  })

  it('an administrator whose reset is switched off is not enabled, and what they registered still shows', () => {
    const passwordReset: PasswordResetPolicy = { ...reset, isAdministratorResetAllowed: false }
    const flags = flagsOf([{ kind: 'softwareOath' }, { kind: 'email' }], { passwordReset, admin: true })
    expect(flags).toMatchObject({ isSsprEnabled: false, isSsprRegistered: true, isSsprCapable: false })
  })
})
