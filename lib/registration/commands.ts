import 'server-only'
import { recordOf } from '@/lib/audit/record'
import type { Decision } from '@/lib/conditional-access/decision'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction, writeTogether } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { askGate } from '@/lib/security-info/gate'
import { gateEntryOf } from '@/lib/security-info/gate-log'
import type { SecurityInfoFailureCode } from '@/lib/security-info/model'
import { actorOf } from '@/lib/sign-in/actor'
import { adminEntryLogOf, askAdminEntry } from '@/lib/sign-in/admin-entry'
import { leadsToAdminArea, ownPages } from '@/lib/sign-in/areas'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Continued, GoOn, Opening } from '@/lib/sign-in/going-on'
import {
  errorCodes,
  failuresTold,
  isPassSession,
  isPasswordDue,
  isTextSession,
  type Session,
} from '@/lib/sign-in/model'
import { mustSetPassword, nextStep } from '@/lib/sign-in/next-step'
import { lockWithFacts, raisingOf } from '@/lib/sign-in/session'
import { earliest, endBy } from '@/lib/sign-in/session-end'
import { tell } from '@/lib/sign-in/tell'
import { alertOfBreakGlass } from './break-glass-alert'
import { campaignNeed, isReviewDue, needFor, planFor } from './interrupt'
import type { Need, RegistrationProgress } from './model'
import { readProgress } from './progress'
import { notePrompt } from './prompts'
import { entryOf, log, recordStopped, recordUnable, whyOf } from './trail'
import { isEmptyNeed } from './triggers'

/** Going on after each factor: prove more, register what is missing, stop, or be signed in. */

type SigningIn = Pick<Asking, 'session' | 'origin'> & { readonly opening: Opening | null }
type AskingToGoOn = Asking & SigningIn

export type Choice = { readonly skip?: boolean; readonly isUnable?: boolean }

/**
 * Takes the sign-in one step further and answers where that leads. `skip`: the person chose to register later, where
 * that may be put off. `isUnable`: their browser says that it can make no passkey, which a campaign takes for an answer.
 * Failure: `sign_in.session_ended`.
 */
