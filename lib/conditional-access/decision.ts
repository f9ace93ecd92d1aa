import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import type { GrantControl, PromptControl } from './compile'
import type { Ways } from './controls'
import type { Target, UnmatchedReason } from './match'

/** What is true of one request. Everything comes from the server's own state. @see SEC-005 */
export type Context = {
  /** Milliseconds since the epoch, server time. */
  readonly now: number
  readonly subject: Subject
  readonly target: Target
  /** The client's address as the entry of the process determined it; null is unknown and in no location. */
  readonly address: string | null
  /** Whether registration interrupts a sign-in; then a strength on the action beats those on All resources. */
  readonly interruptMode: boolean
  readonly proofs: readonly Proof[]
  /** Modes that this person has registered and may use as, or beside, a second factor now. */
  readonly usableModes: readonly AuthenticationMethodMode[]
  /** Modes that this person may register now. */
  readonly registrableModes: readonly AuthenticationMethodMode[]
  /** How old a second factor may be for registering security info. */
  readonly freshnessSeconds: number
}

export type BlockReason =
  | 'blockControl' // a policy says no
  | 'evaluationError' // a policy cannot be decided here
  | 'noMethod' // no usable method at all: a Temporary Access Pass or a trusted network is the way on
  | 'otherMethodNeeded' // the methods at hand are not of the strength asked for
  | 'notRegistrable' // registering would help, and nothing suitable may be registered
  | 'deviceRequired' // no source of device state exists

/** `error` is the number administrators know: 53003 blocked, 53000 device not compliant, 53001 not joined. */
export type Outcome =
  | { readonly kind: 'allow' }
  | { readonly kind: 'challenge'; readonly reason: 'policy' | 'freshness' }
  | { readonly kind: 'register' }
  | { readonly kind: 'block'; readonly reason: BlockReason; readonly error: 53000 | 53001 | 53003 }

/** What would change the outcome. */
export type Required = {
  readonly controls: readonly PromptControl[]
  /** Each way meets every unmet control with registered methods; modes still to perform. Empty when registering is due. */
  readonly ways: Ways
  /** Modes of which one is to be registered; empty unless the outcome is `register`. */
  readonly registrable: readonly AuthenticationMethodMode[]
}

/** A grant control as a log keeps it. */
export type TracedControl =
  | Exclude<GrantControl, { kind: 'authenticationStrength' }>
  | {
      readonly kind: 'authenticationStrength'
      readonly strength: { readonly id: string; readonly displayName: string }
    }

/** One line of the sign-in log: plain data, one for each policy that is not disabled. */
export type TraceLine = {
  readonly policyId: string
  readonly policyVersion: number
  readonly displayName: string
  readonly result: `${'success' | 'failure' | 'notApplied' | `reportOnly${'Success' | 'Failure' | 'Interrupted' | 'NotApplied'}`}`
  /** The first condition that did not match, or `invalidCondition`; null when the policy applied. */
  readonly reason: UnmatchedReason | 'invalidCondition' | null
  /** For `invalidCondition`: what cannot be decided. */
  readonly detail: string | null
  readonly controls: readonly { readonly control: TracedControl; readonly state: 'met' | 'unmet' | 'ignored' }[]
}

export type Decision = {
  readonly outcome: Outcome
  /** Null unless somebody can act on it: `challenge` and `register`. */
  readonly required: Required | null
  /** Session controls of the policies that apply. None can be stored in this version. */
  readonly session: readonly never[]
  readonly trace: readonly TraceLine[]
  /** For an application that leads to registration: the decision about registering, which may have blocked. */
  readonly gate: Decision | null
}
