import { catalogue } from '@/lib/authentication-methods/catalogue'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { clientOf, type RequestOrigin } from '@/lib/conditional-access/client-platform'
import { type Context, type Decision, withoutSources } from '@/lib/conditional-access/decision'
import { evaluate } from '@/lib/conditional-access/evaluate'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { limits } from '@/lib/limits'
import type { Failure } from '@/lib/result'
import { controlFacts } from '@/lib/sign-in/control-facts'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { lastMfaAt, type Session, type SessionStage } from '@/lib/sign-in/model'
import { mfaModes, registrableModes } from '@/lib/sign-in/usable'
import type { GateMoment, SecurityInfoFailureCode } from './model'

/**
 * The gate: may security info be opened, a ceremony begun, or its result stored, in this session, from here, now?
 *
 * It asks Conditional Access about the user action and puts the answer into the words of this room. Passkeys ask for a
 * fresher proof than other methods; storing allows two minutes more than starting, for the time a form takes.
 */
export function askGate(input: {
  readonly facts: PersonFacts
  readonly session: Pick<Session, 'stage' | 'proofs'>
  readonly origin: RequestOrigin
  readonly at: Date
  readonly moment: GateMoment
  readonly kind: MethodKind | null
}): { readonly decision: Decision; readonly refusal: Failure<SecurityInfoFailureCode> | null } {
  const context = gateContext(input)
  const decision = evaluate(input.facts.policySet, context)
  return { decision, refusal: refusalBy(decision, context, input) }
}

/** What the decision about this context means at the gate, with the room's own rules beside it. */
export function refusalBy(
  decision: Decision,
  context: Context,
  {
    facts,
    session,
    moment,
  }: {
    readonly facts: PersonFacts
    readonly session: Pick<Session, 'stage' | 'proofs'>
    readonly moment: GateMoment
  },
): Failure<SecurityInfoFailureCode> | null {
  // A session that has only begun to sign in may go on with that and nothing else (SEC-011).
  if (session.stage === 'firstFactor' && moment !== 'open') {
    return { kind: 'refused', code: 'sign_in.not_finished' }
  }
  if (isSpentPassOld(session, context) || hasOnlyBurntMethods(facts, context)) {
    return { kind: 'refused', code: 'security_info.blocked_no_method' }
  }
  return refusalOf(decision)
}

/**
 * A session opened with a one-time pass registers within the window even where no policy asks for anything: the pass
 * is spent, so nothing could prove anew that the person is still the one it was given to.
 *
 * @see SEC-094
 */
function isSpentPassOld(session: Pick<Session, 'proofs'>, context: Context): boolean {
  if (session.proofs[0]?.mode !== 'temporaryAccessPassOneTime' || context.usableModes.length > 0) return false
  return !hasFreshMfa(context)
}

/**
 * Wrong tries and copied keys disable a method; they do not take it away. Otherwise whoever knows a password could
 * guess the second factor to death and then register one of their own. A pass is the way on, or an administrator who
 * deletes the method.
 *
 * @see SEC-010
 */
function hasOnlyBurntMethods(facts: PersonFacts, context: Context): boolean {
  if (context.usableModes.length > 0 || hasFreshMfa(context)) return false
  return facts.methods.some(
    ({ kind, disabledAt }) =>
      disabledAt !== null &&
      kind !== 'temporaryAccessPass' &&
      catalogue[kind].purposes.some((purpose) => purpose === 'mfa' || purpose === 'recovery'),
  )
}

function hasFreshMfa({ proofs, now, freshnessSeconds }: Context): boolean {
  const latest = lastMfaAt(proofs)
  return latest !== null && now - latest <= freshnessSeconds * 1000
}

/** What Conditional Access is asked about registering security info; also for a sign-in that leads to the wizard. */
export function gateContext(input: {
  readonly facts: PersonFacts
  readonly session: Pick<Session, 'stage' | 'proofs'>
  readonly origin: RequestOrigin
  readonly at: Date
  readonly moment: GateMoment
  readonly kind: MethodKind | null
}): Context {
  return {
    now: input.at.getTime(),
    subject: input.facts.subject,
    target: { kind: 'userAction', action: registerSecurityInformation },
    ...clientOf(input.origin),
    ...withoutSources,
    ...controlFacts(input.facts, input.session, input.at, withoutSources.risk),
    interruptMode: input.session.stage !== 'full',
    proofs: input.session.proofs,
    usableModes: mfaModes(input.facts),
    registrableModes: registrableModes(input.facts),
    freshnessSeconds: freshnessSeconds(input.moment, input.kind, input.session.stage),
    graceSeconds: input.moment === 'store' ? storeGraceSeconds : 0,
  }
}

/** What storing is given on top, for the time a form takes. */
const storeGraceSeconds = limits.freshness.securityInfoStoreSeconds - limits.freshness.securityInfoSeconds

/**
 * How old the last MFA may be. A passkey asks for more where somebody adds it to an account in use; in the wizard the
 * sign-in itself has just happened, and a newcomer who reads the page must not be stopped for it.
 */
export function freshnessSeconds(moment: GateMoment, kind: MethodKind | null, stage: SessionStage): number {
  const { freshness } = limits
  if (kind === 'passkey' && moment !== 'open' && stage === 'full') {
    return moment === 'store' ? freshness.passkeyStoreSeconds : freshness.passkeySeconds
  }
  return moment === 'store' ? freshness.securityInfoStoreSeconds : freshness.securityInfoSeconds
}

function refusalOf(decision: Decision): Failure<SecurityInfoFailureCode> | null {
  const { outcome } = decision
  switch (outcome.kind) {
    case 'allow':
    // Another policy's demand that only registering can meet opens the wizard; it does not close it.
    case 'register':
      return null
    case 'challenge':
      return { kind: 'refused', code: 'security_info.freshness_required' }
    case 'changePassword':
      return { kind: 'refused', code: 'security_info.new_password_required' }
    case 'acceptTerms':
      return { kind: 'refused', code: 'security_info.terms_required', details: { terms: outcome.terms[0] ?? null } }
    case 'block':
      if (outcome.reason === 'noMethod') return { kind: 'refused', code: 'security_info.blocked_no_method' }
      if (outcome.reason === 'otherMethodNeeded') return { kind: 'refused', code: 'security_info.other_method_needed' }
      return { kind: 'refused', code: 'security_info.blocked' }
  }
}
