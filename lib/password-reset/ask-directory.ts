import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { isBeingWritten, lookAgainAt } from '@/lib/directory/password-writes'
import type { WritebackOutcome } from '@/lib/directory/writeback'
import { limits } from '@/lib/limits'
import { noteOutsidePassword } from '@/lib/password-change/store'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { randomUUID } from '@/lib/platform/random'
import { fail, ok } from '@/lib/result'
import { endSessionsOf } from '@/lib/sign-in/session'
import { type Directory, directories } from './account'
import { completeReset, completeUnlock } from './complete'
import { type Context, lockContext, note, type StepResult } from './flow'
import {
  type Asked,
  changeReset,
  claimUnanswered,
  findAsked,
  findResetById,
  listUnanswered,
  noteAnswered,
  noteAsked,
} from './store'

/**
 * Passwords that live in a directory. It is asked outside of any transaction: first it is noted that it is being asked,
 * then it is asked, then what it said is noted with all that follows. Whatever dies in between is found out by a job;
 * nothing is called a success before the directory did, and the new password, sealed meanwhile, is forgotten with its
 * answer, half an hour after the reset began at the latest.
 *
 * @see SEC-128, REL-038
 */

/** Longer than a directory is waited for: afterwards whoever asked is believed dead. */
const askingSeconds = 60

/** Notes that a directory is about to be asked; nothing else has happened yet. One question for an account at a time. */
export async function noteAsking(context: Context, asked: Asked): Promise<StepResult> {
  const { tx, at, reset } = context
  if (reset.userId !== null && (await isBeingWritten(tx, reset.userId)))
    return fail('busy', 'password_reset.directory_unavailable', { retryAfterSeconds: askingSeconds })
  await noteAsked(tx, reset.id, asked, secondsFrom(at, askingSeconds))
  await note(context, 'passwordResetProgress', 'success', { reason: 'directory_asked' })
  return ok({ step: 'findingOut', token: null, isAsked: true })
}

/** Asks the directory that was noted, and notes what it said. */
export async function askDirectory(id: string, origin: AuditOrigin, directory: Directory): Promise<StepResult> {
  const asked = await findAsked(db(), id)
  if (!asked) return ok({ step: 'findingOut', token: null })
  const { home, newPassword } = asked
  const said =
    newPassword === null ? await directory.unlockAccount(home) : await directory.setPassword(home, newPassword)
  return noteOutcome(id, said, origin, directory, false)
}

/**
 * Looks for what became of questions that nobody waits for any more: whoever asked died, or the directory did not say. Each
 * is looked at by one process at a time. Answers how many were settled.
 */
export async function findOutcomes(directory: Directory = directories, at: Date = now()): Promise<number> {
  let settled = 0
  for (const { id, startedAt } of await listUnanswered(db(), at, 20)) {
    if (!(await claimUnanswered(db(), id, at, secondsFrom(at, askingSeconds)))) continue
    const asked = await findAsked(db(), id)
    if (!asked) continue
    const { home, newPassword, askedServer } = asked
    // To end a lock twice is to end it once: it is asked again. A password is only looked for.
    const said =
      newPassword === null
        ? await directory.unlockAccount(home)
        : await directory.outcomeOf(home, newPassword, askedServer)
    const { sessionSeconds, findOutSeconds } = limits.passwordReset
    const isOverdue = at.getTime() - startedAt.getTime() > (sessionSeconds + findOutSeconds) * 1000
    // A directory that cannot be asked now has said nothing of what it was asked before.
    const outcome = said.kind === 'unavailable' ? ({ kind: 'unknown' } as const) : said
    const answer = await noteOutcome(id, outcome, nowhere(), directory, isOverdue)
    if (!answer.ok || answer.value.step !== 'findingOut') settled++
  }
  if (settled > 0) log.info('password_reset.found_out', { count: settled })
  return settled
}

/** What the directory said, in one transaction with all that follows from it. Its first answer stands. */
async function noteOutcome(
  id: string,
  said: WritebackOutcome,
  origin: AuditOrigin,
  directory: Directory,
  isOverdue: boolean,
): Promise<StepResult> {
  const at = now()
  return transaction<StepResult>(async (tx) => {
    const found = await findResetById(tx, id)
    const context = found && (await lockContext(tx, found, { origin, directory }, at))
    if (!context) return ok({ step: 'identify', token: null })
    const asked = await findAsked(tx, id)
    const { facts } = context.account
    if ((context.reset.state !== 'writing' && context.reset.state !== 'unknown') || !asked || !facts)
      return ok({ step: context.step, token: null })
    const activity = asked.newPassword === null ? 'accountUnlocked' : 'passwordReset'
    switch (said.kind) {
      case 'done':
        if (asked.newPassword === null) return completeUnlock(context, facts)
        await noteOutsidePassword(tx, facts.subject.id, at)
        return completeReset(context, facts)
      case 'refused': {
        await noteAnswered(tx, id, 'open', null)
        await note(context, activity, 'failure', { reason: 'directory_refused' })
        const details = { words: said.words }
        return fail('refused', 'password_reset.directory_refused', { field: 'newPassword', details })
      }
      case 'unavailable':
        await noteAnswered(tx, id, 'open', null)
        await note(context, activity, 'failure', { reason: 'SSPR_0030' })
        return fail('busy', 'password_reset.directory_unavailable', { retryAfterSeconds: askingSeconds })
      case 'unknown':
        if (!isOverdue) {
          await noteAnswered(tx, id, 'unknown', lookAgainAt(said, context.reset.startedAt, at), said.askedServer)
          return ok({ step: 'findingOut', token: null })
        }
        // Nobody will know. What could have been opened with the old password is closed, and nothing is called done.
        await noteAnswered(tx, id, 'refused', null)
        await changeReset(tx, id, { refusal: 'outcome_unknown' })
        await endSessionsOf(tx, facts.subject.id)
        await note(context, activity, 'failure', { reason: 'outcome_unknown' })
        return ok({ step: 'refused', token: null })
    }
  })
}

function nowhere(): AuditOrigin {
  return { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null }
}
