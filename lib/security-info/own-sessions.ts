import 'server-only'
import { record, recordAlone } from '@/lib/audit/record'
import { lockUser } from '@/lib/directory/store'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { lastMfaAt, type Session } from '@/lib/sign-in/model'
import { endSession, endSessionsOf, listSessions, reloadSession } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { mfaMethods } from '@/lib/sign-in/usable'
import type { Asking } from './change'
import { freshnessSeconds } from './gate'
import type { OwnSessionView } from './model'
import { ownSessionView } from './view'

/**
 * Where a person is signed in, and ending it. Conditional Access does not speak here: nobody is kept from shutting a
 * stranger out by being in the wrong place. A fresh proof is asked for, where the person has a method to give it.
 *
 * @see SEC-146, SEC-147
 */
export async function ownSessions(asking: Asking): Promise<Result<readonly OwnSessionView[]>> {
  const at = now()
  const facts = await loadFacts(db(), asking.session.userId, 'cached')
  const refusal = facts ? refusalToAct(facts, asking.session, at, 'open') : fail('refused', 'sign_in.session_ended')
  if (refusal) return refusal
  const rows = await listSessions(db(), asking.session.userId, at)
  return ok(rows.map((row) => ownSessionView(row, asking.session.id)))
}

function refusalToAct(facts: PersonFacts, session: Session, at: Date, moment: 'open' | 'store'): Fail | null {
  if (mfaMethods(facts).length === 0) return null
  const age = at.getTime() - (lastMfaAt(session.proofs) ?? 0)
  return age >= 0 && age <= freshnessSeconds(moment, null, session.stage) * 1000
    ? null
    : fail('refused', 'security_info.freshness_required')
}

/** Ends one other session of the person. Failures: `security_info.session_not_found`, `security_info.freshness_required`. */
export function endOwnSession(asking: Asking, sessionId: string): Promise<Result<{ readonly ended: number }>> {
  return end(asking, async (tx) => {
    const found =
      sessionId === asking.session.id ? null : await reloadSession(tx, sessionId, asking.session.userId, now())
    return found && (await endSession(tx, found.id)) ? 1 : null
  })
}

/** Ends every other session of the person; this one stays. Failure: `security_info.freshness_required`. */
export function signOutEverywhereElse(asking: Asking): Promise<Result<{ readonly ended: number }>> {
  return end(asking, (tx) => endSessionsOf(tx, asking.session.userId, asking.session.id))
}

async function end(
  asking: Asking,
  perform: (tx: Tx) => Promise<number | null>,
): Promise<Result<{ readonly ended: number }>> {
  const at = now()
  const about = {
    activity: 'sessionsRevoked' as const,
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'user' as const, id: asking.session.userId },
    correlationId: asking.session.correlationId,
  }
  const result = await transaction<Result<{ ended: number }>>(async (tx) => {
    // Changes of methods hold this lock too, so none of them ends after the session that made it.
    await lockUser(tx, asking.session.userId)
    const session = await reloadSession(tx, asking.session.id, asking.session.userId, at)
    const facts = session ? await loadFacts(tx, session.userId, 'now') : null
    if (!session || !facts?.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    const refusal = refusalToAct(facts, session, at, 'store')
    if (refusal) return refusal
    const ended = await perform(tx)
    if (ended === null) return fail('refused', 'security_info.session_not_found')
    await record(tx, { ...about, outcome: 'success', reason: 'by the person', after: { ended } })
    const clientAddress = asking.origin.clientAddress
    await tell(tx, session.userId, 'sessionsRevoked', { at: at.toISOString(), clientAddress, by: 'you' })
    return ok({ ended })
  })
  if (!result.ok) await recordAlone({ ...about, outcome: 'failure', reason: result.failure.code })
  return result
}
