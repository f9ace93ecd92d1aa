import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import {
  canSatisfyWith,
  mfaGrant,
  multifactorStrength,
  provenModes,
  satisfies,
  waysToSatisfy,
} from '@/lib/authentication-methods/strengths'
import type { CompiledPolicy, GrantControl, PromptControl } from './compile'
import type { Context } from './decision'

type Mode = AuthenticationMethodMode

/**
 * What the session has proven, as far as it counts for the target.
 *
 * For an application a claim of the session counts without age. For registering security info only what was performed
 * within the freshness window counts, except the first factor. A method proven while it was being registered in this
 * session counts for the freshness rule, and for policies that reach registering through *All resources*: those let
 * the wizard open in the first place. It is `excluded` for a policy on the action itself, or "register first, then it
 * counts" would be a way in.
 *
 * @see SEC-008, SEC-009, `20` §5
 */
export type Evidence = {
  readonly forStrength: readonly Proof[]
  readonly forMfa: readonly Proof[]
  readonly forFreshness: readonly Proof[]
}

export function evidenceOf(
  { target, proofs, now, freshnessSeconds }: Context,
  registeredHere: 'excluded' | 'included',
): Evidence {
  if (target.kind === 'application') return { forStrength: proofs, forMfa: proofs, forFreshness: proofs }
  const counts = (proof: Proof) => firstFactors.has(proof.mode) || isFresh(proof, now, freshnessSeconds)
  const performed = proofs.filter((proof) => registeredHere === 'included' || proof.registered !== true)
  return {
    forStrength: performed.filter(counts),
    forMfa: [...performed.filter(counts), ...firstFactorOf(performed)],
    forFreshness: [...proofs.filter(counts), ...firstFactorOf(proofs)],
  }
}

/** Proofs that only ever open a session; their age does not matter, the second factor's does. */
const firstFactors: ReadonlySet<Mode> = new Set(['password', 'federatedSingleFactor'])

/** A session opened with something stronger than a password, long ago, still has its first factor. */
function firstFactorOf(proofs: readonly Proof[]): readonly Proof[] {
  const strong = proofs.find((proof) => satisfies(multifactorStrength, [proof]))
  return strong ? [{ mode: 'password', methodId: null, at: strong.at }] : []
}

/** Instances may differ by a moment; a proof from further ahead than this is not believed. */
const skewMillisecondsMax = 60_000

function isFresh(proof: Proof, now: number, freshnessSeconds: number): boolean {
  const age = now - proof.at
  return age <= freshnessSeconds * 1000 && age >= -skewMillisecondsMax
}

/** Whether a control can be met by performing something, rather than by a fact about the device. */
export function isPrompt(control: GrantControl): control is PromptControl {
  return control.kind === 'mfa' || control.kind === 'authenticationStrength'
}

/** Whether the session meets the control now. No source of device state exists, so device controls never are. */
export function isMet(control: GrantControl, evidence: Evidence): boolean {
  if (!isPrompt(control)) return false
  return satisfies(strengthOf(control), proofsFor(control, evidence))
}

/**
 * The controls of a policy that still have to be met: none when an OR policy has one that is; of an unmet OR policy
 * the prompt, because a person can act on it. `ignored` controls are as if they were not there.
 */
export function unmetControls(
  policy: CompiledPolicy,
  evidence: Evidence,
  isIgnored: (control: GrantControl) => boolean,
): readonly GrantControl[] {
  const asked = policy.controls.filter((control) => !isIgnored(control))
  const unmet = asked.filter((control) => !isMet(control, evidence))
  if (policy.operator === 'AND') return unmet
  if (unmet.length < asked.length) return []
  const prompts = unmet.filter(isPrompt)
  return prompts.length > 0 ? prompts : unmet.slice(0, 1)
}

/** What to perform so that the control is met, each way as the modes still missing. Empty: no registered method can. */
export function waysToMeet(control: PromptControl, evidence: Evidence, usableModes: readonly Mode[]): Ways {
  return waysToSatisfy(strengthOf(control), provenModes(proofsFor(control, evidence)), withPassword(usableModes))
}

/** What to perform so that the last multifactor authentication is fresh again. */
export function waysToRefresh(evidence: Evidence, usableModes: readonly Mode[]): Ways {
  return waysToSatisfy(mfaGrant, provenModes(evidence.forFreshness), withPassword(usableModes))
}

export function isMfaFresh(evidence: Evidence): boolean {
  return satisfies(mfaGrant, evidence.forFreshness)
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

function strengthOf(control: PromptControl) {
  return control.kind === 'mfa' ? mfaGrant : control.strength
}

function proofsFor(control: PromptControl, evidence: Evidence): readonly Proof[] {
  return control.kind === 'mfa' ? evidence.forMfa : evidence.forStrength
}
