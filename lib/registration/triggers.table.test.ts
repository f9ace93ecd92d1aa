/** `20` §2, trigger by trigger, and §6, rule by rule: what fires, what is collected, and whether it may be put off. */
import { describe, expect, test } from 'vitest'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { limits } from '@/lib/limits'
import { type SkipRule, skipRules, type TriggerId, triggerIds } from './model'
import { graceDaysLeft, isEmptyNeed, type RegistrationFacts, requirementsFor } from './triggers'

/** Somebody with a second factor and nothing asked of them, who may reset their password with one method. */
const settled: RegistrationFacts = {
  isMfaRequired: false,
  hasUsableMfaMethod: true,
  unmetStrengths: [],
  mustReregister: false,
  isPerUserMfaOn: false,
  isMfaRegistrationAsked: false,
  graceDaysLeft: 14,
  resetGates: 1,
  isResetRegistrationRequired: false,
  reconfirmDays: 0,
  daysSinceConfirmation: null,
}
const newcomer: RegistrationFacts = { ...settled, hasUsableMfaMethod: false }

type Row = readonly [
  row: string,
  facts: RegistrationFacts,
  collects: readonly ('mfa' | 'passwordReset' | 'strength' | 'review')[],
  because: readonly TriggerId[],
  skip: SkipRule,
]

