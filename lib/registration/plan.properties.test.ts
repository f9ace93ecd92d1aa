import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wizardOrders } from '@/lib/authentication-methods/catalogue'
import { authenticationMethodModes } from '@/lib/authentication-methods/model'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { type Need, noNeed, type PlannableMethod } from './model'
import { planRegistration, unmet } from './plan'

const family = fc.constantFrom('passkey', 'app', 'phone', 'email', 'other')
const method = (id: string): fc.Arbitrary<PlannableMethod> =>
  fc.record({
    id: fc.constant(id),
    family,
    resetGroup: family,
    countsForMfa: fc.boolean(),
    countsForReset: fc.boolean(),
    modes: fc.subarray([...authenticationMethodModes], { maxLength: 2 }),
    rank: fc.record({ classic: fc.nat(9), passkeyFirst: fc.nat(9) }),
    isPasskey: fc.boolean(),
  })
const all = fc.tuple(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(method))
const situation = all.chain((methods) =>
  fc.record({
    allowed: fc.subarray(methods),
    registered: fc.subarray(methods),
    order: fc.constantFrom(...wizardOrders),
    need: fc.record<Need>({
      mfa: fc.option(fc.constant({ because: ['mfaRequired' as const] })),
      passwordReset: fc.option(
        fc.record({
          methodsRequired: fc.constantFrom(1 as const, 2 as const),
          because: fc.constant(['passwordResetRegistration' as const]),
        }),
      ),
      strengths: fc.subarray(
        builtInStrengths.map(({ id, allowedCombinations }) => ({
          id,
          allowedCombinations: [...allowedCombinations],
          because: ['strengthRequired' as const],
        })),
      ),
      review: fc.option(fc.constant({ because: ['confirmationDue' as const] })),
      campaign: fc.constant(null),
      skip: fc.constant('never' as const),
      skipsLeft: fc.constant(null),
    }),
  }),
)

const isMet = (missing: ReturnType<typeof unmet>) =>
  missing.mfa === 0 && missing.passwordReset === 0 && missing.strengths.length === 0

test('a plan is complete exactly when registering everything allowed would meet the need', () => {
  fc.assert(
    fc.property(situation, ({ need, allowed, registered, order }) => {
      const { unsatisfiable } = planRegistration(need, allowed, registered, order)
      // One mode of a combination at a time brings nothing nearer, so "everything" is taken method by method.
      const steppable = need.strengths.every(
        (strength) =>
          isMet(unmet({ ...need, mfa: null, passwordReset: null, strengths: [strength] }, registered)) ||
          !isMet(
            unmet({ ...need, mfa: null, passwordReset: null, strengths: [strength] }, [...registered, ...allowed]),
          ) ||
          allowed.some((one) =>
            isMet(unmet({ ...need, mfa: null, passwordReset: null, strengths: [strength] }, [...registered, one])),
          ),
      )
      fc.pre(steppable)
      expect(unsatisfiable.length === 0).toBe(isMet(unmet(need, [...registered, ...allowed])))
    }),
  )
})

test('after registering the steps of a complete plan nothing is needed', () => {
  fc.assert(
    fc.property(situation, ({ need, allowed, registered, order }) => {
      const { steps, unsatisfiable } = planRegistration(need, allowed, registered, order)
      const added = allowed.filter(({ id }) => steps.some((step) => step.method === id))
      expect(added.length).toBe(steps.length)
      if (unsatisfiable.length > 0) return
      expect(isMet(unmet(need, [...registered, ...added]))).toBe(true)
      expect(planRegistration(need, allowed, [...registered, ...added], order).steps).toEqual([])
    }),
  )
})

test('a plan and its alternatives name only what is allowed and not registered, and every step serves something', () => {
  fc.assert(
    fc.property(situation, ({ need, allowed, registered, order }) => {
      for (const step of planRegistration(need, allowed, registered, order).steps) {
        expect(step.serves.length).toBeGreaterThan(0)
        expect(step.because.length).toBeGreaterThan(0)
        for (const id of [step.method, ...step.alternatives]) {
          expect(allowed.some((one) => one.id === id)).toBe(true)
          expect(registered.some((one) => one.id === id)).toBe(false)
        }
        expect(step.alternatives).not.toContain(step.method)
      }
    }),
  )
})

test('the order of the inputs changes nothing', () => {
  fc.assert(
    fc.property(situation, ({ need, allowed, registered, order }) => {
      expect(planRegistration(need, [...allowed].reverse(), [...registered].reverse(), order)).toEqual(
        planRegistration(need, allowed, registered, order),
      )
    }),
  )
})

test('whichever alternative is chosen first, the need can still be met', () => {
  fc.assert(
    fc.property(situation, ({ need, allowed, registered, order }) => {
      fc.pre(need.strengths.length === 0)
      const { steps, unsatisfiable } = planRegistration(need, allowed, registered, order)
      fc.pre(unsatisfiable.length === 0)
      for (const id of steps[0]?.alternatives ?? []) {
        const chosen = allowed.filter((one) => one.id === id)
        expect(planRegistration(need, allowed, [...registered, ...chosen], order).unsatisfiable).toEqual([])
      }
    }),
  )
})

test('a campaign asks for exactly its own method, once, while it may be registered, and never keeps anybody out', () => {
  const method = fc.constantFrom('a' as const, 'g' as const)
  fc.assert(
    fc.property(situation, method, ({ allowed, registered, order }, wanted) => {
      // Ids are all the planner compares: any method may stand for the one that a campaign names.
      const campaign = { method: wanted as never, snoozeDays: 1, because: ['registrationCampaign' as const] }
      const { steps, unsatisfiable } = planRegistration({ ...noNeed, campaign }, allowed, registered, order)
      const isOpen = allowed.some(({ id }) => id === wanted) && !registered.some(({ id }) => id === wanted)
      expect(steps).toEqual(
        isOpen ? [{ method: wanted, serves: ['campaign'], because: ['registrationCampaign'], alternatives: [] }] : [],
      )
      expect(unsatisfiable).toEqual([])
    }),
  )
})

test('one more method allowed never makes a plan that was possible impossible', () => {
  fc.assert(
    fc.property(situation, method('extra'), ({ need, allowed, registered, order }, extra) => {
      fc.pre(planRegistration(need, allowed, registered, order).unsatisfiable.length === 0)
      fc.pre(need.strengths.length === 0)
      expect(planRegistration(need, [...allowed, extra], registered, order).unsatisfiable).toEqual([])
    }),
  )
})
