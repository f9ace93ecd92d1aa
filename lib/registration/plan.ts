/**
 * The smallest list of methods that meets a need, and why each is on it.
 *
 * Pure and deterministic: the order of the inputs changes nothing. Fewest steps first, then a new family, then rank;
 * with `passkeyFirst` a passkey leads wherever a method for MFA is missing, even if another would save a step
 * (decision D3).
 *
 * @see `20` §3, rows R1 to R16; `10` §2
 */
import type { WizardOrder } from '@/lib/authentication-methods/catalogue'
import { type AuthenticationStrength, canSatisfyWith } from '@/lib/authentication-methods/strengths'
import type { Need, Plan, PlannableMethod, PlannedStep, RequirementKind, TriggerId, UnmetRequirement } from './model'

/** What a set of methods leaves open of a need. */
export type Missing = {
  readonly mfa: 0 | 1
  readonly passwordReset: number
  readonly strengths: readonly Need['strengths'][number][]
  readonly campaign: 0 | 1
}

/**
 * Plans the registration of what is missing.
 *
 * `allowed`: the methods that policy lets the person register now, in this browser. `registered`: those that exist and may be
 * used now; a Temporary Access Pass is not among them, it never ends a need. When MFA or a strength cannot be met
 * there are no steps, since nothing registered would help (R16); when only password reset falls short, the steps that
 * are possible remain (R11).
 */
export function planRegistration<Id extends string>(
  need: Need,
  allowed: readonly PlannableMethod<Id>[],
  registered: readonly PlannableMethod<Id>[],
  order: WizardOrder,
): Plan<Id> {
  const have = [...registered]
  const steps: PlannedStep<Id>[] = []
  let missing = unmet(need, have)
  for (;;) {
    const candidates = candidatesFor(need, missing, allowed, have, order)
    const [chosen, ...others] = candidates
    if (chosen === undefined) break
    steps.push(stepFor(chosen, others, need, missing, have))
    have.push(chosen)
    missing = unmet(need, have)
  }
  // Steps end at the first closed door; what lies behind it is only unmet if everything allowed would not meet it.
  const best = unmet(need, [...registered, ...allowed])
  const unsatisfiable = unmetRequirements(need, { ...best, strengths: missing.strengths })
  const isBlocked = unsatisfiable.some((requirement) => requirement.requirement !== 'passwordReset')
  return { steps: isBlocked ? [] : steps, unsatisfiable }
}

/** What the methods leave open. All zero and empty: the need is met. */
export function unmet(need: Need, methods: readonly PlannableMethod[]): Missing {
  const modes = methods.flatMap((method) => method.modes)
  const resetGroups = new Set(methods.filter((method) => method.countsForReset).map((method) => method.resetGroup))
  return {
    mfa: need.mfa !== null && !methods.some((method) => method.countsForMfa) ? 1 : 0,
    passwordReset: Math.max(0, (need.passwordReset?.methodsRequired ?? 0) - resetGroups.size),
    strengths: need.strengths.filter((strength) => !canSatisfyWith(asStrength(strength), ['password', ...modes])),
    campaign: need.campaign !== null && !methods.some((method) => method.id === need.campaign?.method) ? 1 : 0,
  }
}

/**
 * The methods that may be registered next, best first. A missing strength is served before a missing MFA method, that before a
 * missing method for reset; each candidate brings the need forward, so none is asked for in vain.
 */
