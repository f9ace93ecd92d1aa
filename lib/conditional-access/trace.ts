import type { CompiledPolicy, GrantControl } from './compile'
import { type Evidence, isMet, isPrompt, unmetControls } from './controls'
import type { TracedControl, TraceLine } from './decision'
import type { UnmatchedReason } from './match'

/** What became of a policy that applies: its line in the log, and what is still asked of somebody. */
export type Verdict = { readonly line: TraceLine; readonly unmet: readonly GrantControl[] }

/** Sources that do not exist. */
export type Missing = { readonly risk: boolean; readonly device: boolean }

/** The source that would have been needed to know better whether the condition matches, where it is not there. */
export function missingSource(reason: UnmatchedReason, missing: Missing): 'noRiskSource' | 'noDeviceSource' | null {
  const isRisk = reason === 'signInRisk' || reason === 'userRisk' || reason === 'insiderRisk'
  if (isRisk && missing.risk) return 'noRiskSource'
  return reason === 'devices' && missing.device ? 'noDeviceSource' : null
}

/** A policy of which a condition does not match. */
export function notApplied(policy: CompiledPolicy, reason: UnmatchedReason, detail: string | null): TraceLine {
  return { ...head(policy), result: resultOf(policy, 'NotApplied'), reason, detail, controls: [] }
}

/**
 * A policy that applies, in Graph's words. Report-only tells a prompt (`reportOnlyInterrupted`) from what nobody could
 * act on; an enforced policy that still asks for something is a `failure` until it is met.
 *
 * @see `30` §8
 */
export function applied(
  policy: CompiledPolicy,
  evidence: Evidence,
  isIgnored: (control: GrantControl) => boolean,
  missing: Missing,
): Verdict {
  if (policy.undecidable !== null) return undecided(policy, policy.undecidable)
  const controls = policy.traced
  let key = missing.device ? 1 : 0
  for (const control of controls) key = key * 3 + stateNumber(control, evidence, isIgnored)
  const known = policy.verdicts.get(key)
  if (known) return known
  const states = controls.map((control) => ({
    control,
    state: stateWords[stateNumber(control, evidence, isIgnored)] ?? 'unmet',
  }))
  const unmet = unmetControls(policy, states)
  const outcome = unmet.length === 0 ? 'Success' : unmet.every(isInteractive) ? 'Interrupted' : 'Failure'
  const asksDevice = policy.deviceFilter !== null || unmet.some(({ kind }) => kind === 'device')
  const line: TraceLine = {
    ...head(policy),
    result: resultOf(policy, outcome),
    reason: null,
    detail: asksDevice && missing.device ? 'noDeviceSource' : null,
    controls: states.map(({ control, state }) => ({ control: named(control), state })),
  }
  const verdict = { line, unmet }
  policy.verdicts.set(key, verdict)
  return verdict
}

const stateWords = ['unmet', 'met', 'ignored'] as const

function stateNumber(
  control: GrantControl,
  evidence: Evidence,
  isIgnored: (control: GrantControl) => boolean,
): 0 | 1 | 2 {
  if (isIgnored(control)) return 2
  return isMet(control, evidence) ? 1 : 0
}

/** A policy that cannot be decided, or on which deciding broke: it applies, and blocks. */
export function undecided(policy: CompiledPolicy, detail: string): Verdict {
  return {
    line: {
      ...head(policy),
      result: resultOf(policy, 'Failure'),
      reason: 'invalidCondition',
      detail,
      controls: policy.controls.map((control) => ({ control: named(control), state: 'unmet' })),
    },
    unmet: [],
  }
}

/** What a person would be asked for, rather than refused for. */
function isInteractive(control: GrantControl): boolean {
  return isPrompt(control) || control.kind === 'passwordChange' || control.kind === 'termsOfUse'
}

function head({ id, displayName, version }: CompiledPolicy) {
  return { policyId: id, policyVersion: version, displayName }
}

const enforcedResults = {
  NotApplied: 'notApplied',
  Success: 'success',
  Failure: 'failure',
  Interrupted: 'failure',
} as const

function resultOf({ isEnforced }: CompiledPolicy, outcome: keyof typeof enforcedResults): TraceLine['result'] {
  return isEnforced ? enforcedResults[outcome] : `reportOnly${outcome}`
}

/** For a log a strength is its id and its name then; its combinations may change. */
function named(control: GrantControl): TracedControl {
  if (control.kind !== 'authenticationStrength') return control
  const { id, displayName } = control.strength
  return { kind: control.kind, strength: { id, displayName } }
}