export async function continueSignIn(
  signingIn: Pick<Asking, 'session' | 'origin'>,
  choice: Choice = {},
): Promise<Result<Continued>> {
  const at = now()
  return transaction(async (tx) => {
    const locked = await lockWithFacts(tx, signingIn.session.id, signingIn.session.userId, at)
    if (!locked?.facts.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    return ok(
      await goOnIn(tx, { session: locked.session, origin: signingIn.origin, opening: null }, locked.facts, at, choice),
    )
  })
}

/**
 * As `continueSignIn`, in the transaction that holds the locks of the person and of the session and has read the facts with
 * the policies as they are now.
 */
async function goOnIn(
  tx: Tx,
  { session, origin, opening }: SigningIn,
  facts: PersonFacts,
  at: Date,
  choice: Choice,
): Promise<Continued> {
  const asking: AskingToGoOn = { session, origin, actor: actorOf(facts.subject, session), opening }
  const { next, decision } = nextStep({
    facts,
    session,
    target: ownPages,
    origin: asking.origin,
    at,
  })
  // A temporary password leads to a new one, and nowhere else before that. SEC-119
  const isProven = next.step !== 'verify' && next.step !== 'blocked'
  if (next.step === 'newPassword' || (isProven && mustSetPassword(session, facts))) {
    await log(tx, asking, session, facts, decision, errorCodes.passwordChangeRequired, at)
    return { way: { to: 'newPassword' }, tokens: null }
  }
  switch (next.step) {
    case 'verify':
      await log(tx, asking, session, facts, decision, errorCodes.mfaRequired, at, whyBefore(session))
      return { way: { to: 'verify' }, tokens: null }
    case 'blocked':
      await log(tx, asking, session, facts, decision, next.errorCode, at)
      await recordStopped(tx, asking, session, decision, at)
      return { way: { to: 'blocked', reason: next.reason }, tokens: null }
    case 'terms':
      await log(tx, asking, session, facts, decision, errorCodes.termsRequired, at)
      return { way: { to: 'terms', id: next.terms[0] ?? '' }, tokens: null }
    case 'register':
      return interrupt(tx, asking, session, facts, needFor(facts, decision, at), decision, at)
    case 'complete': {
      const need = needFor(facts, decision, at)
      const plan = isEmptyNeed(need) ? null : planFor(facts, need)
      const isReview = plan !== null && isReviewDue(need, plan)
      const mayPutOff = isReview || need.skip !== 'never'
      // Nothing can be shown: who may put it off goes on, and whoever reads the trail learns that something is amiss.
      if (plan?.unsatisfiable.some(({ requirement }) => requirement === 'mfa')) {
        if (!mayPutOff) return interrupt(tx, asking, session, facts, need, decision, at)
        await recordStopped(tx, asking, session, decision, at, 'registration.nothing_registrable')
      }
      const isDue = isReview || (plan !== null && plan.steps.length > 0)
      if (isDue && !(mayPutOff && (choice.skip || session.interruptedAt !== null))) {
        const { decision: gate, refusal } = askGate({
          facts,
          session,
          origin: asking.origin,
          at,
          moment: 'open',
          kind: null,
        })
        // Whoever came in by a text message has nothing to prove more with, and may put it off, does so.
        const isPutOff = isTextSession(session.proofs) && mayPutOff
        if (refusal?.code === 'security_info.freshness_required' && !isPutOff)
          return { way: { to: 'verify' }, tokens: null }
        if (refusal?.code === 'security_info.terms_required' && !isPutOff)
          return { way: { to: 'terms', id: String(refusal.details?.terms) }, tokens: null }
        // What only serves password reset must not stop a sign-in that the policies allow.
        if (!refusal) return interrupt(tx, asking, session, facts, need, decision, at)
        await recordStopped(tx, asking, session, decision, at, refusal.code)
        await writeTogether(tx, [gateEntryOf(asking, { facts, session, decision: gate, refusal, at })])
        if (!mayPutOff) return { way: { to: 'blocked', reason: stoppedBy(refusal.code) }, tokens: null }
      }
      const reminder = reminderFor(asking, session, facts, at, choice)
      if (reminder) return interrupt(tx, asking, session, facts, reminder, decision, at)
      if (choice.isUnable && isRequiredPasskey(session)) await recordUnable(tx, asking, session, at)
      return complete(tx, asking, session, facts, decision, at)
    }
  }
}

/** `continueSignIn` for whoever performs a factor. */
export const goOnSigningIn: GoOn = (tx, signingIn, facts, at) => goOnIn(tx, signingIn, facts, at, {})

/** Why a second factor is asked for where no policy of Conditional Access is the reason. */
function whyBefore({ proofs }: Session): string {
  return isPasswordDue(proofs) ? 'sign_in.due_password_mfa' : 'sign_in.per_user_mfa'
}

/** The gate's refusal as the page that says what to do about it. */
function stoppedBy(code: SecurityInfoFailureCode): 'noMethod' | 'otherMethodNeeded' | 'policy' {
  if (code === 'security_info.blocked_no_method') return 'noMethod'
  return code === 'security_info.other_method_needed' ? 'otherMethodNeeded' : 'policy'
}

/** Whether this session stands before a campaign's passkey that can no longer be put off. */
function isRequiredPasskey(session: Session): boolean {
  const asked = readProgress(session)?.need
  return asked?.campaign?.method === 'passkey' && asked.skip === 'never'
}

/** The registration campaign's need, when this session is to be asked for it now. */
function reminderFor(
  { origin }: Pick<Asking, 'origin'>,
  session: Session,
  facts: PersonFacts,
  at: Date,
  choice: Choice,
): Need | null {
  // Most sign-ins end here: no campaign, no further question.
  if (facts.registration.registrationCampaign.state === 'disabled') return null
  if (choice.isUnable && isRequiredPasskey(session)) return null
  const asked = readProgress(session)?.need
  const isAskedHere = asked?.campaign != null && asked.skip === 'never'
  const { refusal } = askGate({ facts, session, origin, at, moment: 'open', kind: null })
  const answer = campaignNeed(facts, session, at, { isGateOpen: refusal === null, isAskedHere })
  return answer.asks ? answer.need : null
}

async function interrupt(
  tx: Tx,
  asking: AskingToGoOn,
  session: Session,
  facts: PersonFacts,
  need: Need,
  decision: Decision,
  at: Date,
): Promise<Continued> {
  const plan = planFor(facts, need)
  if (plan.steps.length === 0 && plan.unsatisfiable.length > 0) {
    await log(tx, asking, session, facts, decision, errorCodes.blockedByConditionalAccess, at)
    return { way: { to: 'blocked', reason: 'nothingRegistrable' }, tokens: null }
  }
  const present = readProgress(session)
  const progress: RegistrationProgress = { startedAt: present?.startedAt ?? at.getTime(), need }
  const { issued, writes } = raisingOf(
    session,
    {
      stage: 'registration',
      lifetime: { isAdministrator: false, opensAdminArea: false, endsAt: passEnd(session) },
      progress: { registration: progress, interruptedAt: at },
    },
    at,
    asking.opening && asking.origin,
  )
  await writeTogether(tx, [...writes, ...(asking.opening ?? [])])
  await notePrompt(tx, session.userId, need, facts.registration, at)
  await log(tx, asking, session, facts, decision, errorCodes.registrationRequired, at, whyOf(need))
  return { way: { to: 'register' }, tokens: { ...issued, adminToken: null } }
}

async function complete(
  tx: Tx,
  asking: AskingToGoOn,
  session: Session,
  facts: PersonFacts,
  decision: Decision,
  at: Date,
): Promise<Continued> {
  const entry = askAdminEntry({ facts, session, origin: asking.origin, at })
  const opened = entry?.isOpen ? entry.decision : null
  const { issued, writes } = raisingOf(
    session,
    {
      stage: 'full',
      lifetime: {
        isAdministrator: entry !== null,
        opensAdminArea: opened !== null,
        endsAt: earliest(passEnd(session), endBy(session, decision), opened ? endBy(session, opened) : undefined),
      },
      progress: { registration: null },
      isPersistent: decision.persistentBrowser === 'always' && opened?.persistentBrowser !== 'never',
    },
    at,
    asking.opening && asking.origin,
  )
  // Before a right one of the same method, as its proof says; or of another method, which still stand.
  const isAfterFailures =
    session.proofs.some(({ afterFailures }) => afterFailures === true) ||
    facts.methods.some(({ consecutiveFailures }) => consecutiveFailures >= failuresTold)
  if (isAfterFailures) {
    const clientAddress = asking.origin.clientAddress
    await tell(tx, session.userId, 'signInAfterFailures', { at: at.toISOString(), clientAddress })
  }
  const signedIn = recordOf({
    activity: 'signedIn',
    at,
    outcome: 'success',
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user', id: session.userId },
    correlationId: session.correlationId,
    policies: decision.trace.map(({ policyId, policyVersion }) => ({ id: policyId, version: policyVersion })),
  })
  // What nobody asked for and does not get is no refusal.
  const isEntryTold = entry?.isOpen || (leadsToAdminArea(session.returnTo) && entry?.next.step !== 'complete')
  const alert = await alertOfBreakGlass(tx, asking, session, facts, at)
  await writeTogether(tx, [
    ...writes,
    ...(asking.opening ?? []),
    entryOf(asking, session, facts, decision, errorCodes.success, at),
    ...(entry && isEntryTold ? [adminEntryLogOf({ facts, session, origin: asking.origin, at, entry })] : []),
    signedIn,
    ...alert,
  ])
  return {
    way: { to: 'home', returnTo: session.returnTo },
    tokens: issued,
  }
}

/**
 * A session born from a pass ends at the end the pass had when it was used, whatever became of the pass since.
 * @see SEC-094
 */
function passEnd(session: Session): Date | undefined {
  if (!isPassSession(session.proofs)) return undefined
  const endsAt = session.proofs[0]?.endsAt
  return endsAt === undefined ? session.expiresAt : new Date(endsAt)
}
