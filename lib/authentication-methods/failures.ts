/**
 * What consecutive failures of one method lead to: a wait that doubles, and in the end the method is disabled.
 *
 * Counted in the method's row over all ways of use, so neither a new session nor a restart gives new tries. A success sets
 * the count to zero.
 *
 * @see NIST SP 800-63B-4 §3.2.2; SEC-055
 */
import { limits } from '@/lib/limits'

export type FailureState = {
  readonly consecutiveFailures: number
  readonly blockedUntil: Date | null
  readonly disabledAt: Date | null
}

export type Attempt =
  | { readonly may: true }
  | { readonly may: false; readonly reason: 'blocked'; readonly retryAfterSeconds: number }
  | { readonly may: false; readonly reason: 'disabled' }

/** Whether the method may be tried now. A try that may not be made is not counted either. */
export function mayTry(state: FailureState, now: Date): Attempt {
  if (state.disabledAt !== null) return { may: false, reason: 'disabled' }
  const waitMilliseconds = (state.blockedUntil?.getTime() ?? 0) - now.getTime()
  if (waitMilliseconds <= 0) return { may: true }
  return { may: false, reason: 'blocked', retryAfterSeconds: Math.ceil(waitMilliseconds / 1000) }
}

/** The state after one more failure at `now`. */
export function afterFailure(state: FailureState, now: Date): FailureState {
  const consecutiveFailures = state.consecutiveFailures + 1
  const waitSeconds = waitSecondsAfter(consecutiveFailures)
  return {
    consecutiveFailures,
    blockedUntil: waitSeconds > 0 ? new Date(now.getTime() + waitSeconds * 1000) : state.blockedUntil,
    disabledAt: state.disabledAt ?? (consecutiveFailures >= limits.methodFailures.disableAt ? now : null),
  }
}

/** Seconds to wait after that many failures in a row. */
export function waitSecondsAfter(consecutiveFailures: number): number {
  const { waitFrom, firstWaitSeconds, waitSecondsMax } = limits.methodFailures
  if (consecutiveFailures < waitFrom) return 0
  return Math.min(waitSecondsMax, firstWaitSeconds * 2 ** Math.min(consecutiveFailures - waitFrom, 30))
}
