import { limits } from '@/lib/limits'
import type { DeliveryState } from '@/lib/notifications/model'
import type { Challenge } from '@/lib/registered-methods/model'

/** How a call stands for whoever waits for it. `failed`: it could not be made. */
export type CallState = 'waiting' | 'approved' | 'denied' | 'notAnswered' | 'failed'

/** From the challenge and its message. An approval is worth nothing once the time for it is over. */
export function callState(
  { answer, codeExpiresAt }: Pick<Challenge, 'answer' | 'codeExpiresAt'>,
  delivery: DeliveryState,
  at: Date,
): CallState {
  if (answer === 'denied') return 'denied'
  if (answer === 'notAnswered' || codeExpiresAt === null || codeExpiresAt <= at) return 'notAnswered'
  if (answer === 'approved') return 'approved'
  return delivery === 'failed' ? 'failed' : 'waiting'
}

/** Seconds until another code or call may be asked for in the same ceremony: longer each time. */
export function resendWaitSeconds({ sends, lastSentAt }: Pick<Challenge, 'sends' | 'lastSentAt'>, at: Date): number {
  if (!lastSentAt) return 0
  const waits = limits.code.resendWaitSeconds
  const wait = waits[Math.min(Math.max(sends, 1), waits.length) - 1] ?? waits[0]
  return Math.max(0, Math.ceil((lastSentAt.getTime() + wait * 1000 - at.getTime()) / 1000))
}
