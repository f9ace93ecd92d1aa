import 'server-only'
import { record } from '@/lib/audit/record'
import { type DirectoryHome, isSameHome, passwordHomeOf } from '@/lib/directory/password-home'
import { askingSeconds, noteWrite, type PasswordWriteKind } from '@/lib/directory/password-writes'
import { verifyDirectoryPassword } from '@/lib/directory/verify-password'
import { changePassword } from '@/lib/directory/writeback'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { ownPages } from '@/lib/sign-in/areas'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { lastMfaAt, type Session } from '@/lib/sign-in/model'
import { mustSetPassword, nextStep } from '@/lib/sign-in/next-step'
import { lockPersonAndSession } from '@/lib/sign-in/session'
import { mfaModes } from '@/lib/sign-in/usable'
import { claimPasswordLock, clearPasswordLock } from '@/lib/throttle/password-lock-store'
import { prepareElsewhere, refusalNow } from './candidate'
import { checkCurrent, closed, eventOf, refused } from './commands'
import { noteOutcome, type Written } from './directory-outcome'
import type { PasswordChangeFailureCode } from './model'
import { asksForNewPassword } from './renew'
import { findPassword } from './store'
import { isFactorFresh } from './way'

/**
 * Changing one's own password that lives in a directory. It is asked outside of any transaction: first it is noted that it
 * is being asked, then it is asked, then what it said is noted with all that follows (`directory-outcome.ts`).
 *
 * The directory always gets the present password along: only then do its own rules for a change apply, such as its history.
 *
 * @see SEC-128, docs/decisions/0044-a-directory-changes-a-password-with-the-present-one.md
 */

/** A change on one's own pages, in place of one that the directory holds for over, or because a policy asks. */
export type Purpose = Exclude<PasswordWriteKind, 'temporary'>
type Answer<T> = Result<T, PasswordChangeFailureCode>

/**
 * Failures: as for a password that is kept here, `password.in_directory` where it takes none from here,
 * `password.directory_refused` (details `words`), `password.directory_unavailable`, `password.directory_asked`. A wrong present
 * one counts as at sign-in and is refused before anything is said about the new one.
 */
export async function changeInDirectory(
  asking: Asking,
  purpose: Purpose,
  { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
): Promise<Answer<Written>> {
  const at = now()
  const { userId } = asking.session
  const facts = await loadFacts(db(), userId, 'now')
  const stored = await findPassword(db(), userId)
  if (!facts || !stored) return fail('refused', 'sign_in.session_ended')
  // Before anything is judged: a session that has only begun must not become a place to try passwords at.
  const early = refusalOf(purpose, facts, asking.session, asking.origin, at)
  if (early) return early
  const home = await passwordHomeOf(db(), userId)
  if (home.kind === 'local') return fail('refused', 'password.changed_meanwhile')
  if (home.isReadOnly) return refused(asking, fail('refused', 'password.in_directory'), at)
  const place = await checkCurrent(asking, stored, currentPassword, at, (typed) => judge(home, typed))
  if (!place.ok) return refused(asking, place, at)
  const candidate = await prepareElsewhere(newPassword, facts, currentPassword)
  if (!candidate.ok) return refused(asking, candidate, at)
  const noted = await transaction<Answer<string>>(async (tx) => {
    const session = await lockPersonAndSession(tx, asking.session.id, userId, at)
    const present = session ? await loadFacts(tx, userId, 'now') : null
    if (!session || !present?.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    const refusal = refusalOf(purpose, present, session, asking.origin, at)
    if (refusal) return refusal
    const lock = await claimPasswordLock(tx, stored.userPrincipalName, place.value, at)
    if (lock.locked) return fail('throttled', 'throttle.locked_out', { retryAfterSeconds: lock.retryAfterSeconds })
    await clearPasswordLock(tx, stored.userPrincipalName, place.value)
    if (!(await isStillThere(tx, userId, home))) return fail('refused', 'password.changed_meanwhile')
    const unacceptable = await refusalNow(tx, candidate.value, present)
    if (unacceptable) return unacceptable
    const isRenewed = lastMfaAt(session.proofs) !== null
    const write = { userId, kind: purpose, actorId: userId, sessionId: session.id, isRenewed }
    const asked = { home, newPassword }
    const id = await noteWrite(tx, { ...write, correlationId: session.correlationId }, asked, at)
    if (id === null) return fail('busy', 'password.directory_asked', { retryAfterSeconds: askingSeconds })
    const started = { activity: 'startedPasswordChange', outcome: 'success', reason: 'directory_asked' } as const
    await record(tx, { ...eventOf(asking, at), ...started })
    return ok(id)
  })
  if (!noted.ok) return refused(asking, noted, at)
  const said = await changePassword(home, currentPassword, newPassword)
  return noteOutcome(noted.value, said, asking)
}

async function isStillThere(tx: Parameters<typeof passwordHomeOf>[0], userId: string, home: DirectoryHome) {
  const present = await passwordHomeOf(tx, userId)
  return isSameHome(home, present) && present.kind === 'directory' && !present.isReadOnly
}

/** What must be true of the session for this; asked when it begins and again under the lock. */
function refusalOf(
  purpose: Purpose,
  facts: PersonFacts,
  session: Session,
  origin: Asking['origin'],
  at: Date,
): Fail<PasswordChangeFailureCode> | null {
  switch (purpose) {
    case 'change': {
      if (session.stage !== 'full') return fail('refused', 'sign_in.session_ended')
      return isFactorFresh(session.proofs, mfaModes(facts).length > 0, at, 'store') ? null : closed()
    }
    case 'due': {
      const isDue = session.stage === 'firstFactor' && mustSetPassword(session, facts)
      if (!isDue) return fail('refused', 'sign_in.not_finished')
      const { next } = nextStep({ facts, session, target: ownPages, origin, at })
      return next.step === 'verify' || next.step === 'blocked' ? fail('refused', 'sign_in.not_finished') : null
    }
    case 'renewal':
      return asksForNewPassword(facts, session, origin, at) ? null : fail('refused', 'sign_in.not_finished')
  }
}

/** The present password, by the directory. One that is over is right. */
async function judge(home: DirectoryHome, typed: string): Promise<Answer<{ readonly matches: boolean }>> {
  const { kind } = await verifyDirectoryPassword(home, typed)
  switch (kind) {
    case 'right':
    case 'mustChange':
    case 'expired':
      return ok({ matches: true })
    case 'unavailable':
      return fail('busy', 'password.directory_unavailable', { retryAfterSeconds: limits.circuitBreaker.openSeconds })
    case 'locked':
      return fail('refused', 'password.directory_refused', { details: { words: t('directory.refusal.locked') } })
    case 'wrong':
    case 'disabled':
      return ok({ matches: false })
  }
}
