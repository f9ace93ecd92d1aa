import { describe, expect, test } from 'vitest'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { resetForEverybody } from '@/tests/support/builders'
import { type Need, noNeed } from './model'
import { planRegistration } from './plan'
import { planningFor } from './plannable'

/** Phones in the wizard: `10` §1 (in the wizard or not) and `20` §3 rule 4 (two phones are two ways back in). */

const { methods } = defaultMethodsPolicy
const off = { state: 'disabled' as const }
const voice = { ...methods.voice, state: 'enabled' as const, isOfficePhoneAllowed: true }
const methodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...methods,
    passkey: { ...methods.passkey, ...off },
    softwareOath: { ...methods.softwareOath, ...off },
    hardwareOath: { ...methods.hardwareOath, ...off },
    email: { ...methods.email, ...off },
    voice,
  },
}
const subject = {
  userType: 'member' as const,
  guestType: null,
  groupIds: new Set<string>(),
  roleIds: new Set<string>(),
}
const because = ['passwordResetRegistration' as const]

function plan(methodsRequired: 1 | 2, have: readonly MethodKind[], hasBusinessPhone: boolean) {
  const { allowed, registered, order } = planningFor({
    ...{ methodsPolicy, passwordResetPolicy: resetForEverybody, subject },
    ...{ registeredKinds: have, usableKinds: have, canCreatePasskey: true, hasBusinessPhone },
  })
  const need: Need = { ...noNeed, passwordReset: { methodsRequired, because } }
  const { steps, unsatisfiable } = planRegistration(need, allowed, registered, order)
  return { steps: steps.map(({ method }) => method), missing: unsatisfiable.length }
}

describe('phones in the wizard', () => {
  test.each([
    ['mobile, then office, where the organisation knows of one', 2, [], true, ['mobilePhone', 'officePhone'], 0],
    ['no office phone without a business phone', 2, [], false, ['mobilePhone'], 1],
    ['office beside a mobile phone makes two', 2, ['mobilePhone', 'officePhone'], true, [], 0],
    [
      'an alternate phone is never asked for and counts for nothing',
      2,
      ['mobilePhone', 'alternateMobilePhone'],
      false,
      [],
      1,
    ],
    ['one phone is enough for one', 1, ['officePhone'], true, [], 0],
  ] as const)('%s', (_, required, have, hasBusinessPhone, steps, missing) => {
    expect(plan(required, have, hasBusinessPhone)).toEqual({ steps, missing })
  })
})
