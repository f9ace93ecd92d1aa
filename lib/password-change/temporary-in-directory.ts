import 'server-only'
import { record } from '@/lib/audit/record'
import { isSameHome, passwordHomeOf } from '@/lib/directory/password-home'
import { askingSeconds, noteWrite } from '@/lib/directory/password-writes'
import { refusalToActOn } from '@/lib/directory/rights'
import { setTemporaryPassword } from '@/lib/directory/writeback'
import type { PasswordAbout, PasswordRules } from '@/lib/password/model'
import { newTemporaryPassword } from '@/lib/password/temporary'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { type Asking, isFreshAdministrator, lockBoth } from '@/lib/security-info/change'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { reloadSession } from '@/lib/sign-in/session'
import { aboutOf, rulesOf } from './candidate'
import { noteOutcome } from './directory-outcome'
import type { IssuedPassword, PasswordChangeFailureCode } from './model'

type Answer<T> = Result<T, PasswordChangeFailureCode>

/**
 * Gives somebody of a directory a temporary password: it is set there, and the directory asks for a new one at the next
 * sign-in. It is answered only after the directory took it. Then every session of the person has ended. Failures: those of
 * `issueTemporaryPassword`, `password.in_directory` where it takes none from here, `password.directory_refused` (details
 * `words`), `password.directory_unavailable`, `password.directory_asked`, `password.directory_unknown`.
 *
 * @see SEC-119, SEC-128, SEC-129, SEC-146
 */
export async function issueTemporaryPasswordInDirectory(
  asking: Asking,
  person: PersonFacts,
): Promise<Answer<IssuedPassword>> {
  const at = now()
  const targetId = person.subject.id
  const unknown = { isCommon: false, isBreached: false, isCurrent: false }
  const password = temporaryPasswordFor(await rulesOf(db(), person), aboutOf(person, unknown))
  const home = await passwordHomeOf(db(), targetId)
  const noted = await transaction<Answer<string>>(async (tx) => {
    if (!(await lockBoth(tx, targetId, asking.session.userId))) return fail('refused', 'directory.not_found')
    const session = await reloadSession(tx, asking.session.id, asking.session.userId, at)
    const actor = session ? await loadFacts(tx, session.userId, 'now') : null
    const target = await loadFacts(tx, targetId, 'now')
    if (session?.stage !== 'full' || !actor || !target) return fail('refused', 'sign_in.session_ended')
    const refusal = refusalToActOn(actor.subject, 'users.resetPassword', target.subject)
    if (refusal) return fail('refused', refusal)
    if (!isFreshAdministrator(session, at)) return fail('refused', 'directory.fresh_required')
    // The account may have moved since: what is asked is the entry that it has now.
    if (
      home.kind === 'local' ||
      target.passwordHome !== 'directory' ||
      !isSameHome(home, await passwordHomeOf(tx, targetId))
    )
      return fail('refused', 'password.in_directory')
    const { correlationId } = session
    const write = { userId: targetId, kind: 'temporary' as const, actorId: actor.subject.id, sessionId: null }
    const asked = { home, newPassword: password }
    const id = await noteWrite(tx, { ...write, correlationId, isRenewed: false }, asked, at)
    if (id === null) return fail('busy', 'password.directory_asked', { retryAfterSeconds: askingSeconds })
    await record(tx, { ...eventOf(asking, targetId, at), outcome: 'success', reason: 'directory_asked' })
    return ok(id)
  })
  if (!noted.ok) return refused(asking, targetId, noted, at)
  if (home.kind === 'local') throw new Error('a password that is kept here was noted as kept elsewhere')
  const said = await setTemporaryPassword(home, password)
  const answer = await noteOutcome(noted.value, said, asking)
  if (!answer.ok) return answer
  if (answer.value.kind === 'findingOut') return fail('unknown', 'password.directory_unknown')
  return ok({ password, endsAt: null, isOnlyForReplacing: said.kind === 'done' && said.isOver === true })
}

/** With letters, digits and hyphens in it, so that a directory which asks for three kinds of characters takes it. */
function temporaryPasswordFor(rules: PasswordRules, about: PasswordAbout): string {
  for (let tries = 0; tries < 100; tries++) {
    const password = newTemporaryPassword(rules, about)
    if (/\d/.test(password) && /[a-z]/.test(password)) return password
  }
  throw new Error('no temporary password has letters and digits')
}

async function refused(
  asking: Asking,
  targetId: string,
  refusal: Fail<PasswordChangeFailureCode>,
  at: Date,
): Promise<Fail<PasswordChangeFailureCode>> {
  const about = eventOf(asking, targetId, at)
  const { code: reason } = refusal.failure
  await transaction(async (tx) => {
    await record(tx, { ...about, outcome: 'success' })
    await record(tx, { ...about, activity: 'passwordResetByAdministrator', outcome: 'failure', reason })
  })
  return refusal
}

function eventOf({ actor, origin, session }: Asking, targetId: string, at: Date) {
  return {
    activity: 'startedPasswordResetByAdministrator' as const,
    at,
    actor,
    origin,
    target: { kind: 'user' as const, id: targetId },
    correlationId: session.correlationId,
  }
}
