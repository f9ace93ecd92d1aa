import { limits } from '@/lib/limits'

/**
 * How often somebody may try to get into one account this way. Everything is counted under the login name, known or not,
 * in windows that roll: a lock begins with the try that is one too many and lasts a day.
 *
 * Neither what is counted here nor this lock touches signing in (SEC-195). A wrong code of an app or a token counts for that
 * method as well, as everywhere (SEC-055): then the method waits at sign-in, too, and no other method and no account does.
 *
 * @see `40` §5; `60` no. 79 to 83
 */
export type ThrottleState = {
  /** Proofs that failed. */
  readonly failures: readonly Date[]
  /** Text messages and calls that began. */
  readonly starts: readonly Date[]
  /** Mails that were asked for, also those that were not sent. */
  readonly emails: readonly Date[]
  readonly resets: readonly Date[]
  readonly lockedUntil: Date | null
}
export const nothingTried: ThrottleState = { failures: [], starts: [], emails: [], resets: [], lockedUntil: null }

/** `check`: a code, a key or answers are judged. `start`: a text message or a call. `identify`: a reset begins. */
export type Attempt = 'identify' | 'check' | 'start' | 'email'
export type TriedEvent = 'failures' | 'starts' | 'emails' | 'resets'

const hour = 3600
const day = 86_400
const { passwordReset } = limits
const rules: Readonly<
  Record<Attempt, readonly { readonly of: TriedEvent; readonly max: number; readonly seconds: number }[]>
> = {
  check: [
    { of: 'failures', max: passwordReset.failuresPerHour, seconds: hour },
    { of: 'failures', max: passwordReset.failuresPerDay, seconds: day },
  ],
  start: [{ of: 'starts', max: passwordReset.startsPerHour, seconds: hour }],
  email: [{ of: 'emails', max: passwordReset.emailsPerTenMinutes, seconds: 600 }],
  identify: [{ of: 'resets', max: passwordReset.resetsPerHour, seconds: hour }],
}

export type Verdict =
  | { readonly may: true }
  /** `isNew`: this try began the lock. */
  | { readonly may: false; readonly retryAfterSeconds: number; readonly isNew: boolean; readonly state: ThrottleState }

/** Whether the attempt may go on at `now`; the one that is too many locks. */
export function mayTry(state: ThrottleState, attempt: Attempt, now: Date): Verdict {
  const left = lockedSeconds(state, now)
  if (left > 0) return { may: false, retryAfterSeconds: left, isNew: false, state }
  const isOver = rules[attempt].some(({ of, max, seconds }) => within(state[of], seconds, now) >= max)
  if (!isOver) return { may: true }
  const lockedUntil = new Date(now.getTime() + passwordReset.lockSeconds * 1000)
  const locked = { ...state, lockedUntil }
  return { may: false, retryAfterSeconds: passwordReset.lockSeconds, isNew: true, state: locked }
}

/** Seconds for which nothing may be tried, rounded up; 0: go on. */
export function lockedSeconds({ lockedUntil }: Pick<ThrottleState, 'lockedUntil'>, now: Date): number {
  return lockedUntil === null ? 0 : Math.max(0, Math.ceil((lockedUntil.getTime() - now.getTime()) / 1000))
}

/** The state after one more event; what no window reaches any more is forgotten. */
export function afterEvent(state: ThrottleState, event: TriedEvent, now: Date): ThrottleState {
  const kept = state[event].filter((at) => now.getTime() - at.getTime() < day * 1000)
  return { ...state, [event]: [...kept, now].slice(-keptMax) }
}

/** After a new password: nobody is counted for what they got right. How often that happens stays counted. */
export function afterReset(state: ThrottleState, now: Date): ThrottleState {
  return { ...nothingTried, resets: afterEvent(state, 'resets', now).resets }
}

/** When the row says nothing any more. */
export function forgottenAt(state: ThrottleState, now: Date): Date {
  return new Date(Math.max(now.getTime(), state.lockedUntil?.getTime() ?? 0) + day * 1000)
}

/** More than any window's maximum, so that the oldest that matters is always there. */
const keptMax = 24

function within(events: readonly Date[], seconds: number, now: Date): number {
  return events.filter((at) => now.getTime() - at.getTime() < seconds * 1000).length
}
