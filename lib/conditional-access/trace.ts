import type { CompiledPolicy, GrantControl } from './compile'
import { type Evidence, isMet, isPrompt, unmetControls } from './controls'
import type { TracedControl, TraceLine } from './decision'
import type { UnmatchedReason } from './match'

/** A policy, and the first of its conditions that does not match; null when it applies. */
export type Judged = { readonly policy: CompiledPolicy; readonly reason: UnmatchedReason | null }

/**
 * What became of one policy, in Graph's words. Report-only tells a prompt (`reportOnlyInterrupted`) from what nobody
 * could act on; an enforced policy that still asks for something is a `failure` until it is met.
 *
 * @see `30` §8
 */
export function lineOf(
  { policy, reason }: Judged,
  evidence: Evidence,
  isIgnored: (control: GrantControl) => boolean,
): TraceLine {
  const unmet = reason === null && policy.undecidable === null ? unmetControls(policy, evidence, isIgnored) : []
  const outcome =
    reason !== null
      ? 'NotApplied'
      : policy.undecidable !== null
        ? 'Failure'
        : unmet.length === 0
          ? 'Success'
          : unmet.every(isPrompt)
            ? 'Interrupted'
            : 'Failure'
  const enforcedResults = {
    NotApplied: 'notApplied',
    Success: 'success',
    Failure: 'failure',
    Interrupted: 'failure',
  } as const
  return {
    policyId: policy.id,
    policyVersion: policy.version,
    displayName: policy.displayName,
    result: policy.isEnforced ? enforcedResults[outcome] : `reportOnly${outcome}`,
    reason: reason ?? (policy.undecidable === null ? null : 'invalidCondition'),
    detail: reason === null ? policy.undecidable : null,
    controls: policy.controls.map((control) => ({
      control: named(control),
      state: isIgnored(control) ? 'ignored' : isMet(control, evidence) ? 'met' : 'unmet',
    })),
  }
}

/** For a log a strength is its id and its name then; its combinations may change. */
function named(control: GrantControl): TracedControl {
  if (control.kind !== 'authenticationStrength') return control
  const { id, displayName } = control.strength
  return { kind: control.kind, strength: { id, displayName } }
}

/** For a decision that broke: every policy counts as one that cannot be decided. */
export function failed(policy: CompiledPolicy): TraceLine {
  return {
    policyId: policy.id,
    policyVersion: policy.version,
    displayName: policy.displayName,
    result: policy.isEnforced ? 'failure' : 'reportOnlyFailure',
    reason: 'invalidCondition',
    detail: 'exception',
    controls: [],
  }
}
