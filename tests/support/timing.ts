/** Whether a stopwatch tells two kinds of answers apart. @see SEC-191 */

const at = (sorted: readonly number[], share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
export const quantiles = (sample: readonly number[]) => {
  const sorted = sample.toSorted((one, other) => one - other)
  return { median: at(sorted, 0.5), p10: at(sorted, 0.1), p90: at(sorted, 0.9) }
}

/** How often a draw of the one is above a draw of the other: a half where they are the same. */
function chanceAbove(one: readonly number[], other: readonly number[]): number {
  const wins = one.flatMap((left) => other.map((right) => (left > right ? 1 : left === right ? 0.5 : 0)))
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length
}

/**
 * Whether two samples overlap: their medians differ by less than the larger of 5 ms and 5 %, and somebody who has one time
 * of each guesses which is which hardly better than by a coin. Empty where they do, else what differs.
 */
export function timeDifference(one: readonly number[], other: readonly number[]): string {
  const [left, right] = [quantiles(one).median, quantiles(other).median]
  const allowed = Math.max(5, 0.05 * Math.min(left, right))
  const chance = chanceAbove(one, other)
  if (Math.abs(left - right) >= allowed) return `medians ${left.toFixed(1)} and ${right.toFixed(1)} ms`
  return chance < 0.25 || chance > 0.75 ? `one is above the other in ${(chance * 100).toFixed(0)} of 100` : ''
}
