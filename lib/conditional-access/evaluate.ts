import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import { type Bits, copyAt, hasAny, meet, numbersIn } from './bits'
import {
  type CompiledPolicy,
  type DeviceControl,
  deviceControls,
  type Frequency,
  type GrantControl,
  type PolicySet,
  type PromptControl,
} from './compile'
import {
  canMeet,
  combineWays,
  type Evidence,
  evidenceOf,
  hasMfaMethod,
  isMfaFresh,
  isPrompt,
  modesToRegister,
  waysToMeet,
  waysToRefresh,
} from './controls'
import { type BlockReason, type Context, type Decision, errorNumbers, type Outcome, type Required } from './decision'
import type { Target } from './match'
import { registerSecurityInformation } from './model'
import { isPasswordChange, type PolicyIndex, partsOf, sift } from './policy-index'
import { undecided } from './trace'
import { type Verdicts, verdictsOn } from './verdicts'

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
    const trace = set.policies.map((policy) => undecided(policy, 'exception').line)
    const outcome = blocked('evaluationError')
    return { outcome, required: null, session: null, persistentBrowser: null, trace, gate: null }
  }
}

function decide(set: PolicySet, context: Context): Decision {
  const { target, usableModes, registrableModes } = context
  const isRegistration = target.kind === 'userAction' && target.action === registerSecurityInformation

  // Collect: which policies apply, and how long proofs count by the strictest of those that are enforced.
  const { applying, trace } = sift(set, context)
  const { policies, index } = set
  const frequent = hasAny(applying, index.frequent) ? numbersIn(meet(applying.slice(), applying, index.frequent)) : []
  const enforcedFrequent = frequent.flatMap((number) => (policies[number]?.isEnforced ? policies[number] : []))
  const session = strictest(enforcedFrequent)
  const evidence = evidenceOf(context, 'excluded', session)
  const throughResources = isRegistration ? evidenceOf(context, 'included', session) : evidence
  const skipsStrengths = isRegistration && context.interruptMode && hasAny(applying, index.strengthOnAction)
  const missing = { risk: context.risk === null, device: context.device === null }
  const onAction = verdictsOn(set, evidence, false, missing)
  const onResources = isRegistration ? verdictsOn(set, throughResources, skipsStrengths, missing) : onAction
  const judged: Judged[] = [{ said: onAction, applying }]
  if (isRegistration) {
    const parts = partsOf(index, applying)
    judged[0] = { said: onAction, applying: parts.onAction }
    judged[1] = { said: onResources, applying: parts.onResources }
  }
  for (const { said, applying } of judged) copyAt(trace, said.lines, applying)
  for (const number of frequent) {
    const policy = policies[number]
    if (!policy || policy.isEnforced) continue
    // As if it were on: its own frequency counts beside those of the enforced ones.
    const side = policy.namesRegistration ? 'excluded' : 'included'
    const ownEvidence = evidenceOf(context, side, strictest([...enforcedFrequent, policy]))
    const line = verdictsOn(set, ownEvidence, skipsStrengths, missing).lines[number]
    if (line) trace[number] = line
  }
  // Several may speak: never wins.
  const persistentBrowser =
    persistentBrowserModes.find((mode) => hasAny(applying, index.persistentBrowser[mode])) ?? null
  const answer = (outcome: Outcome, required: Required | null = null, gate: Decision | null = null): Decision => ({
    outcome,
    required,
    session,
    persistentBrowser,
    trace,
    gate,
  })

  // Enforce: block wins, and what cannot be decided blocks.
  if (hasAny(applying, index.blocking)) return answer(blocked('blockControl'))
  if (hasAny(applying, index.undecidable)) return answer(blocked('evaluationError'))

  const asked = sortOut(index, judged, evidence, usableModes)
  const { performable, missingHere, others } = asked
  const device = deviceControls.find((wanted) =>
    others.some((control) => control.kind === 'device' && control.control === wanted),
  )
  const needsPassword = others.some(isPasswordChange)
  const terms = others.some(({ kind }) => kind === 'termsOfUse') ? termsIn(set, judged) : []

  // Rule REG-1: no method can meet it. A policy on the action itself is never met by registering.
  if (isRegistration && asked.isMissingOnAction)
    return answer(blocked(isMfaFresh(evidence) || hasMfaMethod(usableModes) ? 'otherMethodNeeded' : 'noMethod'))
  const registrable = missingHere.map((control) => modesToRegister(control, usableModes, registrableModes))
  // A new password is only taken from who had registered before; a pass alone does not show that.
  if (asked.isMissingBesidePassword || (needsPassword && !hasMfaMethod(usableModes)))
    return answer(blocked('noMethod', 'proofUpBlocked'))
  if (registrable.some((modes) => modes.length === 0)) return answer(blocked('notRegistrable'))

  const challenge = () =>
    answer({ kind: 'challenge', reason: 'policy' }, requiredOf(performable, evidence, usableModes))
  const register = (gate: Decision | null) =>
    answer({ kind: 'register' }, { controls: missingHere, ways: [], registrable: common(registrable) }, gate)

  // In the documented order: a password, then terms. What cannot be shown or taken here refuses.
  const pagesLeft = (): Outcome | null => {
    if (terms.some((id) => context.offeredTerms?.includes(id) === false)) return blocked('notOfferedHere')
    if (needsPassword)
      return context.canChangePassword === false ? blocked('notOfferedHere') : { kind: 'changePassword' }
    return terms.length > 0 ? { kind: 'acceptTerms', terms } : null
  }

  if (isRegistration) {
    if (performable.length > 0) return challenge()
    if (device) return answer(blocked('deviceRequired', device))
    if (hasMfaMethod(usableModes) && !isMfaFresh(evidence))
      return answer(
        { kind: 'challenge', reason: 'freshness' },
        { controls: [{ kind: 'mfa' }], ways: combineWays([waysToRefresh(evidence, usableModes)]), registrable: [] },
      )
    const page = pagesLeft()
    if (page) return answer(page)
    return missingHere.length > 0 ? register(null) : answer({ kind: 'allow' })
  }
  if (missingHere.length > 0) {
    const gate = evaluate(set, { ...context, target: registration, interruptMode: true })
    return gate.outcome.kind === 'block' ? answer(gate.outcome, null, gate) : register(gate)
  }
  if (performable.length > 0) return challenge()
  if (device) return answer(blocked('deviceRequired', device))
  return answer(pagesLeft() ?? { kind: 'allow' })
}

