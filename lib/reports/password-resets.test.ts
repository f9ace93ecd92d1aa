import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasMessage } from '@/lib/i18n'
import { findingCodes } from '@/lib/password/model'
import { auditReason } from '@/lib/password-change/candidate'
import { resetRefusals } from '@/lib/password-reset/model'
import {
  adviceFor,
  adviceKinds,
  isExplained,
  resetEventOutcomes,
  sumOfUsage,
  type UsageCount,
  usageOf,
  usageSeries,
} from './password-resets'
import { reportWindows, windowBars, windowStart } from './report-window'

const now = new Date('2026-11-29T10:20:00Z')
const aCount: fc.Arbitrary<UsageCount> = fc.record({
  startsAt: fc.date({ min: new Date('2026-10-01T00:00:00Z'), max: now, noInvalidDate: true }),
  outcome: fc.constantFrom(...resetEventOutcomes),
  purpose: fc.constantFrom(null, 'reset' as const, 'unlock' as const),
  count: fc.integer({ min: 0, max: 500 }),
})

describe('usage of password reset', () => {
  it('counts each within the window once, in one bar, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(aCount), fc.constantFrom(...reportWindows), (counts, window) => {
        const usage = usageOf(counts, window, now)
        const within = counts.filter(({ startsAt }) => startsAt >= windowStart(window, now))
        expect(usage.bars).toHaveLength(windowBars[window].count)
        const total = within.reduce((sum, { count }) => sum + count, 0)
        expect(sumOfUsage(usage.totals) + usage.underWay).toBe(total)
        for (const series of usageSeries)
          expect(usage.bars.reduce((sum, bar) => sum + bar.counts[series], 0)).toBe(usage.totals[series])
      }),
    )
  })

  it('tells new passwords from unlocked accounts', () => {
    const at = (outcome: UsageCount['outcome'], purpose: UsageCount['purpose'], count: number) => ({
      startsAt: now,
      outcome,
      purpose,
      count,
    })
    const usage = usageOf(
      [at('done', 'reset', 3), at('done', 'unlock', 2), at('refused', 'unlock', 5), at('open', null, 7)],
      'day',
      now,
    )
    expect(usage.totals).toEqual({ reset: 3, unlock: 2, refused: 5, locked: 0, abandoned: 0 })
    expect(usage.underWay).toBe(7)
    expect(usage.bars.at(-1)?.counts.reset).toBe(3)
  })
})

describe('what whoever is called can do', () => {
  it.each([
    ['done', null, 'ana@harbor.example', 'none'],
    ['refused', 'account_unknown', null, 'unknown'],
    ['locked', 'too_many_attempts', 'ana@harbor.example', 'wait'],
    ['refused', 'SSPR_0013', 'ana@harbor.example', 'settings'],
    ['refused', 'SSPR_0010', 'ana@harbor.example', 'directory'],
    ['abandoned', 'directory_refused', 'ana@harbor.example', 'directory'],
    ['refused', 'SSPR_0014', 'ana@harbor.example', 'methods'],
    ['refused', 'account_disabled', 'ana@harbor.example', 'accountOff'],
    ['refused', 'guest_of_other_organisation', 'ana@harbor.example', 'passwordElsewhere'],
    ['refused', 'no_password', 'ana@harbor.example', 'passwordElsewhere'],
    ['refused', 'policy_blocked', 'ana@harbor.example', 'policy'],
    ['refused', 'policy_needs_more', 'ana@harbor.example', 'policy'],
    ['abandoned', 'password_reset.code_mismatch', 'ana@harbor.example', 'retry'],
    ['open', null, 'ana@harbor.example', 'retry'],
  ] as const)('%s, %s', (outcome, reason, userPrincipalName, advice) => {
    expect(adviceFor({ outcome, reason, userPrincipalName })).toBe(advice)
  })

  it('every refusal of a reset and every advice has its sentence', () => {
    const failures = ['registration.too_many_codes', 'registration.texts_paused', 'password.changed_meanwhile']
    const findings = findingCodes.map((code) =>
      auditReason({ kind: 'invalid', code: 'password.not_acceptable', details: { findings: code } }),
    )
    for (const refusal of [...resetRefusals, ...failures, ...findings]) {
      expect(isExplained(refusal), refusal).toBe(true)
      expect(hasMessage(`resetUsage.why.${refusal}`), refusal).toBe(true)
    }
    for (const advice of adviceKinds) expect(hasMessage(`resetUsage.event.advice.${advice}`), advice).toBe(true)
  })
})
