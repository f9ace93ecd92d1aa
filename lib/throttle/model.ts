/**
 * How often something may be tried, and how long to wait after too many tries.
 *
 * Counters stand in the database, so they are the same for every instance and survive a restart; each decision is one
 * statement or one locked row, so parallel tries cannot slip past. What a personal thing is counted under is a keyed
 * hash. The invariant: nothing is answered, judged or sent before it was counted.
 *
 * @see SEC-065, SEC-192, SEC-193, SEC-201
 */

/** At most `max` in a window of `windowSeconds`. */
export type Allowance = { readonly max: number; readonly windowSeconds: number }

export type Consumed = {
  readonly allowed: boolean
  /** Seconds until the window ends; 0 when allowed. */
  readonly retryAfterSeconds: number
  /** How many this window has seen, this one included. */
  readonly count: number
}

/**
 * Where a person signs in from: an address or browser they have signed in with before, or another one. Each place has
 * counters of its own, so a stranger's guesses do not lock the person out of their own desk.
 */
export type Place = 'familiar' | 'unfamiliar'

/** What the lockout of one account at one place remembers. */
export type PasswordLockState = {
  /** Wrong passwords that counted since the last lock or success. */
  readonly count: number
  /** How often it has locked in a row. */
  readonly locks: number
  readonly lockedUntil: Date | null
  /** The last wrong passwords that counted, newest first. */
  readonly remembered: readonly WrongPassword[]
}

/** A keyed hash over account and password, never a password, and when it was tried. */
export type WrongPassword = { readonly hash: Uint8Array; readonly at: Date }

/** How many wrong passwords lead to the first pause, and how long that is; each further one is twice as long. */
export type LockRule = { readonly threshold: number; readonly firstLockSeconds: number }

export type PasswordLock = { readonly locked: boolean; readonly retryAfterSeconds: number }

/** The budgets of sent codes, in the order in which an operator would look for the spent one. */
export type SendBudget =
  | 'userHour'
  | 'userDay'
  | 'userTenMinutes'
  | 'destinationHour'
  | 'destinationDay'
  | 'addressHour'
  | 'installationDay'

export type SendRequest = {
  readonly userId: string
  /** Phone number (E.164) or email address that the code goes to; counted under a keyed hash. */
  readonly destination: string
  /** The client's address; `null` when unknown, which all unknown clients share. */
  readonly address: string | null
  readonly channel: 'sms' | 'voice' | 'mail'
  readonly signedIn: boolean
}

/** Why nothing is sent: a spent budget, or a brake on pumping. */
export type SendStop = SendBudget | 'brake'

/** A brake that is on. */
export type SendBrake = {
  /** First digits of the numbers that are stopped; empty: all numbers. */
  readonly range: string
  readonly engagedAt: Date
  /** Different numbers, or messages where all are stopped, and how many of them were confirmed. */
  readonly seen: number
  readonly confirmed: number
  /** Messages that were not sent since. */
  readonly stopped: number
}

export type ThrottleFailure =
  | 'registration.too_many_codes'
  | 'registration.texts_paused'
  | 'throttle.too_many_requests'
  | 'throttle.locked_out'
