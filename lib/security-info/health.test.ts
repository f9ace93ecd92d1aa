import { describe, expect, it } from 'vitest'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { aSubject, notAsked, resetForEverybody } from '@/tests/support/builders'
import { healthOf } from './health'

function facts(kinds: readonly MethodKind[], given: Partial<PersonFacts> = {}): PersonFacts {
  const methods = kinds.map((kind, place) => ({
    id: String(place),
    kind,
    disabledAt: null,
    detail: kind === 'passkey' ? { kind, backupEligible: false } : { kind },
  })) as unknown as RegisteredMethod[]
  return {
    subject: aSubject(),
    methods,
    methodsPolicy: defaultMethodsPolicy,
    passwordResetPolicy: resetForEverybody,
    policySet: { policies: [] } as unknown as PersonFacts['policySet'],
    mustReregisterSince: null,
    defaultMethodId: null,
    defaultMethodMode: null,
    businessPhone: null,
    mail: null,
    securityInfoConfirmedAt: null,
    registration: notAsked,
    temporaryPasswordEndsAt: null,
    hasPassword: true,
    passwordHome: 'local',
    passwordRenewedAt: null,
    terms: [],
    ...given,
  }
}
const twoGates = { ...resetForEverybody, numberOfMethodsRequired: 2 as const }

describe('how well an account is set up', () => {
  it('with nothing: all is missing, and what would help is named', () => {
    expect(healthOf(facts([]))).toEqual({
      hasMfa: false,
      isPasswordless: false,
      reset: { missing: 1, kinds: ['softwareOath', 'email'] },
    })
  })

  it('a pass and an email address protect nobody’s sign-in', () => {
    expect(healthOf(facts(['temporaryAccessPass', 'email']))).toMatchObject({ hasMfa: false, reset: { missing: 0 } })
  })

  it('a passkey signs in without a password, and does not reset one', () => {
    expect(healthOf(facts(['passkey']))).toMatchObject({ hasMfa: true, isPasswordless: true, reset: { missing: 1 } })
  })

  it('five apps are one method for password reset', () => {
    const health = healthOf(facts(['softwareOath', 'softwareOath'], { passwordResetPolicy: twoGates }))
    expect(health.reset).toEqual({ missing: 1, kinds: ['email'] })
  })

  it('a guest, who may have no passkey, is not told to add one', () => {
    const subject = aSubject({ userType: 'guest', guestType: 'b2bCollaborationGuest' })
    expect(healthOf(facts(['softwareOath'], { subject })).isPasswordless).toBeNull()
  })

  it('nothing is said of password reset where it is not theirs to use', () => {
    const passwordResetPolicy = { ...resetForEverybody, enabledFor: 'none' as const }
    expect(healthOf(facts([], { passwordResetPolicy })).reset).toBeNull()
  })

  it('a stopped method does not count', () => {
    const one = facts(['softwareOath'])
    const stopped = one.methods.map((method) => ({ ...method, disabledAt: new Date() }))
    expect(healthOf({ ...one, methods: stopped })).toMatchObject({ hasMfa: false, reset: { missing: 1 } })
  })
})
