/**
 * What a command or a rule answers: a value, or a refusal that the reader can act on.
 *
 * An expected refusal is a value. A broken invariant throws, becomes a 500 with a request id, and never reaches the
 * reader as text.
 */

/**
 * `invalid`: the input is malformed. `refused`: understood, and not allowed or not right. `throttled`: too often.
 * `busy`: the service cannot answer now, nothing happened. `unknown`: nobody can tell yet whether it happened.
 */
export type FailureKind = 'invalid' | 'refused' | 'throttled' | 'busy' | 'unknown'

/** Plain facts a sentence may need (names, numbers, dates as ISO text). Never a secret, a code or what was typed. */
export type FailureDetails = Readonly<Record<string, string | number | boolean | null>>

export type Failure<Code extends string = string> = {
  readonly kind: FailureKind
  /** Stable, `room.what_happened`; the key of the sentence, the audit reason and the API error. */
  readonly code: Code
  /** The form field (dotted path for nested input) that the sentence belongs to. */
  readonly field?: string
  readonly retryAfterSeconds?: number
  readonly details?: FailureDetails
  /** What else is wrong with the same input, each with its field: whoever fills in a form puts all of it right at once. */
  readonly others?: readonly Failure<Code>[]
}

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Fail<Code extends string = string> = { readonly ok: false; readonly failure: Failure<Code> }
export type Result<T, Code extends string = string> = Ok<T> | Fail<Code>

export function ok(): Ok<undefined>
export function ok<T>(value: T): Ok<T>
export function ok<T>(value?: T): Ok<T | undefined> {
  return { ok: true, value }
}

export function fail<Code extends string>(
  kind: FailureKind,
  code: Code,
  more: Omit<Failure<Code>, 'kind' | 'code'> = {},
): Fail<Code> {
  return { ok: false, failure: { kind, code, ...more } }
}

/** One refusal of several; what is said of a field is not said twice. The first gives the code that is logged. */
export function failTogether<Code extends string>(first: Failure<Code>, ...more: readonly Failure<Code>[]): Fail<Code> {
  const all = [first, ...more]
  const distinct = all.filter(
    ({ code, field }, place) => all.findIndex((other) => other.code === code && other.field === field) === place,
  )
  const others = distinct.slice(1)
  return { ok: false, failure: others.length === 0 ? first : { ...first, others } }
}
