import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import { canSatisfyWith, mfaGrant, waysToSatisfy } from '@/lib/authentication-methods/strengths'
import type { CompiledPolicy, DeviceControl, Frequency, GrantControl, PromptControl } from './compile'
import { registerSecurityInformation } from './conditions-model'
import type { Context, DeviceState } from './decision'
import {
  bitOf,
  type Combinations,
  includesOne,
  type Modes,
  modesIn,
  multifactorAlone,
  multifactorCombinations,
} from './modes'

type Mode = AuthenticationMethodMode

/**
 * What the session has proven, as far as it counts for the target.
 *
 * For an application a claim of the session counts without age. For registering security info only what was performed
 * within the freshness window counts, except the first factor. A method proven while it was being registered in this
 * session counts for the freshness rule, and for policies that reach registering through *All resources*: those let
 * the wizard open in the first place. It is `excluded` for a policy on the action itself, or "register first, then it
 * counts" would be a way in. A sign-in frequency takes away what is older than it allows, for both targets.
 *
 * @see SEC-008, SEC-009, `20` §5, `30` §6
 */
export type Evidence = {
  readonly forStrength: Modes
  readonly forMfa: Modes
  readonly forFreshness: Modes
  readonly isFrequencyMet: boolean
  readonly device: DeviceState | null
  readonly hasChangedPassword: boolean
  readonly acceptedTerms: readonly string[]
}

export function evidenceOf(
  context: Context,
  registeredHere: 'excluded' | 'included',
  frequency: Frequency | null,
): Evidence {
  const { target, proofs, now, freshnessSeconds, graceSeconds = 0 } = context
  const isRegistration = target.kind === 'userAction' && target.action === registerSecurityInformation
  const opened = frequency === null ? null : frequency.firstFactorSeconds
  let forStrength = 0
  let forFreshness = 0
  // A session opened with something stronger than a password, long ago, still has its first factor.
  let hasOpened = false
  let hasOpenedRecently = false
  let isFrequencyMet = opened === null
  for (const proof of proofs) {
    const mode = proof.mode === 'fido2' && proof.userVerified !== true ? 0 : bitOf(proof.mode)
    const age = now - proof.at
    const isFirst = firstFactors.has(proof.mode)
    const isWhole = (mode & multifactorAlone) !== 0
    const isFresh = !isRegistration || isFirst || isWithin(age, freshnessSeconds)
    const isRecent = opened === null || isWithin(age, opened + graceSeconds)
    if (isFresh) forFreshness |= mode
    if (isWhole) hasOpened = true
    if (isRecent && proof.registered !== true && (isFirst || isWhole)) isFrequencyMet = true
    if (isRegistration && registeredHere === 'excluded' && proof.registered === true) continue
    if (isWhole && isRecent) hasOpenedRecently = true
    const isFrequent =
      frequency === null || (isFirst && opened === null) || isWithin(age, frequency.seconds + graceSeconds)
    if (isFresh && isFrequent) forStrength |= mode
  }
  const isFirstFactorKept = (isRegistration || frequency !== null) && hasOpenedRecently
  return {
    forStrength,
    forMfa: isFirstFactorKept ? forStrength | bitOf('password') : forStrength,
    forFreshness: isRegistration && hasOpened ? forFreshness | bitOf('password') : forFreshness,
    isFrequencyMet,
    device: context.device,
    hasChangedPassword: context.hasChangedPassword,
    acceptedTerms: context.acceptedTerms,
  }
}

/** Proofs that only ever open a session; their age does not matter, the second factor's does. */
const firstFactors: ReadonlySet<Mode> = new Set(['password', 'federatedSingleFactor'])

/** Instances may differ by a moment; a proof from further ahead than this is not believed. */
const skewMillisecondsMax = 60_000

function isWithin(ageMilliseconds: number, seconds: number): boolean {
  return ageMilliseconds <= seconds * 1000 && ageMilliseconds >= -skewMillisecondsMax
}

/** Whether a control can be met by proving something, rather than by a fact about the device or by a page of its own. */
export function isPrompt(control: GrantControl): control is PromptControl {
  return control.kind === 'mfa' || control.kind === 'authenticationStrength' || control.kind === 'signInFrequency'
}

/** Whether the session meets the control now. */
export function isMet(control: GrantControl, evidence: Evidence): boolean {
  switch (control.kind) {
    case 'block':
      return false
    case 'mfa':
      return includesOne(multifactorCombinations, evidence.forMfa)
    case 'authenticationStrength':
      return includesOne(control.combinations, evidence.forStrength)
    case 'signInFrequency':
      return evidence.isFrequencyMet
    case 'device':
      return isDeviceMet(control.control, evidence.device)
    case 'passwordChange':
      return evidence.hasChangedPassword
    case 'termsOfUse':
      return evidence.acceptedTerms.includes(control.id)
  }
}

