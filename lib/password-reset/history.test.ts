import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { historyChange, type NotedStep } from './history'
import { resetRefusals, resetWays } from './model'

const progress = (outcome: 'success' | 'failure', reason?: string, way?: string): NotedStep => ({
  activity: 'passwordResetProgress',
  outcome,
  reason,
  way,
})

describe('what a step means for the line of its reset', () => {
  it.each<[number, string, NotedStep, object]>([
    [1, 'it began', { activity: 'startedPasswordReset', outcome: 'success' }, {}],
    [2, 'the account was found', progress('success', 'identified'), {}],
    [3, 'a purpose was chosen', progress('success', 'chose_unlock'), { purpose: 'unlock' }],
    [4, 'a code was sent', progress('success', 'sent', 'sms'), {}],
    [5, 'a gate was opened', progress('success', 'gate_1', 'sms'), { provenWay: 'sms' }],
    [
      6,
      'a wrong code',
      progress('failure', 'password_reset.code_mismatch', 'oath'),
      { failedWay: 'oath', reason: 'password_reset.code_mismatch' },
    ],
    [7, 'nothing was sent to a wrong number', progress('failure', 'no_such_gate', 'sms'), { reason: 'no_such_gate' }],
    [
      8,
      'a budget of messages was spent',
      progress('failure', 'registration.too_many_codes', 'sms'),
      { reason: 'registration.too_many_codes' },
    ],
    [9, 'too few methods', progress('failure', 'SSPR_0014'), { outcome: 'refused', reason: 'SSPR_0014' }],
    [10, 'a policy blocked', progress('failure', 'policy_blocked'), { outcome: 'refused', reason: 'policy_blocked' }],
    [
      11,
      'too many attempts',
      { activity: 'passwordResetBlocked', outcome: 'failure', reason: 'too_many_attempts' },
      { outcome: 'locked', reason: 'too_many_attempts' },
    ],
    [
      12,
      'a bad new password',
      { activity: 'passwordReset', outcome: 'failure', reason: 'FuzzyPolicyViolationInvalidPassword' },
      { reason: 'FuzzyPolicyViolationInvalidPassword' },
    ],
    [
      13,
      'the directory refused',
      { activity: 'passwordReset', outcome: 'failure', reason: 'directory_refused' },
      { reason: 'directory_refused' },
    ],
    [
      14,
      'the directory never answered',
      { activity: 'passwordReset', outcome: 'failure', reason: 'outcome_unknown' },
      { outcome: 'refused', reason: 'outcome_unknown' },
    ],
    [15, 'a new password', { activity: 'passwordReset', outcome: 'success' }, { outcome: 'done', purpose: 'reset' }],
    [16, 'unlocked', { activity: 'accountUnlocked', outcome: 'success' }, { outcome: 'done', purpose: 'unlock' }],
    [17, 'help was asked for', { activity: 'helpAsked', outcome: 'failure' }, { isHelpAsked: true }],
  ])('%i: %s', (_, __, step, expected) => {
    expect(historyChange(step)).toEqual(expected)
  })

  it('only success makes it done, and no progress does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'passwordResetProgress',
          'passwordReset',
          'accountUnlocked',
          'passwordResetBlocked',
          'helpAsked',
        ),
        fc.constantFrom('success' as const, 'failure' as const),
        fc.option(fc.constantFrom(...resetRefusals, 'password_reset.code_mismatch', 'gate_1', 'chose_reset'), {
          nil: undefined,
        }),
        fc.option(fc.constantFrom(...resetWays), { nil: undefined }),
        (activity, outcome, reason, way) => {
          const isEnd = outcome === 'success' && (activity === 'passwordReset' || activity === 'accountUnlocked')
          expect(historyChange({ activity, outcome, reason, way }).outcome === 'done').toBe(isEnd)
        },
      ),
    )
  })
})
