import { limits } from '@/lib/limits'

/**
 * When a mail server or gateway fails again and again, it is left alone for a while, then asked once. Values in,
 * values out; the sender keeps one per channel.
 *
 * @see REL-033
 */
export type Breaker =
  | { readonly mode: 'closed'; readonly failuresInRow: number; readonly recent: readonly boolean[] }
  | { readonly mode: 'open'; readonly until: Date }
  /** One probe is on its way. */
  | { readonly mode: 'probing' }

export const closedBreaker: Breaker = { mode: 'closed', failuresInRow: 0, recent: [] }

/** How many calls may begin now: as many as one likes, one probe, or none. */
export function callsAllowed(breaker: Breaker, now: Date): 'any' | 'one' | 'none' {
  if (breaker.mode === 'closed') return 'any'
  return breaker.mode === 'open' && now >= breaker.until ? 'one' : 'none'
}

/** The state when a call begins. */
export function beginCall(breaker: Breaker): Breaker {
  return breaker.mode === 'open' ? { mode: 'probing' } : breaker
}

/**
 * The state after a call ended. Five failures in a row, or more than half of the last twenty, open it for thirty
 * seconds; a probe that succeeds closes it. Calls that had begun before it opened no longer count.
 */
export function endCall(breaker: Breaker, succeeded: boolean, now: Date): Breaker {
  if (breaker.mode === 'open') return breaker
  if (breaker.mode === 'probing') return succeeded ? closedBreaker : open(now)
  const { failuresInRow: failuresMax, recentCalls, failureShare } = limits.circuitBreaker
  const recent = [...breaker.recent, succeeded].slice(-recentCalls)
  const failuresInRow = succeeded ? 0 : breaker.failuresInRow + 1
  const failures = recent.filter((one) => !one).length
  const isMostlyFailing = recent.length === recentCalls && failures > recentCalls * failureShare
  return failuresInRow >= failuresMax || isMostlyFailing ? open(now) : { mode: 'closed', failuresInRow, recent }
}

function open(now: Date): Breaker {
  return { mode: 'open', until: new Date(now.getTime() + limits.circuitBreaker.openSeconds * 1000) }
}
