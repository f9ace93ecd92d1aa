import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import type { Frequency, GrantControl, PersistentBrowserMode, PromptControl } from './compile'
import type { ClientApp, DevicePlatform, InsiderRiskLevel, RiskLevel, TransferMethod } from './conditions-model'
import type { Ways } from './controls'
import type { DeviceAttributes } from './device-filter'
import type { Target, UnmatchedReason } from './match'

/** What is true of one request. Everything comes from the server's own state. @see SEC-005 */
export type Context = {
  /** Milliseconds since the epoch, server time. */
  readonly now: number
  readonly subject: Subject
  readonly target: Target
  /** The client's address as the entry of the process determined it; null is unknown and in no location. */
  readonly address: string | null
  /** Instead of looking the address up: for a question about a country without an address. */
  readonly country?: string | null
  /** As the browser says, so anybody can say anything; null: not recognised. */
  readonly platform: DevicePlatform | null
  readonly clientApp: ClientApp
  /** Null: nothing told us. */
  readonly device: DeviceState | null
  /** Null: no source of risk; then every risk is `none`. */
  readonly risk: Risk | null
  readonly transferMethod: TransferMethod | null
  readonly acceptedTerms: readonly string[]
  /** Terms of use that can be shown and accepted; absent: of a question that leaves this open, all that policies name. */
  readonly offeredTerms?: readonly string[]
  /** Whether the password was changed since the risk was told, after multifactor authentication. */
  readonly hasChangedPassword: boolean
  /** Whether there is a password that can be changed here; absent: of a question that leaves this open. */
  readonly canChangePassword?: boolean
  /** Of a question that leaves these open: a policy that has such a condition does not apply. */
  readonly unset?: readonly UnmatchedReason[]
  /** Whether registration interrupts a sign-in; then a strength on the action beats those on All resources. */
  readonly interruptMode: boolean
  readonly proofs: readonly Proof[]
  /** Modes that this person has registered and may use as, or beside, a second factor now. */
  readonly usableModes: readonly AuthenticationMethodMode[]
  /** Modes that this person may register now. */
  readonly registrableModes: readonly AuthenticationMethodMode[]
  /** How old a second factor may be for registering security info. */
  readonly freshnessSeconds: number
  /** What *every time* gives on top, for the time that a form takes between being shown and being stored. */
  readonly graceSeconds?: number
}

/** `isCompliant`, `trustType` and the attributes of device filters; `isAppProtected` meets app protection. */
export type DeviceState = DeviceAttributes & { readonly isAppProtected?: boolean }
export type Risk = {
  readonly signIn: RiskLevel
  readonly user: RiskLevel
  readonly insider: InsiderRiskLevel | 'none'
  /** When the source last raised the user's risk, milliseconds since the epoch; absent where it does not say. */
  readonly userRaisedAt?: number
}

/** What this product cannot be told yet: device controls are then never met, and every risk is `none`. */
export const withoutSources = {
  device: null,
  risk: null,
  transferMethod: null,
  acceptedTerms: [],
  hasChangedPassword: false,
} as const satisfies Partial<Context>

export type BlockReason =
  | 'blockControl' // a policy says no
  | 'evaluationError' // a policy cannot be decided here
  | 'noMethod' // no usable method at all: a Temporary Access Pass or a trusted network is the way on
  | 'otherMethodNeeded' // the methods at hand are not of the strength asked for
  | 'notRegistrable' // registering would help, and nothing suitable may be registered
  | 'deviceRequired' // the device is not known to be what is asked for
  | 'notOfferedHere' // terms of use that are there no more, or a new password where there is none to change

export const errorNumbers = {
  blocked: 53003,
  compliantDevice: 53000,
  domainJoinedDevice: 53001,
  approvedApplication: 53002,
  compliantApplication: 53009,
  proofUpBlocked: 53004,
} as const
export type ErrorNumber = (typeof errorNumbers)[keyof typeof errorNumbers]

/** `error` is the number administrators know. */
export type Outcome =
  | { readonly kind: 'allow' }
  | { readonly kind: 'challenge'; readonly reason: 'policy' | 'freshness' }
  | { readonly kind: 'register' }
  /** Every proof is there; a new password is still to be set. */
  | { readonly kind: 'changePassword' }
  /** Every proof is there; these terms of use are still to be accepted, in this order. */
  | { readonly kind: 'acceptTerms'; readonly terms: readonly string[] }
  | { readonly kind: 'block'; readonly reason: BlockReason; readonly error: ErrorNumber }

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
  /** For `invalidCondition` what cannot be decided; else the source that would have been needed, and is not there. */
  readonly detail: string | null
  readonly controls: readonly { readonly control: TracedControl; readonly state: 'met' | 'unmet' | 'ignored' }[]
}

export type Decision = {
  readonly outcome: Outcome
  /** Null unless somebody can act on it: `challenge` and `register`. */
  readonly required: Required | null
  /** How long proofs count, by the strictest of the enforced policies that apply; null: as long as the session. */
  readonly session: Frequency | null
  /** Whether the browser keeps the sign-in when it is closed; null: nothing says so. `never` of any policy wins. */
  readonly persistentBrowser: PersistentBrowserMode | null
  readonly trace: readonly TraceLine[]
  /** For an application that leads to registration: the decision about registering, which may have blocked. */
  readonly gate: Decision | null
}
