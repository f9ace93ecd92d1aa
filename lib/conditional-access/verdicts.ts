import { type Bits, setBit } from './bits'
import type { CompiledPolicy, GrantControl, PolicySet } from './compile'
import type { Evidence } from './controls'
import type { TraceLine } from './decision'
import { isStrength, keep } from './policy-index'
import { applied, type Missing, type Verdict } from './trace'

/** What all policies of a set say to the same evidence, were they to apply. */
export type Verdicts = {
  /** By the number of the policy; so are the lines. */
  readonly verdicts: readonly Verdict[]
  readonly lines: readonly TraceLine[]
  /** Each control that is still to be met, once, and the enforced policies that ask for it. */
  readonly asked: readonly Asked[]
}
export type Asked = { readonly key: string; readonly control: GrantControl; readonly by: Bits }

/** What each policy says to this evidence. Strengths are left out where the action has its own. */
export function verdictsOn(set: PolicySet, evidence: Evidence, skipsStrengths: boolean, missing: Missing): Verdicts {
  const { forStrength, forMfa, isFrequencyMet, device, hasChangedPassword, acceptedTerms } = evidence
  const bits =
    Number(isFrequencyMet) + 2 * Number(hasChangedPassword) + 4 * Number(skipsStrengths) + 8 * Number(missing.device)
  const signals = device ? `${device.isCompliant} ${device.trustType} ${device.isAppProtected}` : ''
  const terms = acceptedTerms.length === 0 ? '' : JSON.stringify(acceptedTerms)
  const key = `${forStrength} ${forMfa} ${bits} ${signals} ${terms}`
  const known = set.index.verdicts.get(key)
  if (known) return known
  const isIgnored = ({ namesRegistration }: CompiledPolicy) =>
    skipsStrengths && !namesRegistration ? isStrength : never
  const verdicts = set.policies.map((policy) => applied(policy, evidence, isIgnored(policy), missing))
  const found = { verdicts, lines: verdicts.map(({ line }) => line), asked: askedBy(set, verdicts) }
  keep(set.index.verdicts, key, found)
  return found
}

function askedBy({ policies, index }: PolicySet, verdicts: readonly Verdict[]): readonly Asked[] {
  const asked = new Map<string, Asked>()
  for (const [number, { unmet }] of verdicts.entries())
    if (policies[number]?.isEnforced)
      for (const control of unmet) {
        const key = keyOf(control)
        const known = asked.get(key) ?? { key, control, by: new Int32Array(index.words) }
        setBit(known.by, number)
        asked.set(key, known)
      }
  return [...asked.values()]
}

/** The same for controls that ask for the same. */
function keyOf(control: GrantControl): string {
  switch (control.kind) {
    case 'authenticationStrength':
      return control.strength.id
    case 'termsOfUse':
      return `terms ${control.id}`
    case 'device':
      return `device ${control.control}`
    default:
      return control.kind
  }
}

function never(): boolean {
  return false
}
