import { limits } from '@/lib/limits'

/**
 * When text messages look like pumping: somebody makes them go to numbers that earn money, and nobody ever types the
 * codes. Neighbouring numbers that nobody confirms stop their range; mostly unconfirmed messages of any numbers stop all.
 *
 * @see SEC-066
 */

/** The digits that neighbouring numbers share. `number` is E.164. */
export function prefixOf(number: string): string {
  return number.slice(1, 1 + limits.pumping.prefixDigits)
}

/** Whether the operator has declared this range to be the organisation's own. `ranges` are digits without the `+`. */
export function isExempt(number: string, ranges: readonly string[]): boolean {
  return ranges.some((range) => number.startsWith(range, 1))
}

/** `numbers`: different ones of one prefix in the window, the one that is asked for included. */
export function stopsPrefix({ numbers, confirmed }: { numbers: number; confirmed: number }): boolean {
  const { numbersPerPrefix, confirmedShare } = limits.pumping
  return numbers > numbersPerPrefix && confirmed < numbers * confirmedShare
}

/** `sends`: the last ones, as many as are looked at; fewer say nothing yet. */
export function stopsAll({ sends, confirmed }: { sends: number; confirmed: number }): boolean {
  const { recentSends, confirmedShare } = limits.pumping
  return sends >= recentSends && sends - confirmed > sends * (1 - confirmedShare)
}
