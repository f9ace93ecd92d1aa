import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import {
  type CompiledPolicy,
  type DeviceControl,
  deviceControls,
  type GrantControl,
  type PolicySet,
  type PromptControl,
} from './compile'
import {
  combineWays,
  type Evidence,
  evidenceOf,
  hasMfaMethod,
  isMfaFresh,
  isPrompt,
  modesToRegister,
  unmetControls,
  waysToMeet,
  waysToRefresh,
} from './controls'
import type { BlockReason, Context, Decision, Outcome, Required } from './decision'
import { firstUnmatched, namesRegistration, type Target } from './match'
import { registerSecurityInformation } from './model'
import { type Address, parseAddress } from './network'
import { failed, type Judged, lineOf } from './trace'

/**
 * Decides what Conditional Access asks of this person for this target, and says of each policy that is not disabled
 * what became of it. Pure and total: an exception while deciding blocks.
 *
 * Deviates from the reference algorithm in one place, for SEC-010: on registering security info, what registered
 * methods can prove is asked before the wizard opens, also when another policy leads to registration.
 *
 * @see `30` §4, SEC-006…010
 */
export function evaluate(set: PolicySet, context: Context): Decision {
  try {
    return decide(set, context)
  } catch {
    return {
      outcome: blocked('evaluationError'),
      required: null,
      session: [],
      trace: set.policies.map(failed),
      gate: null,
    }
  }
}

function decide(set: PolicySet, context: Context): Decision {
  const { target, usableModes, registrableModes } = context
  const isRegistration = target.kind === 'userAction'
  const address = parseAddress(context.address)
  const evidence = evidenceOf(context, 'excluded')
  const evidenceThroughResources = evidenceOf(context, 'included')
  const evidenceFor = (policy: CompiledPolicy) => (namesRegistration(policy) ? evidence : evidenceThroughResources)

  // Collect: which policies apply.
  const judged = set.policies.map((policy) => judge(policy, context, address))
  const enforced = judged
    .filter(({ policy, reason }) => policy.isEnforced && reason === null)
    .map(({ policy }) => policy)
  const hasStrengthOnAction = enforced.some((policy) => namesRegistration(policy) && policy.controls.some(isStrength))
  const ignoredBy = (policy: CompiledPolicy) => (control: GrantControl) =>
    isRegistration && context.interruptMode && hasStrengthOnAction && isStrength(control) && !namesRegistration(policy)
  const trace = judged.map((each) => lineOf(each, evidenceFor(each.policy), ignoredBy(each.policy)))
  const answer = (outcome: Outcome, required: Required | null = null, gate: Decision | null = null): Decision => ({
    outcome,
    required,
    session: [],
    trace,
    gate,
  })

  // Enforce: block wins, and what cannot be decided blocks.
  if (enforced.some(({ undecidable, controls }) => undecidable === null && controls.some(isBlock)))
    return answer(blocked('blockControl'))
  if (enforced.some(({ undecidable }) => undecidable !== null)) return answer(blocked('evaluationError'))

  const unmet = enforced.flatMap((policy) =>
    unmetControls(policy, evidenceFor(policy), ignoredBy(policy)).map((control) => ({ control, policy })),
  )
  const prompts = unmet.flatMap(({ control, policy }) => (isPrompt(control) ? [{ control, policy }] : []))
  const performable = prompts.filter(({ control }) => waysToMeet(control, evidence, usableModes).length > 0)
  const missing = prompts.filter((prompt) => !performable.includes(prompt))
  const device = deviceControls.find((wanted) =>
    unmet.some(({ control }) => 'control' in control && control.control === wanted),
  )

  // Rule REG-1: no method can meet it. A policy on the action itself is never met by registering.
  if (isRegistration && missing.some(({ policy }) => namesRegistration(policy)))
    return answer(blocked(isMfaFresh(evidence) || hasMfaMethod(usableModes) ? 'otherMethodNeeded' : 'noMethod'))
  const registrable = missing.map(({ control }) => modesToRegister(control, usableModes, registrableModes))
  if (registrable.some((modes) => modes.length === 0)) return answer(blocked('notRegistrable'))

  const challenge = () =>
    answer({ kind: 'challenge', reason: 'policy' }, requiredOf(performable, evidence, usableModes))
  const register = (gate: Decision | null) =>
    answer(
      { kind: 'register' },
      { controls: distinctControls(missing), ways: [], registrable: common(registrable) },
      gate,
    )

  if (isRegistration) {
    if (performable.length > 0) return challenge()
    if (device) return answer(blocked('deviceRequired', device))
    if (hasMfaMethod(usableModes) && !isMfaFresh(evidence))
      return answer(
        { kind: 'challenge', reason: 'freshness' },
        { controls: [{ kind: 'mfa' }], ways: combineWays([waysToRefresh(evidence, usableModes)]), registrable: [] },
      )
    return missing.length > 0 ? register(null) : answer({ kind: 'allow' })
  }
  if (missing.length > 0) {
    const gate = evaluate(set, { ...context, target: registration, interruptMode: true })
    return gate.outcome.kind === 'block' ? answer(gate.outcome, null, gate) : register(gate)
  }
  if (performable.length > 0) return challenge()
  return answer(device ? blocked('deviceRequired', device) : { kind: 'allow' })
}

const registration: Target = { kind: 'userAction', action: registerSecurityInformation }

/** A condition that throws is one that cannot be decided: the policy applies, and blocks. */
function judge(policy: CompiledPolicy, context: Context, address: Address | null): Judged {
  try {
    return { policy, reason: firstUnmatched(policy, context.subject, context.target, address) }
  } catch {
    return { policy: { ...policy, undecidable: policy.undecidable ?? 'exception' }, reason: null }
  }
}

type Prompt = { readonly control: PromptControl; readonly policy: CompiledPolicy }

function requiredOf(
  prompts: readonly Prompt[],
  evidence: Evidence,
  usableModes: readonly AuthenticationMethodMode[],
): Required {
  const controls = distinctControls(prompts)
  const ways = combineWays(controls.map((control) => waysToMeet(control, evidence, usableModes)))
  return { controls, ways, registrable: [] }
}

function distinctControls(prompts: readonly Prompt[]): readonly PromptControl[] {
  const key = (control: PromptControl) => (control.kind === 'mfa' ? 'mfa' : control.strength.id)
  const distinct = new Map(prompts.map(({ control }) => [key(control), control]))
  return [...distinct].sort(([one], [other]) => one.localeCompare(other)).map(([, control]) => control)
}

/** A mode that helps everywhere, if there is one; else those that help somewhere: several methods will be needed. */
function common(lists: readonly (readonly AuthenticationMethodMode[])[]): readonly AuthenticationMethodMode[] {
  const [first = [], ...rest] = lists
  const everywhere = first.filter((mode) => rest.every((list) => list.includes(mode)))
  return everywhere.length > 0 ? everywhere : [...new Set(lists.flat())].sort()
}

const errors = { compliantDevice: 53000, domainJoinedDevice: 53001 } as const

function blocked(reason: BlockReason, device?: DeviceControl): Outcome {
  return { kind: 'block', reason, error: device ? errors[device] : 53003 }
}

function isBlock(control: GrantControl): boolean {
  return control.kind === 'block'
}

function isStrength(control: GrantControl): boolean {
  return control.kind === 'authenticationStrength'
}