const rows: readonly Row[] = [
  [
    'T1: in scope, no second factor',
    { ...newcomer, isMfaRegistrationAsked: true },
    ['mfa', 'passwordReset'],
    ['mfaRegistrationPolicy'],
    'whileDaysLeft',
  ],
  [
    'T1: and not allowed to reset a password',
    { ...newcomer, isMfaRegistrationAsked: true, resetGates: 0 },
    ['mfa'],
    ['mfaRegistrationPolicy'],
    'whileDaysLeft',
  ],
  [
    'T1: the last day',
    { ...newcomer, isMfaRegistrationAsked: true, graceDaysLeft: 1 },
    ['mfa', 'passwordReset'],
    ['mfaRegistrationPolicy'],
    'whileDaysLeft',
  ],
  [
    'T1: the days are over',
    { ...newcomer, isMfaRegistrationAsked: true, graceDaysLeft: 0 },
    ['mfa', 'passwordReset'],
    ['mfaRegistrationPolicy'],
    'never',
  ],
  [
    'T1: in the days, and the sign-in itself needs MFA',
    { ...newcomer, isMfaRegistrationAsked: true, isMfaRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRequired', 'mfaRegistrationPolicy'],
    'never',
  ],
  ['T1: in scope with a second factor', { ...settled, isMfaRegistrationAsked: true }, [], [], 'untilNextSignIn'],
  ['T1: not in scope', newcomer, [], [], 'untilNextSignIn'],
  [
    'T2: per-user MFA, no second factor',
    { ...newcomer, isPerUserMfaOn: true, isMfaRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRequired', 'perUserMfa'],
    'never',
  ],
  [
    'T2: per-user MFA with a second factor',
    { ...settled, isPerUserMfaOn: true, isMfaRequired: true },
    [],
    [],
    'untilNextSignIn',
  ],
  [
    'T3: a resource needs MFA',
    { ...newcomer, isMfaRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRequired'],
    'never',
  ],
  [
    'T4: a strength that nothing registered meets',
    { ...settled, unmetStrengths: builtInStrengths.slice(2) },
    ['strength'],
    ['strengthRequired'],
    'never',
  ],
  [
    'T5: fewer methods for reset than needed',
    { ...settled, isResetRegistrationRequired: true },
    ['passwordReset'],
    ['passwordResetRegistration'],
    'untilNextSignIn',
  ],
  [
    'T5: not in the scope of reset',
    { ...settled, isResetRegistrationRequired: true, resetGates: 0 },
    [],
    [],
    'untilNextSignIn',
  ],
  [
    'T6: the interval is over',
    { ...settled, isResetRegistrationRequired: true, reconfirmDays: 90, daysSinceConfirmation: 90 },
    ['passwordReset', 'review'],
    ['passwordResetRegistration', 'confirmationDue'],
    'untilNextSignIn',
  ],
  // What was registered and is no longer allowed is no usable method: to the triggers, as if it were not there.
  [
    'T10: the only method was switched off, and the sign-in needs MFA',
    { ...newcomer, isMfaRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRequired'],
    'never',
  ],
  ['T10: the only method was switched off, and nothing needs MFA', newcomer, [], [], 'untilNextSignIn'],
  [
    'T11: demanded anew, where MFA is needed',
    { ...newcomer, mustReregister: true, isMfaRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRequired', 'reregistrationRequired'],
    'never',
  ],
  [
    'T11: demanded anew, as T1 while days are left',
    { ...newcomer, mustReregister: true, isMfaRegistrationAsked: true },
    ['mfa', 'passwordReset'],
    ['mfaRegistrationPolicy'],
    'whileDaysLeft',
  ],
  ['T11: demanded anew, and nothing needs MFA', { ...settled, mustReregister: true }, [], [], 'untilNextSignIn'],
  [
    'several: T1 while days are left and T5',
    { ...newcomer, isMfaRegistrationAsked: true, isResetRegistrationRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRegistrationPolicy', 'passwordResetRegistration'],
    'whileDaysLeft',
  ],
  [
    'several: T1 with its days over and T5',
    { ...newcomer, isMfaRegistrationAsked: true, graceDaysLeft: 0, isResetRegistrationRequired: true },
    ['mfa', 'passwordReset'],
    ['mfaRegistrationPolicy', 'passwordResetRegistration'],
    'never',
  ],
  [
    'several: T4, T2 and T1',
    {
      ...newcomer,
      unmetStrengths: builtInStrengths.slice(2),
      isPerUserMfaOn: true,
      isMfaRequired: true,
      isMfaRegistrationAsked: true,
    },
    ['mfa', 'passwordReset', 'strength'],
    ['strengthRequired', 'mfaRequired', 'perUserMfa', 'mfaRegistrationPolicy'],
    'never',
  ],
]

describe('20 §2: triggers', () => {
  test.each(rows)('%s', (_, facts, collects, because, skip) => {
    const need = requirementsFor(facts)
    expect({
      mfa: need.mfa !== null,
      passwordReset: need.passwordReset !== null,
      strength: need.strengths.length > 0,
      review: need.review !== null,
    }).toEqual({
      mfa: collects.includes('mfa'),
      passwordReset: collects.includes('passwordReset'),
      strength: collects.includes('strength'),
      review: collects.includes('review'),
    })
    const reasons = [need.mfa, need.passwordReset, need.review, ...need.strengths].flatMap(
      (part) => part?.because ?? [],
    )
    expect(new Set(reasons)).toEqual(new Set(because))
    expect(need.skip).toBe(skip)
    expect(isEmptyNeed(need)).toBe(collects.length === 0)
  })

  test('their order is the priority: T4, T3 (and T11), T2, T1, T5, T6, and T7 by itself', () => {
    expect(triggerIds).toEqual([
      'strengthRequired',
      'mfaRequired',
      'reregistrationRequired',
      'perUserMfa',
      'mfaRegistrationPolicy',
      'passwordResetRegistration',
      'confirmationDue',
      'registrationCampaign',
    ])
  })
})

describe('20 §6: putting off', () => {
  test('the rules from the strictest to the mildest', () => {
    expect(skipRules).toEqual(['never', 'whileDaysLeft', 'snooze', 'untilNextSignIn'])
  })

  test('only the days of T1 are counted for the person', () => {
    const asked = { ...newcomer, isMfaRegistrationAsked: true, graceDaysLeft: 9 }
    expect(requirementsFor(asked).skipsLeft).toBe(9)
    expect(requirementsFor({ ...asked, graceDaysLeft: 0 }).skipsLeft).toBeNull()
    expect(requirementsFor({ ...asked, isMfaRequired: true }).skipsLeft).toBeNull()
    expect(requirementsFor({ ...settled, isResetRegistrationRequired: true }).skipsLeft).toBeNull()
  })

  const day = 86_400_000
  const since = new Date('2026-03-01T00:00:00Z')
  const prompted = new Date('2026-03-02T09:00:00Z')
  test.each([
    ['never asked', null, 0, 14],
    ['at the first prompt', prompted, 0, 14],
    ['a moment later', prompted, 1, 14],
    ['a day later to the instant', prompted, day, 13],
    ['a day and a moment later', prompted, day + 1, 13],
    ['a moment before the end', prompted, 14 * day - 1, 1],
    ['at the end', prompted, 14 * day, 0],
    ['long after', prompted, 900 * day, 0],
    ['asked before the policy was switched on again', new Date(since.getTime() - 1), 900 * day, 14],
    [
      'asked in the instant in which it was switched on',
      since,
      14 * day - 1 - (prompted.getTime() - since.getTime()),
      1,
    ],
    ['asked by a clock that was ahead', new Date(prompted.getTime() + 3 * day), 0, 14],
  ] as const)('days left: %s', (_, promptedAt, later, left) => {
    const at = new Date(prompted.getTime() + later)
    expect(graceDaysLeft(promptedAt, since.toISOString(), at)).toBe(left)
  })

  test('a policy that is off counts nothing, and there are fourteen days', () => {
    expect(graceDaysLeft(prompted, null, new Date(prompted.getTime() + 900 * day))).toBe(14)
    expect(limits.registration).toEqual({ graceDays: 14, snoozesMax: 3, snoozeDaysMax: 14 })
  })
})
