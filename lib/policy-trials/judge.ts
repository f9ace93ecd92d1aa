import type { CompiledPolicy, PolicySet } from '@/lib/conditional-access/compile'
import type { Decision, TraceLine } from '@/lib/conditional-access/decision'
import { matchesUsers, type Target } from '@/lib/conditional-access/match'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { isAdministrator } from '@/lib/directory/rights'
import { askGate } from '@/lib/security-info/gate'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { nextStep } from '@/lib/sign-in/next-step'
import { mfaModes } from '@/lib/sign-in/usable'
import { type PersonVerdict, type TrialBasis, type TrialOutcome, type TrialReason, trialOutcomes } from './model'
import { firstProof, type PastRequests, type Place, placesOf, targetsOf, unknownPlace } from './requests'

/** The policies as they are, and as they would be with the candidate on. */
export type TrialSets = {
  readonly before: PolicySet
  readonly after: PolicySet
  /** The policy being tried, as it stands in `after`. */
  readonly candidate: CompiledPolicy
}

/**
 * What would become of one person, or null when the policy is not about them. Each request is asked as the doors ask
 * it, once with the policies as they are and once as they would be; the gravest answer is the person's.
 */
export function judge(
  { before, after, candidate }: TrialSets,
  facts: PersonFacts,
  past: readonly PastRequests[],
  at: Date,
): PersonVerdict | null {
  if (candidate.users && !matchesUsers(candidate.users, facts.subject)) return null
  const targets = targetsOf(candidate.target, isAdministrator(facts.subject))
  if (targets.length === 0) return null
  const known = placesOf(past)
  const places = known.length > 0 ? known : [unknownPlace]
  const is = { ...facts, policySet: before }
  const becomes = { ...facts, policySet: after }
  const asked = places.flatMap((place) =>
    targets.map((target): Asked => {
      const request = { place, target, at }
      return { place, target, today: ask(is, request), tried: ask(becomes, request) }
    }),
  )
  const basis: TrialBasis = known.length > 0 ? 'signIns' : 'unknownPlace'
  const blocked = asked.filter(({ tried }) => tried.outcome === 'blocked')
  const placesBlocked = new Set(blocked.map(({ place }) => place)).size
  const decisive = asked.reduce((gravest, each) => (weight(each) < weight(gravest) ? each : gravest))
  return {
    outcome: decisive.tried.outcome,
    outcomeNow: gravest(asked.map(({ today }) => today.outcome)),
    isNewlyBlocked: asked.some(isNew),
    reason: reasonOf(decisive, candidate, { basis, isEverywhere: placesBlocked === places.length }),
    basis,
    places: places.length,
    placesBlocked,
    pastRequests: sum(asked),
    pastBlocked: sum(blocked),
    target: targetName(decisive.target),
    address: decisive.place.address,
    platform: decisive.place.platform,
  }
}

type Answer = { readonly outcome: TrialOutcome; readonly decision: Decision }
type Asked = { readonly place: Place; readonly target: Target; readonly today: Answer; readonly tried: Answer }

/** One request, at the door it would come to. */
function ask(
  facts: PersonFacts,
  { place, target, at }: { readonly place: Place; readonly target: Target; readonly at: Date },
): Answer {
  const proofs = [firstProof(facts, place, at)]
  const origin = { clientAddress: place.address, userAgent: place.userAgent }
  if (target.kind === 'userAction' && target.action === registerSecurityInformation) {
    // Who has nothing comes here from a sign-in; who has a method, from their own page.
    const stage = mfaModes(facts).length === 0 ? 'registration' : 'full'
    const { decision, refusal } = askGate({
      ...{ facts, origin, at, session: { stage, proofs }, moment: 'open', kind: null },
    })
    if (refusal === null) return { outcome: 'passes', decision }
    return { outcome: refusal.code === 'security_info.freshness_required' ? 'mfa' : 'blocked', decision }
  }
  const { decision, next } = nextStep({ facts, session: { stage: 'firstFactor', proofs }, target, origin, at })
  if (next.step === 'blocked') return { outcome: 'blocked', decision }
  if (decision.outcome.kind === 'register') return { outcome: 'registers', decision }
  return { outcome: next.step === 'verify' ? 'mfa' : 'passes', decision }
}

/** The smaller, the graver; of alike ones what is new comes first, then the newest place. */
function weight(asked: Asked): number {
  return trialOutcomes.indexOf(asked.tried.outcome) * 2 + (isNew(asked) ? 0 : 1)
}

function isNew({ today, tried }: Asked): boolean {
  return tried.outcome === 'blocked' && today.outcome !== 'blocked'
}

function gravest(outcomes: readonly TrialOutcome[]): TrialOutcome {
  return trialOutcomes.find((outcome) => outcomes.includes(outcome)) ?? 'passes'
}

function sum(asked: readonly Asked[]): number {
  return asked.reduce((total, { place, target }) => total + (place.requests.get(targetName(target)) ?? 0), 0)
}

/** As the sign-in log names it. */
function targetName(target: Target): string {
  return target.kind === 'userAction' ? target.action : target.id
}

function reasonOf(
  { tried }: Asked,
  candidate: CompiledPolicy,
  where: { readonly basis: TrialBasis; readonly isEverywhere: boolean },
): TrialReason {
  const { outcome, decision } = tried
  // A sign-in that leads to registering is decided twice, and the second time by other policies.
  const line = lineOf(decision, candidate) ?? null
  const gateLine = decision.gate ? (lineOf(decision.gate, candidate) ?? null) : null
  const isCause = line?.result === 'failure' || gateLine?.result === 'failure'
  if (outcome === 'passes') return reasonToPass(line)
  if (outcome !== 'blocked') return isCause ? 'asked' : 'askedAnyway'
  if (decision.outcome.kind !== 'block') return 'methodsDisabled'
  if (!isCause) return 'otherPolicy'
  const isPlace = candidate.network !== null
  switch (decision.outcome.reason) {
    case 'blockControl':
      if (!candidate.controls.some(({ kind }) => kind === 'block')) return 'otherPolicy'
      if (isPlace) return placed(where, 'placeAlways', 'placeSometimes', 'placeUnknown')
      return candidate.platforms ? 'platform' : 'blocked'
    case 'noMethod':
      if (isPlace) return placed(where, 'noMethodOffSite', 'noMethodSomePlaces', 'noMethodUnknownPlace')
      return 'noMethod'
    case 'evaluationError':
      return candidate.undecidable === null ? 'otherPolicy' : 'undecidable'
    case 'deviceRequired':
      return 'device'
    case 'otherMethodNeeded':
    case 'notRegistrable':
    case 'notOfferedHere':
      return decision.outcome.reason
  }
}

function reasonToPass(line: TraceLine | null): TrialReason {
  switch (line?.reason) {
    case null:
      return 'met'
    case 'location':
      return 'otherPlace'
    case 'devicePlatform':
      return 'otherPlatform'
    default:
      return 'notAbout'
  }
}

function placed(
  { basis, isEverywhere }: { readonly basis: TrialBasis; readonly isEverywhere: boolean },
  always: TrialReason,
  sometimes: TrialReason,
  unknown: TrialReason,
): TrialReason {
  if (basis === 'unknownPlace') return unknown
  return isEverywhere ? always : sometimes
}

function lineOf({ trace }: Decision, { id }: CompiledPolicy): TraceLine | undefined {
  return trace.find(({ policyId }) => policyId === id)
}
