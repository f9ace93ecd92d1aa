import { describe, expect, it } from 'vitest'
import type { TermsForPerson } from './model'
import { isAccepted, termsFacts } from './standing'

const at = new Date('2026-03-01T12:00:00Z')
const daysAgo = (days: number) => new Date(at.getTime() - days * 86_400_000)
const terms = (given: Partial<TermsForPerson> = {}): TermsForPerson => ({
  id: 'terms',
  acceptedFromVersion: 2,
  asksAgainDays: null,
  accepted: { textVersion: 2, at: daysAgo(400) },
  ...given,
})

describe('an acceptance', () => {
  it.each<[string, Partial<TermsForPerson>, boolean]>([
    ['of the present text counts for good', {}, true],
    ['that was never given does not', { accepted: null }, false],
    ['of an earlier text does not', { accepted: { textVersion: 1, at } }, false],
    ['of a text before one that asks nobody again does', { accepted: { textVersion: 3, at } }, true],
    ['counts to the last moment', { asksAgainDays: 1, accepted: { textVersion: 2, at: daysAgo(0.9999) } }, true],
    ['and not after so many days', { asksAgainDays: 1, accepted: { textVersion: 2, at: daysAgo(1) } }, false],
    ['from a clock a little ahead counts', { accepted: { textVersion: 2, at: new Date(at.getTime() + 30_000) } }, true],
    ['from tomorrow does not', { accepted: { textVersion: 2, at: daysAgo(-1) } }, false],
  ])('%s', (_title, given, expected) => {
    expect(isAccepted(terms(given), at)).toBe(expected)
  })

  it('reaches the engine by its id, beside all that can be shown', () => {
    const both = [terms(), terms({ id: 'other', accepted: null })]
    expect(termsFacts(both, at)).toEqual({ acceptedTerms: ['terms'], offeredTerms: ['terms', 'other'] })
  })
})