const persistentBrowserModes = ['never', 'always'] as const
const registration: Target = { kind: 'userAction', action: registerSecurityInformation }

/** Each kind of proof counts for as long as the policy that gives it least time. */
function strictest(policies: readonly CompiledPolicy[]): Frequency | null {
  if (!policies.some(({ frequency }) => frequency !== null)) return null
  const asked = policies.flatMap(({ frequency }) => frequency ?? [])
  const least = (of: (frequency: Frequency) => number | null) => {
    const seconds = asked.flatMap((frequency) => of(frequency) ?? [])
    return seconds.length > 0 ? Math.min(...seconds) : null
  }
  return {
    seconds: least(({ seconds }) => seconds) ?? 0,
    firstFactorSeconds: least(({ firstFactorSeconds }) => firstFactorSeconds),
    sessionSeconds: least(({ sessionSeconds }) => sessionSeconds),
    secondFactorSeconds: least(({ secondFactorSeconds }) => secondFactorSeconds),
  }
}

/** Policies that apply, and what all say to the evidence that counts for these. */
type Judged = { readonly said: Verdicts; readonly applying: Bits }

/** What somebody can perform now with registered methods, what not, and what is not met by proving something. */
type Sorted = {
  readonly performable: readonly PromptControl[]
  readonly missingHere: readonly PromptControl[]
  readonly others: readonly GrantControl[]
  /** Whether something is missing for a policy on registering security info itself. */
  readonly isMissingOnAction: boolean
  /** Whether something is missing for a policy that also asks for a new password. */
  readonly isMissingBesidePassword: boolean
}

/** Dozens of policies may ask for the same, so each thing is looked at once. */
function sortOut(
  index: PolicyIndex,
  judged: readonly Judged[],
  evidence: Evidence,
  usableModes: readonly AuthenticationMethodMode[],
): Sorted {
  const performable: AskedPrompt[] = []
  const missingHere: AskedPrompt[] = []
  const others: GrantControl[] = []
  let isMissingOnAction = false
  let isMissingBesidePassword = false
  for (const { said, applying } of judged)
    for (const { key, control, by } of said.asked) {
      if (!hasAny(applying, by)) continue
      if (!isPrompt(control)) {
        others.push(control)
        continue
      }
      const isPerformable = canMeet(control, evidence, usableModes)
      const known = isPerformable ? performable : missingHere
      if (!known.some((other) => other.key === key)) known.push({ key, control })
      if (isPerformable) continue
      isMissingOnAction ||= hasAny(applying, by, index.namesRegistration)
      isMissingBesidePassword ||= hasAny(applying, by, index.passwordChange)
    }
  const [can, cannot] = [inOrder(performable), inOrder(missingHere)]
  return { performable: can, missingHere: cannot, others, isMissingOnAction, isMissingBesidePassword }
}

type AskedPrompt = { readonly key: string; readonly control: PromptControl }

function inOrder(asked: AskedPrompt[]): readonly PromptControl[] {
  return asked.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ control }) => control)
}

/** The terms that are still to be accepted, in the order of the policies. */
function termsIn({ policies }: PolicySet, judged: readonly Judged[]): readonly string[] {
  const asked = judged.flatMap(({ said, applying }) =>
    numbersIn(applying).map((number) => ({ number, unmet: said.verdicts[number]?.unmet ?? [] })),
  )
  const enforced = asked.filter(({ number }) => policies[number]?.isEnforced)
  const inOrder = enforced.sort((one, other) => one.number - other.number)
  const terms = inOrder.flatMap(({ unmet }) =>
    unmet.flatMap((control) => (control.kind === 'termsOfUse' ? control.id : [])),
  )
  return [...new Set(terms)]
}

function requiredOf(
  controls: readonly PromptControl[],
  evidence: Evidence,
  usableModes: readonly AuthenticationMethodMode[],
): Required {
  const ways = combineWays(controls.map((control) => waysToMeet(control, evidence, usableModes)))
  return { controls, ways, registrable: [] }
}

/** A mode that helps everywhere, if there is one; else those that help somewhere: several methods will be needed. */
function common(lists: readonly (readonly AuthenticationMethodMode[])[]): readonly AuthenticationMethodMode[] {
  const [first = [], ...rest] = lists
  const everywhere = first.filter((mode) => rest.every((list) => list.includes(mode)))
  return everywhere.length > 0 ? everywhere : [...new Set(lists.flat())].sort()
}

function blocked(reason: BlockReason, error: DeviceControl | 'proofUpBlocked' | 'blocked' = 'blocked'): Outcome {
  return { kind: 'block', reason, error: errorNumbers[error] }
}
