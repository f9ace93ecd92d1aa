import { describe, expect, it } from 'vitest'
import { timeDifference } from '@/tests/support/timing'

describe('the judgement', () => {
  const sample = (shift: number) => Array.from({ length: 30 }, (_, index) => 400 + shift + (index % 10))
  it('takes samples that overlap, and none that do not', () => {
    expect(timeDifference(sample(0), sample(0))).toBe('')
    expect(timeDifference(sample(0), sample(1))).toBe('')
    expect(timeDifference(sample(0), sample(9))).toMatch(/above/)
    expect(timeDifference(sample(0), sample(25))).toMatch(/medians/)
  })
})
