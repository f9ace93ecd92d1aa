/** `20` §11: administrators in the wizard, line by line, with the product’s own methods. */
import { describe, expect, test } from 'vitest'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { resetGates } from '@/lib/authentication-methods/policy'
import {
  defaultMethodsPolicy,
  type MethodsPolicy,
  type PasswordResetPolicy,
} from '@/lib/authentication-methods/policy-model'
import { directoryRoles } from '@/lib/directory/model'
import { aSubject, resetForEverybody } from '@/tests/support/builders'
import { noNeed } from './model'
import { planRegistration } from './plan'
import { planningFor } from './plannable'

const withPhones: MethodsPolicy = {
  ...defaultMethodsPolicy,
  wizardOrder: 'classic',
  methods: {
    ...defaultMethodsPolicy.methods,
    mobilePhone: { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' },
  },
}
const administrator = aSubject({ roles: ['reportsReader'] })
const oneMethod: PasswordResetPolicy = { ...resetForEverybody, allowedMethodKinds: ['email'] }

function stepsOf(reset: PasswordResetPolicy, subject = administrator, have: readonly MethodKind[] = []) {
  const gates = resetGates(reset, subject)
  if (gates === 0) return []
  const need = {
    ...noNeed,
    mfa: { because: ['mfaRequired' as const] },
    passwordReset: { methodsRequired: gates, because: ['mfaRequired' as const] },
  }
  const { allowed, registered, order } = planningFor({
    ...{ methodsPolicy: withPhones, passwordResetPolicy: reset, subject },
    ...{ registeredKinds: have, usableKinds: have, canCreatePasskey: true, hasBusinessPhone: false },
  })
  return planRegistration(need, allowed, registered, order).steps.map(({ method }) => method)
}

describe('20 §11', () => {
  test.each(Object.keys(directoryRoles) as (keyof typeof directoryRoles)[])(
    'two methods for a holder of %s',
    (role) => {
      expect(resetGates(oneMethod, aSubject({ roles: [role] }))).toBe(2)
    },
  )

  test('two methods out of email, app and phone, whatever list, number and scope say', () => {
    expect(stepsOf(oneMethod)).toEqual(['softwareOath', 'mobilePhone'])
    expect(stepsOf({ ...oneMethod, enabledFor: 'none' })).toEqual(['softwareOath', 'mobilePhone'])
    expect(stepsOf(oneMethod, aSubject())).toEqual(['softwareOath', 'email'])
  })

  test('what is registered already is subtracted; two apps stay one', () => {
    expect(stepsOf(oneMethod, administrator, ['softwareOath'])).toEqual(['mobilePhone'])
    expect(stepsOf(oneMethod, administrator, ['softwareOath', 'softwareOath'])).toEqual(['mobilePhone'])
    expect(stepsOf(oneMethod, administrator, ['softwareOath', 'email'])).toEqual([])
  })

  test('administrators who may not reset are not asked to register for it', () => {
    expect(resetGates({ ...oneMethod, isAdministratorResetAllowed: false }, administrator)).toBe(0)
    expect(resetGates({ ...oneMethod, isAdministratorResetAllowed: false }, aSubject())).toBe(1)
  })
})