function candidatesFor<Id extends string>(
  need: Need,
  missing: Missing,
  allowed: readonly PlannableMethod<Id>[],
  have: readonly PlannableMethod<Id>[],
  order: WizardOrder,
): readonly PlannableMethod<Id>[] {
  const fitting = unique(allowed).filter((candidate) => {
    if (have.some((method) => method.id === candidate.id)) return false
    const [first] = served(need, missing, have, candidate)
    if (missing.strengths.length > 0) return first === 'strength'
    if (missing.mfa > 0) return first === 'mfa'
    return first === (missing.passwordReset > 0 ? 'passwordReset' : 'campaign')
  })
  const families = new Set(have.map((method) => method.family))
  const leads = (method: PlannableMethod) => order === 'passkeyFirst' && missing.mfa > 0 && method.isPasskey
  const compare = (left: PlannableMethod, right: PlannableMethod) =>
    Number(leads(right)) - Number(leads(left)) ||
    served(need, missing, have, right).length - served(need, missing, have, left).length ||
    Number(families.has(left.family)) - Number(families.has(right.family)) ||
    left.rank[order] - right.rank[order] ||
    compareText(left.id, right.id)
  return withoutUnforcedPasskey(fitting, missing, order).sort(compare)
}

/**
 * In classic order a passkey is no normal step of the wizard, only when a strength asks for it (`10` §1, X12). It stays when nothing
 * else could meet the need: a step that works is better than a closed door.
 */
function withoutUnforcedPasskey<Id extends string>(
  candidates: readonly PlannableMethod<Id>[],
  missing: Missing,
  order: WizardOrder,
): PlannableMethod<Id>[] {
  const others = candidates.filter((candidate) => !candidate.isPasskey)
  const mayDrop = order === 'classic' && missing.strengths.length === 0 && others.length > 0
  return mayDrop ? others : [...candidates]
}

/** Which open requirements registering this method would serve, in order of precedence. */
function served(
  need: Need,
  missing: Missing,
  have: readonly PlannableMethod[],
  candidate: PlannableMethod,
): readonly RequirementKind[] {
  const after = unmet(need, [...have, candidate])
  const kinds: RequirementKind[] = []
  if (after.strengths.length < missing.strengths.length) kinds.push('strength')
  if (after.mfa < missing.mfa) kinds.push('mfa')
  if (after.passwordReset < missing.passwordReset) kinds.push('passwordReset')
  if (after.campaign < missing.campaign) kinds.push('campaign')
  return kinds
}

function stepFor<Id extends string>(
  chosen: PlannableMethod<Id>,
  others: readonly PlannableMethod<Id>[],
  need: Need,
  missing: Missing,
  have: readonly PlannableMethod[],
): PlannedStep<Id> {
  const serves = served(need, missing, have, chosen)
  const reasons: Record<RequirementKind, readonly TriggerId[]> = {
    strength: missing.strengths.flatMap((strength) => strength.because),
    mfa: need.mfa?.because ?? [],
    passwordReset: need.passwordReset?.because ?? [],
    campaign: need.campaign?.because ?? [],
  }
  const bySecurity = [...others].sort(
    (left, right) => left.rank.classic - right.rank.classic || compareText(left.id, right.id),
  )
  return {
    method: chosen.id,
    serves,
    because: [...new Set(serves.flatMap((kind) => reasons[kind]))],
    alternatives: bySecurity.map((method) => method.id),
  }
}

/** A campaign is a reminder: what it asks for and nobody can register any more keeps nobody out. */
function unmetRequirements(need: Need, missing: Missing): readonly UnmetRequirement[] {
  const unmetList: UnmetRequirement[] = missing.strengths.map((strength) => ({
    requirement: 'strength',
    missing: 1,
    because: strength.because,
  }))
  if (need.mfa !== null && missing.mfa > 0) {
    unmetList.push({ requirement: 'mfa', missing: 1, because: need.mfa.because })
  }
  if (need.passwordReset !== null && missing.passwordReset > 0) {
    const { because } = need.passwordReset
    unmetList.push({ requirement: 'passwordReset', missing: missing.passwordReset, because })
  }
  return unmetList
}

/** One of each id. */
function unique<Id extends string>(methods: readonly PlannableMethod<Id>[]): readonly PlannableMethod<Id>[] {
  return [...new Map(methods.map((method) => [method.id, method])).values()]
}

function asStrength(strength: Need['strengths'][number]): AuthenticationStrength {
  return {
    id: strength.id,
    displayName: strength.id,
    description: null,
    policyType: 'custom',
    allowedCombinations: strength.allowedCombinations,
  }
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
