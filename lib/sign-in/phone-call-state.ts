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
