import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import {
  type CompiledPolicy,
  type DeviceControl,
  deviceControls,
  type Frequency,
  type GrantControl,
  type PersistentBrowserMode,
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
import { hasAny, sift, verdictsOn } from './policy-index'
import { type Unmet, undecided } from './trace'

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
  const { applying, trace, bits } = sift(set, context)
  const { index } = set
  const frequent = hasAny(bits, index.frequent) ? applying.flatMap((number) => set.policies[number] ?? []) : []
  const enforcedFrequent = frequent.filter(({ isEnforced }) => isEnforced)
  const session = strictest(enforcedFrequent)
  const evidence = evidenceOf(context, 'excluded', session)
  const throughResources = isRegistration ? evidenceOf(context, 'included', session) : evidence
  const skipsStrengths = isRegistration && context.interruptMode && hasAny(bits, index.strengthOnAction)
  const missing = { risk: context.risk === null, device: context.device === null }
  const onAction = verdictsOn(set, evidence, false, missing)
  const onResources = isRegistration ? verdictsOn(set, throughResources, skipsStrengths, missing) : onAction
  const isBlocked = hasAny(bits, index.blocking)
  const isUndecidable = hasAny(bits, index.undecidable)
  const unmet: Unmet[] = []
  let persistentBrowser: PersistentBrowserMode | null = null
  for (const number of applying) {
    const policy = set.policies[number]
    if (!policy) continue
    const { namesRegistration, isEnforced, frequency } = policy
    // Several may speak: never wins.
    if (isEnforced && policy.persistentBrowser !== null && persistentBrowser !== 'never')
      persistentBrowser = policy.persistentBrowser
    const verdict =
      isEnforced || frequency === null
        ? (isRegistration && namesRegistration ? onAction : onResources)[number]
        : // As if it were on: its own frequency counts beside those of the enforced ones.
          verdictsOn(
            set,
            evidenceOf(context, namesRegistration ? 'excluded' : 'included', strictest([...enforcedFrequent, policy])),
            skipsStrengths,
            missing,
          )[number]
    if (!verdict) continue
    trace[number] = verdict.line
    if (isEnforced) for (const each of verdict.unmet) unmet.push(each)
  }
  const answer = (outcome: Outcome, required: Required | null = null, gate: Decision | null = null): Decision => ({
    ...{ outcome, required, session, persistentBrowser, trace, gate },
  })

  // Enforce: block wins, and what cannot be decided blocks.
  if (isBlocked) return answer(blocked('blockControl'))
  if (isUndecidable) return answer(blocked('evaluationError'))

  const { performable, missingHere, others } = sortOut(unmet, evidence, usableModes)
  const device = deviceControls.find((wanted) =>
    others.some((control) => control.kind === 'device' && control.control === wanted),
  )
  const needsPassword = others.some(isPasswordChange)
  const terms = [...new Set(others.flatMap((control) => (control.kind === 'termsOfUse' ? [control.id] : [])))]

  // Rule REG-1: no method can meet it. A policy on the action itself is never met by registering.
  if (isRegistration && missingHere.some(({ policy }) => policy.namesRegistration))
    return answer(blocked(isMfaFresh(evidence) || hasMfaMethod(usableModes) ? 'otherMethodNeeded' : 'noMethod'))
  const registrable = distinctControls(missingHere).map((control) =>
    modesToRegister(control, usableModes, registrableModes),
  )
  // A new password is only taken from who had registered before; a pass alone does not show that.
  if (
    missingHere.some(({ policy }) => policy.controls.some(isPasswordChange)) ||
    (needsPassword && !hasMfaMethod(usableModes))
  )
    return answer(blocked('noMethod', 'proofUpBlocked'))
  if (registrable.some((modes) => modes.length === 0)) return answer(blocked('notRegistrable'))

  const challenge = () =>
    answer({ kind: 'challenge', reason: 'policy' }, requiredOf(performable, evidence, usableModes))
  const register = (gate: Decision | null) =>
    answer(
      { kind: 'register' },
      { controls: distinctControls(missingHere), ways: [], registrable: common(registrable) },
      gate,
    )

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

type Prompt = Unmet & { readonly control: PromptControl }

/** What somebody can perform now with registered methods, what not, and what is not met by proving something. */
function sortOut(
  unmet: readonly Unmet[],
  evidence: Evidence,
  usableModes: readonly AuthenticationMethodMode[],
): {
  readonly performable: readonly Prompt[]
  readonly missingHere: readonly Prompt[]
  readonly others: readonly GrantControl[]
} {
  const performable: Prompt[] = []
  const missingHere: Prompt[] = []
  const others: GrantControl[] = []
  // Dozens of policies may ask for the same, so each thing is looked at once.
  const known = new Map<string, boolean>()
  for (const each of unmet) {
    if (!isAboutPrompt(each)) {
      others.push(each.control)
      continue
    }
    const key = keyOf(each.control)
    let isPerformable = known.get(key)
    if (isPerformable === undefined) {
      isPerformable = canMeet(each.control, evidence, usableModes)
      known.set(key, isPerformable)
    }
    if (isPerformable) performable.push(each)
    else missingHere.push(each)
  }
  return { performable, missingHere, others }
}

function isAboutPrompt(unmet: Unmet): unmet is Prompt {
  return isPrompt(unmet.control)
}

function keyOf(control: PromptControl): string {
  return control.kind === 'authenticationStrength' ? control.strength.id : control.kind
}

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
  const distinct = new Map<string, PromptControl>()
  for (const { control } of prompts) distinct.set(keyOf(control), control)
  return [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, control]) => control)
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

function isPasswordChange(control: GrantControl): boolean {
  return control.kind === 'passwordChange'
}
