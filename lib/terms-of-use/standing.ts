import type { TermsForPerson } from './model'

/** Instances may differ by a moment; an acceptance from further ahead than this is not believed. */
const skewMillisecondsMax = 60_000

/**
 * Whether what somebody accepted still counts: a text that is recent enough for the organisation, and, where it asks
 * again after some days, not longer ago than that.
 */
export function isAccepted({ accepted, acceptedFromVersion, asksAgainDays }: TermsForPerson, at: Date): boolean {
  if (accepted === null || accepted.textVersion < acceptedFromVersion) return false
  const age = at.getTime() - accepted.at.getTime()
  return age >= -skewMillisecondsMax && (asksAgainDays === null || age < asksAgainDays * 86_400_000)
}

/** What the engine is told: which terms this person has accepted, and which can be shown at all. */
export function termsFacts(terms: readonly TermsForPerson[], at: Date) {
  return {
    acceptedTerms: terms.filter((each) => isAccepted(each, at)).map(({ id }) => id),
    offeredTerms: terms.map(({ id }) => id),
  }
}
