import type { Standing } from './eligibility'
import type { Gate } from './gates'
import { hasIndependent } from './independent'
import type { PasswordReset } from './model'

/**
 * Where a reset stands: the one table of its states. Pages ask it where to go, commands ask it whether what they are about
 * to do is what comes next, so nothing can be skipped, repeated or done in another order.
 *
 * @see `40` §2, SEC-120
 */
export const resetSteps = [
  'identify', // nobody has said who they are, or the quarter of an hour is over
  'throttled',
  'choose', // a new password, or only the end of a lock
  'firstGate', // nothing is proven: the same for every name
  'nextGate',
  'newPassword',
  'unlock',
  'findingOut', // a directory was asked and has not said what became of it
  'refused',
  'done',
] as const
export type ResetStep = (typeof resetSteps)[number]

export type Progress = {
  readonly reset: Pick<PasswordReset, 'state' | 'purpose' | 'gates' | 'expiresAt'>
  readonly lockedSeconds: number
  readonly isUnlockOffered: boolean
  /** Null while nothing is proven: then the account decides nothing that is seen. */
  readonly account: {
    readonly standing: Standing
    /** The proven gates that still stand. */
    readonly proven: readonly Gate[]
    /** Conditional Access lets what is proven suffice. */
    readonly isPolicyMet: boolean
  } | null
}

export function nextStep(progress: Progress | null, now: Date): ResetStep {
  if (progress === null) return 'identify'
  const { reset, account } = progress
  // What has happened stays true, and what a directory was asked is found out, also after the time is over.
  if (reset.state === 'done') return 'done'
  if (reset.state === 'writing' || reset.state === 'unknown') return 'findingOut'
  if (reset.state === 'refused') return 'refused'
  if (reset.expiresAt <= now) return 'identify'
  if (progress.lockedSeconds > 0) return 'throttled'
  // Whoever chose to unlock before that was switched off chooses again, and is offered what is left.
  if (reset.purpose === (progress.isUnlockOffered ? null : 'unlock')) return 'choose'
  if (reset.gates.length === 0 || account === null) return 'firstGate'
  const { standing, proven, isPolicyMet } = account
  if (!standing.isAble) return 'refused'
  if (proven.length === 0) return 'firstGate'
  if (!hasIndependent(proven, standing.gatesNeeded) || !isPolicyMet) return 'nextGate'
  return reset.purpose === 'unlock' ? 'unlock' : 'newPassword'
}
