import { limits } from '@/lib/limits'
import type { HandOver, Lane } from '@/lib/notifications/model'

/** What becomes of a message after a hand-over. */
export type Verdict =
  | { readonly next: 'sent' }
  | { readonly next: 'again'; readonly at: Date; readonly reason: string }
  | { readonly next: 'dead'; readonly reason: string }

/**
 * Decides what follows a hand-over, the `attempts`-th of this message.
 *
 * A code whose fate is unknown is never sent again on its own: the person asks for another one. A notice may arrive
 * twice, with the same Message-ID. Refusals for good end it. Nothing is planned beyond `notAfter`. `chance` (0 to 1)
 * spreads retries.
 *
 * @see REL-031, REL-034, REL-035
 */
export function afterHandOver(
  message: { readonly lane: Lane; readonly attempts: number; readonly notAfter: Date },
  handOver: HandOver,
  now: Date,
  chance: number,
): Verdict {
  if (handOver.outcome === 'sent') return { next: 'sent' }
  const { outcome, reason } = handOver
  if (outcome === 'permanent') return { next: 'dead', reason }
  if (outcome === 'unknown' && message.lane === 'code') return { next: 'dead', reason: 'outcome_unknown' }
  const seconds = retrySeconds(message.lane, message.attempts, chance)
  const at = seconds === null ? null : new Date(now.getTime() + seconds * 1000)
  return at === null || at >= message.notAfter ? { next: 'dead', reason } : { next: 'again', at, reason }
}

/** Seconds to wait after the n-th attempt; null when there is no further one. */
export function retrySeconds(lane: Lane, attempts: number, chance: number): number | null {
  const { codeRetrySeconds, notificationFirstRetrySeconds, notificationRetrySecondsMax } = limits.outbox
  if (lane === 'code') return codeRetrySeconds[attempts - 1] ?? null
  const doubled = notificationFirstRetrySeconds * 2 ** Math.min(20, Math.max(0, attempts - 1))
  // Up to a fifth more, so that messages that failed together do not come back together.
  return Math.round(Math.min(notificationRetrySecondsMax, doubled) * (1 + chance / 5))
}