/** A source says so, or it is not so. Approved apps were retired, and nothing says so any more. */
function isDeviceMet(control: DeviceControl, device: DeviceState | null): boolean {
  switch (control) {
    case 'compliantDevice':
      return device?.isCompliant === true
    case 'domainJoinedDevice':
      return device?.trustType === 'ServerAD'
    case 'compliantApplication':
      return device?.isAppProtected === true
    case 'approvedApplication':
      return false
  }
}

/**
 * The controls of a policy that still have to be met: none of an OR policy that has one which is; of an unmet OR policy
 * the prompts, else a page to act on, because a person can do something about them. A sign-in frequency stands beside them and is always asked.
 */
export function unmetControls(
  policy: CompiledPolicy,
  states: readonly { readonly control: GrantControl; readonly state: 'met' | 'unmet' | 'ignored' }[],
): readonly GrantControl[] {
  const of = (state: 'met' | 'unmet') => states.filter((each) => each.state === state).map(({ control }) => control)
  const isGrant = ({ kind }: GrantControl) => kind !== 'signInFrequency'
  const unmet = of('unmet')
  if (policy.operator === 'AND') return unmet
  const rest = unmet.filter((control) => !isGrant(control))
  if (of('met').some(isGrant)) return rest
  const grants = unmet.filter(isGrant)
  const prompts = grants.filter(isPrompt)
  const pages = grants.filter(({ kind }) => kind === 'passwordChange' || kind === 'termsOfUse')
  return [...(prompts.length > 0 ? prompts : [...pages, ...grants].slice(0, 1)), ...rest]
}

/** What to perform so that the control is met, each way as the modes still missing. Empty: no registered method can. */
export function waysToMeet(control: PromptControl, evidence: Evidence, usableModes: readonly Mode[]): Ways {
  const usable = withPassword(usableModes)
  if (control.kind === 'signInFrequency') {
    const whole = [...modesIn(multifactorAlone)].filter((mode) => usable.has(mode))
    return [...whole.map((mode) => [mode]), ['password']]
  }
  return waysToSatisfy(strengthOf(control), modesIn(provenFor(control, evidence)), usable)
}

/** What to perform so that the last multifactor authentication is fresh again. */
export function waysToRefresh(evidence: Evidence, usableModes: readonly Mode[]): Ways {
  return waysToSatisfy(mfaGrant, modesIn(evidence.forFreshness), withPassword(usableModes))
}

export function isMfaFresh(evidence: Evidence): boolean {
  return includesOne(multifactorCombinations, evidence.forFreshness)
}

/** Whether registered methods can meet the control; as `waysToMeet`, without saying how. */
export function canMeet(control: PromptControl, evidence: Evidence, usableModes: readonly Mode[]): boolean {
  if (control.kind === 'signInFrequency') return true
  const usable = usableModes.reduce((modes, mode) => modes | bitOf(mode), bitOf('password'))
  return includesOne(combinationsFor(control), provenFor(control, evidence) | usable)
}

export function hasMfaMethod(usableModes: readonly Mode[]): boolean {
  return canSatisfyWith(mfaGrant, withPassword(usableModes))
}

/** The modes whose registration would let the person meet the control, together with what is there already. */
export function modesToRegister(
  control: PromptControl,
  usableModes: readonly Mode[],
  registrableModes: readonly Mode[],
): readonly Mode[] {
  if (control.kind === 'signInFrequency') return []
  const present = withPassword(usableModes)
  return registrableModes.filter((mode) => canSatisfyWith(strengthOf(control), [...present, mode]))
}

export type Ways = readonly (readonly Mode[])[]

/**
 * The ways that satisfy all of these at once, shortest first, without any that contains another. One way for each of
 * the given lists is always chosen, so an empty list among them gives none.
 */
export function combineWays(lists: readonly Ways[]): Ways {
  return lists.reduce<Ways>(
    (ways, list) => shortest(ways.flatMap((way) => list.map((more) => [...new Set([...way, ...more])].sort()))),
    [[]],
  )
}

function shortest(ways: Ways): Ways {
  const distinct = [...new Map(ways.map((way) => [way.join(), way])).values()]
  const isSuperset = (way: readonly Mode[], other: readonly Mode[]) =>
    other.length < way.length && other.every((mode) => way.includes(mode))
  return distinct
    .filter((way) => !distinct.some((other) => isSuperset(way, other)))
    .sort((a, b) => a.length - b.length || a.join().localeCompare(b.join()))
}

/** A password is taken as available: who has none gets one by reset, and asking for it gives nothing away. */
function withPassword(modes: readonly Mode[]): ReadonlySet<Mode> {
  return new Set<Mode>([...modes, 'password'])
}

function strengthOf(control: Exclude<PromptControl, { kind: 'signInFrequency' }>) {
  return control.kind === 'mfa' ? mfaGrant : control.strength
}

function combinationsFor(control: Exclude<PromptControl, { kind: 'signInFrequency' }>): Combinations {
  return control.kind === 'mfa' ? multifactorCombinations : control.combinations
}

function provenFor(control: PromptControl, evidence: Evidence): Modes {
  return control.kind === 'mfa' ? evidence.forMfa : evidence.forStrength
}
