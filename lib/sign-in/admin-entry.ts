import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import type { RequestOrigin } from '@/lib/conditional-access/client-platform'
import type { Decision } from '@/lib/conditional-access/decision'
import { isAdministrator } from '@/lib/directory/rights'
import { limits } from '@/lib/limits'
import { transaction, type Write, writeTogether } from '@/lib/platform/db'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import { adminArea } from './areas'
import { circumstancesOf } from './circumstances'
import type { PersonFacts } from './facts'
import { signInEntryOf, stepsOf } from './log'
import { errorCodes, lastOwnMfaAt, type Session } from './model'
import { type NextStep, nextStep } from './next-step'

/**
 * Entering the admin area. It is judged apart from the session and whenever the area's own cookie would be issued, so that a
 * policy about Administration is passed by nobody who signed in to something else first, and whoever it stops still has
 * their own security info.
 */
export type AdminEntry = {
  /** What the policies about Administration ask of this session now. */
  readonly next: NextStep
  readonly decision: Decision
  /** Whether the cookie is issued: nothing is asked any more, and MFA was performed with a method of one's own. SEC-095, SEC-252 */
  readonly isOpen: boolean
}

/** Null for whoever has no role: plain people are not asked about an area that is none of theirs. */
export function askAdminEntry(asked: {
  readonly facts: PersonFacts
  readonly session: Pick<Session, 'proofs'>
  readonly origin: RequestOrigin
  readonly at: Date
}): AdminEntry | null {
  const { facts, origin, at } = asked
  if (!isAdministrator(facts.subject)) return null
  const { proofs } = asked.session
  const { next, decision } = nextStep({ facts, session: { stage: 'full', proofs }, target: adminArea, origin, at })
  return { next, decision, isOpen: next.step === 'complete' && lastOwnMfaAt(proofs) !== null }
}

type Logged = {
  readonly facts: PersonFacts
  readonly session: Session
  readonly origin: AuditOrigin
  readonly at: Date
  readonly entry: Pick<AdminEntry, 'next' | 'decision'>
}

/** The answer for the sign-in log, under Administration. */
export function adminEntryLogOf({ facts, session, origin, at, entry: { next, decision } }: Logged): Write {
  const errorCode = errorCodeOf(next)
  return signInEntryOf({
    at,
    userId: session.userId,
    userPrincipalName: facts.subject.userPrincipalName,
    target: adminArea.id,
    origin,
    errorCode,
    failureReason: errorCode === errorCodes.success ? null : decision.outcome.kind,
    steps: stepsOf(session.proofs),
    decision: decision.gate?.outcome.kind === 'block' ? decision.gate : decision,
    circumstances: circumstancesOf(facts.policySet, facts.subject, origin),
    correlationId: session.correlationId,
  })
}

/** Writes a refusal that came from looking at the page: as at the gate, only so many of one session are kept. */
export async function logStoppedEntry(logged: Logged): Promise<void> {
  await transaction(async (tx) => {
    const { refusalsPerSession: max, refusalsWindowSeconds: windowSeconds } = limits.gateLog
    const turn = await consume(tx, throttleKey('gateLog', logged.session.id), { max, windowSeconds }, logged.at)
    if (turn.allowed) await writeTogether(tx, [adminEntryLogOf(logged)])
  })
}

function errorCodeOf(next: NextStep): number {
  switch (next.step) {
    case 'verify':
      return errorCodes.mfaRequired
    case 'register':
      return errorCodes.registrationRequired
    case 'newPassword':
      return errorCodes.passwordChangeRequired
    case 'terms':
      return errorCodes.termsRequired
    case 'blocked':
      return next.errorCode
    case 'complete':
      return errorCodes.success
  }
}
