import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ImpactCount,
  type ImpactOutcome,
  impactOf,
  impactOutcomes,
  impactStart,
  impactWindows,
  sumOf,
} from './policy-impact'

const now = new Date('2026-11-22T09:41:07.250Z')
const counted = (given: Partial<ImpactCount>): ImpactCount => ({
  hour: new Date('2026-11-22T09:00:00Z'),
  isRegistration: true,
  isReportOnly: false,
  outcome: 'success',
  reason: '',
  count: 1,
  ...given,
})

describe('the window', () => {
  it.each([
    ['day', '2026-11-21T10:00:00.000Z', 24],
    ['week', '2026-11-16T00:00:00.000Z', 7],
    ['month', '2026-10-24T00:00:00.000Z', 30],
  ] as const)('of a %s begins at %s and has %i bars, of which the last is now', (window, start, count) => {
    const { bars } = impactOf([], window, now)
    expect(impactStart(window, now).toISOString()).toBe(start)
    expect(bars).toHaveLength(count)
    expect(bars[0]?.startsAt.toISOString()).toBe(start)
    expect(bars.at(-1)?.startsAt.getTime()).toBeLessThanOrEqual(now.getTime())
  })
})

describe('impact', () => {
  it('puts an hour where it belongs, and tells what was only reported', () => {
    const impact = impactOf(
      [
        counted({ count: 2 }),
        counted({ outcome: 'failure', isReportOnly: true, count: 3 }),
        counted({ hour: new Date('2026-11-21T10:00:00Z'), outcome: 'notApplied', reason: 'location', count: 4 }),
        counted({ hour: new Date('2026-11-21T09:00:00Z'), count: 100 }),
      ],
      'day',
      now,
    )
    expect(impact.bars[23]?.counts).toEqual({ success: 2, failure: 3, actionRequired: 0, notApplied: 0 })
    expect(impact.bars[0]?.counts.notApplied).toBe(4)
    expect(impact.totals).toEqual({ success: 2, failure: 3, actionRequired: 0, notApplied: 4 })
    expect(impact.reportedOnly).toEqual({ success: 0, failure: 3, actionRequired: 0, notApplied: 0 })
    expect(impact.reasons).toEqual([{ reason: 'location', count: 4 }])
  })

  it('loses and invents nothing: the bars together are the totals', () => {
    const hour = fc.integer({ min: -24 * 40, max: 24 }).map((hours) => {
      const at = Math.floor(now.getTime() / 3_600_000) + hours
      return new Date(at * 3_600_000)
    })
    const count = fc.record({
      hour,
      isRegistration: fc.boolean(),
      isReportOnly: fc.boolean(),
      outcome: fc.constantFrom<ImpactOutcome>(...impactOutcomes),
      reason: fc.constantFrom('', 'users', 'location'),
      count: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(count), fc.constantFrom(...impactWindows), (counts, window) => {
        const { bars, totals } = impactOf(counts, window, now)
        const start = impactStart(window, now)
        const end = new Date((bars.at(-1)?.startsAt.getTime() ?? 0) + (window === 'day' ? 3_600_000 : 86_400_000))
        const inside = counts.filter((each) => each.hour >= start && each.hour < end)
        expect(sumOf(totals)).toBe(inside.reduce((sum, each) => sum + each.count, 0))
        for (const outcome of impactOutcomes)
          expect(bars.reduce((sum, bar) => sum + bar.counts[outcome], 0)).toBe(totals[outcome])
      }),
    )
  })
})
