import { catalogue } from '@/lib/authentication-methods/catalogue'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { mayRegister, resetGates } from '@/lib/authentication-methods/policy'
import { campaignAsItHolds, isInScope } from '@/lib/authentication-methods/registration-policy'
import type { Decision } from '@/lib/conditional-access/decision'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { lastMfaAt, type Session } from '@/lib/sign-in/model'
import { isWhole, mfaMethods } from '@/lib/sign-in/usable'
import { type CampaignAnswer, campaignFor } from './campaign'
import type { Need, Plan } from './model'
import { planRegistration } from './plan'
import { planningFor } from './plannable'
import { graceDaysLeft, requirementsFor } from './triggers'

/** What this person still has to register, from the facts of now. Pure. */

/**
 * The need in this sign-in. `decision` is about the application that is wanted: where registering is its answer, its
 * strengths and its demand for MFA are triggers.
 */
export function needFor(facts: PersonFacts, decision: Decision, at: Date): Need {
  const missing = decision.outcome.kind === 'register' ? (decision.required?.controls ?? []) : []
  // Where a policy that applies asks for a second factor, whether or not this session has met it already.
  const isMfaAsked = decision.trace.some(
    ({ result, controls }) =>
      (result === 'success' || result === 'failure') &&
      controls.some(({ control }) => control.kind === 'mfa' || control.kind === 'authenticationStrength'),
  )
  const { registration, subject } = facts
  const { mfaRegistrationPolicy: policy } = registration
  const isPerUserMfaOn = registration.perUserMfaState !== 'disabled'
  return requirementsFor({
    isMfaRequired: isMfaAsked || isPerUserMfaOn,
    isPerUserMfaOn,
    isMfaRegistrationAsked: policy.state === 'enabled' && isInScope(policy, subject),
    graceDaysLeft: graceDaysLeft(registration.promptedAt, policy.enforcedSince, at),
    hasUsableMfaMethod: countingMethods(facts).some(({ kind }) => catalogue[kind].purposes.includes('mfa')),
    unmetStrengths: missing.flatMap((control) => (control.kind === 'authenticationStrength' ? [control.strength] : [])),
    mustReregister: facts.mustReregisterSince !== null,
    resetGates: resetGates(facts.passwordResetPolicy, facts.subject),
    isResetRegistrationRequired: facts.passwordResetPolicy.isRegistrationRequired,
    reconfirmDays: facts.passwordResetPolicy.reconfirmDays,
    daysSinceConfirmation: daysSinceConfirmation(facts, at),
  })
}

/**
 * What the registration campaign asks in this sign-in, once nothing else is asked. `isGateOpen`: registering is allowed to
 * this session now.
 */
export function campaignNeed(
  facts: PersonFacts,
  session: Pick<Session, 'proofs' | 'interruptedAt'>,
  at: Date,
  given: { readonly isGateOpen: boolean; readonly isAskedHere: boolean },
): CampaignAnswer {
  const { registration, methodsPolicy, subject, methods } = facts
  const campaign = campaignAsItHolds(registration.registrationCampaign, methodsPolicy)
  const have = methods.map(({ kind }) => kind)
  const { campaignSnoozedAt: snoozedAt } = registration
  return campaignFor({
    campaign,
    isInScope: campaign !== null && isInScope(campaign, subject),
    isAllowed: campaign !== null && mayRegister(methodsPolicy, subject, campaign.method, have).allowed,
    hasMethod: countingMethods(facts).some(({ kind }) => kind === campaign?.method),
    hasProvenMfa: lastMfaAt(session.proofs.filter(({ registered }) => registered !== true)) !== null,
    hasRegisteredHere: session.proofs.some(({ registered }) => registered === true),
    // Terms of use that were shown in this sign-in are interruption enough. `20` §6
    wasInterrupted: session.interruptedAt !== null || acceptedHere(facts, session),
    snoozes: registration.campaignSnoozes,
    daysSinceSnooze: snoozedAt === null ? null : (at.getTime() - snoozedAt.getTime()) / 86_400_000,
    ...given,
  })
}

function acceptedHere({ terms }: PersonFacts, { proofs }: Pick<Session, 'proofs'>): boolean {
  const since = proofs[0]?.at ?? Number.POSITIVE_INFINITY
  return terms.some(({ accepted }) => accepted !== null && accepted.at.getTime() >= since)
}

/** Whether nothing is missing, and what there is awaits the person's word that it is still right (W8). */
export function isReviewDue(need: Need, plan: Plan): boolean {
  return need.review !== null && plan.steps.length === 0 && plan.unsatisfiable.length === 0
}

/** Who never confirmed anything did so, in effect, by registering the newest method. A pass comes from somebody else. */
function daysSinceConfirmation(facts: PersonFacts, at: Date): number | null {
  const registered = facts.methods.filter(({ kind }) => kind !== 'temporaryAccessPass')
  const from =
    facts.securityInfoConfirmedAt?.getTime() ?? Math.max(...registered.map(({ createdAt }) => createdAt.getTime()))
  return Number.isFinite(from) ? (at.getTime() - from) / 86_400_000 : null
}

/**
 * The steps still ahead, made anew from what is registered now. `assumed`: as if that kind were registered too, for
 * what would come after it.
 */
export function planFor(facts: PersonFacts, need: Need, assumed?: MethodKind): Plan<MethodKind> {
  const { allowed, registered, order } = planningFor({
    methodsPolicy: facts.methodsPolicy,
    passwordResetPolicy: facts.passwordResetPolicy,
    subject: facts.subject,
    registeredKinds: [...facts.methods.map(({ kind }) => kind), ...(assumed ? [assumed] : [])],
    usableKinds: [...countingMethods(facts).map(({ kind }) => kind), ...(assumed ? [assumed] : [])],
    // Whether this browser can make one is known to the browser only; its page offers the way to another method.
    canCreatePasskey: true,
    hasBusinessPhone: facts.businessPhone !== null,
  })
  return planRegistration(need, allowed, registered, order)
}

/** Usable methods; where somebody must register anew, only those that were added since. */
function countingMethods(facts: PersonFacts) {
  const usable = new Set(mfaMethods(facts).map(({ id }) => id))
  const since = facts.mustReregisterSince
  return facts.methods.filter(
    (method) =>
      (usable.has(method.id) || isForResetOnly(method.kind)) &&
      isWhole(facts, method) &&
      method.disabledAt === null &&
      (since === null || isForResetOnly(method.kind) || method.kind === 'passkey' || method.createdAt > since),
  )
}

/** Email and questions: no second factor, and left alone when new methods are demanded. */
function isForResetOnly(kind: MethodKind): boolean {
  return kind === 'email' || kind === 'securityQuestions'
}
