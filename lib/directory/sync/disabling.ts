/**
 * Whether a run may take away what it found to be gone.
 *
 * A wrong base, a filter that lost a bracket, or a server that shows half of its tree look like many people leaving at
 * once. So a run that would take away more than the connector's share takes away nothing and says whom it would have
 * concerned; somebody may then allow exactly that, once.
 */

/** How many of `total` may go in one run: the share, and one at least, unless the share is nothing. */
export function allowance(total: number, percent: number, atLeast = 1): number {
  if (percent <= 0) return 0
  return Math.max(Math.min(atLeast, total), Math.floor((total * Math.min(percent, 100)) / 100))
}

/** Whether so many go at once as nobody allowed: `allowed` of `going` somebody has seen and let go. */
export function isHeld(input: {
  readonly going: number
  readonly allowed: number
  readonly total: number
  readonly percent: number
  readonly atLeast?: number
}): boolean {
  const unseen = input.going - Math.min(input.allowed, input.going)
  return unseen > allowance(input.total, input.percent, input.atLeast)
}

/**
 * Those who stay although the directory says they should go: disabling them would leave nobody who can administer the
 * installation. `administrators`: ids of everybody with an enabled account and the highest role. @see SEC-253
 */
export function lastAdministrators(going: ReadonlySet<string>, administrators: readonly string[]): readonly string[] {
  return administrators.some((id) => !going.has(id)) ? [] : administrators
}
