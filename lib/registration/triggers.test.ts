import { describe, expect, test } from 'vitest'
import { defaultMethodsPolicy, type PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { resetForEverybody } from '@/tests/support/builders'
import { isReviewDue } from './interrupt'
import { needSchema, noNeed } from './model'
import { planRegistration } from './plan'
import { planningFor } from './plannable'
import { isEmptyNeed, type RegistrationFacts, requirementsFor } from './triggers'

const quiet: RegistrationFacts = {
  isMfaRequired: false,
  hasUsableMfaMethod: false,
  unmetStrengths: [],
  mustReregister: false,
  isPerUserMfaOn: false,
  isMfaRegistrationAsked: false,
  graceDaysLeft: 14,
  resetGates: 0,
  isResetRegistrationRequired: false,
  reconfirmDays: 0,
  daysSinceConfirmation: null,
}

describe('what triggers registration', () => {
  test('nothing asked, nothing needed', () => {
    expect(requirementsFor(quiet)).toEqual(noNeed)
    expect(isEmptyNeed(requirementsFor(quiet))).toBe(true)
  })

  test('T3: a resource that asks for MFA, and reset with it for those who may reset; not skippable', () => {
    expect(requirementsFor({ ...quiet, isMfaRequired: true })).toMatchObject({
      mfa: { because: ['mfaRequired'] },
      passwordReset: null,
      skip: 'never',
    })
    expect(requirementsFor({ ...quiet, isMfaRequired: true, resetGates: 2 })).toMatchObject({
      passwordReset: { methodsRequired: 2, because: ['mfaRequired'] },
    })
    expect(isEmptyNeed(requirementsFor({ ...quiet, isMfaRequired: true, hasUsableMfaMethod: true }))).toBe(true)
  })

  test('T4: a strength that nothing registered satisfies', () => {
    const need = requirementsFor({ ...quiet, unmetStrengths: builtInStrengths.slice(2) })
    expect(need).toMatchObject({ mfa: null, strengths: [{ because: ['strengthRequired'] }], skip: 'never' })
    expect(needSchema.parse(JSON.parse(JSON.stringify(need)))).toEqual(need)
  })

  test('T5: registration for reset alone may be skipped until the next sign-in, again and again', () => {
    const facts = { ...quiet, resetGates: 1 as const, isResetRegistrationRequired: true }
    expect(requirementsFor(facts)).toMatchObject({
      mfa: null,
      passwordReset: { methodsRequired: 1, because: ['passwordResetRegistration'] },
      skip: 'untilNextSignIn',
    })
    expect(isEmptyNeed(requirementsFor({ ...facts, resetGates: 0 }))).toBe(true)
  })

  describe('T6: what is registered is confirmed again', () => {
    const due = {
      ...quiet,
      resetGates: 1,
      isResetRegistrationRequired: true,
      reconfirmDays: 180,
      daysSinceConfirmation: 180,
    } as const

    test('when the interval is over, with nothing new asked for; may be put off until the next sign-in', () => {
      const need = requirementsFor(due)
      expect(need).toMatchObject({
        mfa: null,
        passwordReset: { methodsRequired: 1, because: ['passwordResetRegistration'] },
        strengths: [],
        review: { because: ['confirmationDue'] },
        skip: 'untilNextSignIn',
      })
      expect(needSchema.parse(JSON.parse(JSON.stringify(need)))).toEqual(need)
    })

    test.each([
      ['a moment before', { daysSinceConfirmation: 179.999 }],
      ['an interval of 0 days, which is never', { reconfirmDays: 0, daysSinceConfirmation: 10_000 }],
      ['nothing that could have been confirmed', { daysSinceConfirmation: null }],
      ['registration at sign-in switched off', { isResetRegistrationRequired: false }],
      ['nobody who may reset', { resetGates: 0 }],
    ] as const)('not with %s', (_, given) => {
      expect(requirementsFor({ ...due, ...given }).review).toBeNull()
    })

    test('waits until no method is missing: fewer than needed are T5, and so are fewer than can be had', () => {
      const need = requirementsFor(due)
      const complete = { steps: [], unsatisfiable: [] }
      const step = { method: 'email', serves: [], because: [], alternatives: [] } as const
      const short = { requirement: 'passwordReset', missing: 1, because: [] } as const
      expect(isReviewDue(need, complete)).toBe(true)
      expect(isReviewDue(need, { ...complete, steps: [step] })).toBe(false)
      expect(isReviewDue(need, { ...complete, unsatisfiable: [short] })).toBe(false)
      expect(isReviewDue(requirementsFor(quiet), complete)).toBe(false)
    })

    test('a wizard that an older version began knows no review', () => {
      const { review: _, ...older } = noNeed
      expect(needSchema.parse(older)).toEqual(noNeed)
    })
  })

  test('T11: demanded anew, as soon as MFA is needed', () => {
    const facts = { ...quiet, mustReregister: true, hasUsableMfaMethod: true }
    expect(isEmptyNeed(requirementsFor(facts))).toBe(true)
    expect(requirementsFor({ ...facts, isMfaRequired: true })).toMatchObject({
      mfa: { because: ['reregistrationRequired'] },
      skip: 'never',
    })
  })

  test('several at once are united, and the strictest skip rule holds', () => {
    const need = requirementsFor({
      ...quiet,
      isMfaRequired: true,
      mustReregister: true,
      resetGates: 1,
      isResetRegistrationRequired: true,
    })
    expect(need).toMatchObject({
      mfa: { because: ['mfaRequired', 'reregistrationRequired'] },
      passwordReset: { because: ['mfaRequired', 'reregistrationRequired', 'passwordResetRegistration'] },
      skip: 'never',
    })
  })
})

describe('the product’s own methods under the default policies', () => {
  const subject = {
    userType: 'member' as const,
    guestType: null,
    groupIds: new Set<string>(),
    roleIds: new Set<string>(),
  }
  const input = {
    methodsPolicy: defaultMethodsPolicy,
    passwordResetPolicy: resetForEverybody,
    subject,
    registeredKinds: [],
    usableKinds: [],
    canCreatePasskey: true,
    hasBusinessPhone: false,
  } as const
  const need = requirementsFor({ ...quiet, isMfaRequired: true, resetGates: 1 })
  const planned = (more: Partial<Parameters<typeof planningFor>[0]>) => {
    const { allowed, registered, order } = planningFor({ ...input, ...more })
    return planRegistration(need, allowed, registered, order).steps.map((step) => [step.method, ...step.alternatives])
  }

  test('a new joiner makes a passkey, then confirms an email address', () => {
    expect(planned({})).toEqual([
      ['passkey', 'softwareOath'],
      ['email', 'softwareOath'],
    ])
  })

  test('in a browser that cannot make passkeys one app is enough', () => {
    expect(planned({ canCreatePasskey: false })).toEqual([['softwareOath']])
  })

  test('a pass ends no need', () => {
    const pass = ['temporaryAccessPass'] as const
    expect(planned({ registeredKinds: pass, usableKinds: pass })).toHaveLength(2)
  })

  /** R7, R10 and R12 of `20` §3, with the questions that the product has. */
  test('questions: last in the order, one method however many there are, and not for administrators', () => {
    const { methods } = defaultMethodsPolicy
    const on = { ...methods.securityQuestions, state: 'enabled' as const }
    const methodsPolicy = {
      ...defaultMethodsPolicy,
      wizardOrder: 'classic' as const,
      methods: { ...methods, securityQuestions: on },
    }
    const steps = (
      kinds: PasswordResetPolicy['allowedMethodKinds'],
      n: 1 | 2,
      more: Partial<Parameters<typeof planningFor>[0]> & { isMfaRequired?: boolean } = {},
    ) => {
      const { isMfaRequired = false, ...given } = more
      const passwordResetPolicy = { ...resetForEverybody, allowedMethodKinds: kinds }
      const planning = planningFor({ ...input, methodsPolicy, passwordResetPolicy, ...given })
      const asked = requirementsFor({ ...quiet, isMfaRequired, isResetRegistrationRequired: true, resetGates: n })
      return planRegistration(asked, planning.allowed, planning.registered, planning.order).steps.map(
        ({ method }) => method,
      )
    }
    const all = ['softwareOath', 'email', 'securityQuestions'] as const
    expect(steps([...all], 2, { isMfaRequired: true })).toEqual(['softwareOath', 'email'])
    expect(steps(['email', 'securityQuestions'], 2)).toEqual(['email', 'securityQuestions'])
    const administrator = { ...subject, roleIds: new Set(['any role']) }
    expect(steps(['securityQuestions'], 2, { subject: administrator })).toEqual(['softwareOath', 'email'])
    const answered = { registeredKinds: ['securityQuestions' as const], usableKinds: ['securityQuestions' as const] }
    expect(steps(['email', 'securityQuestions'], 2, answered)).toEqual(['email'])
    // Too few were answered: they take their place and count for nothing.
    expect(steps(['email', 'securityQuestions'], 1, { ...answered, usableKinds: [] })).toEqual(['email'])
  })

  test('a method that policy no longer allows does not count', () => {
    const methods = {
      ...defaultMethodsPolicy.methods,
      softwareOath: { ...defaultMethodsPolicy.methods.softwareOath, state: 'disabled' as const },
    }
    const app = ['softwareOath'] as const
    expect(planned({ registeredKinds: app, usableKinds: app })).toEqual([])
    expect(
      planned({ registeredKinds: app, usableKinds: app, methodsPolicy: { ...defaultMethodsPolicy, methods } }),
    ).toEqual([['passkey'], ['email']])
  })
})
