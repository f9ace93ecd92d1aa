import 'server-only'
import { isAdministrator } from '@/lib/authentication-methods/policy'
import { directoryRoles } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { queueMail } from '@/lib/notifications/outbox'
import { isPlainAddress } from '@/lib/notifications/recipients'
import { dropChallengesOf } from '@/lib/registered-methods/challenge'
import { ok } from '@/lib/result'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { endSessionsOf } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { clearPasswordLock } from '@/lib/throttle/password-lock-store'
import { type Context, logDecision, note, type StepResult } from './flow'
import { dropOtherResets, listHolders, noteAnswered, writeThrottle } from './store'
import { afterEvent, afterReset } from './throttle'

/** What goes with the end of a reset, in the transaction that stores it or hears of it. SEC-125, SEC-130, `40` §8, §10 */

/** With a new password that is stored in this transaction, or was set by a directory. Methods stay as they are. */
export async function completeReset(context: Context, facts: PersonFacts): Promise<StepResult> {
  const { tx, at, origin, reset, throttle } = context
  const { subject, passwordResetPolicy } = facts
  const { isPersonNotified, areAdministratorsNotified } = passwordResetPolicy.selfService
  await dropChallengesOf(tx, subject.id)
  const sessionsEnded = await endSessionsOf(tx, subject.id)
  await dropOtherResets(tx, subject.id, reset.id)
  await clearPasswordLock(tx, subject.userPrincipalName)
  await writeThrottle(tx, reset.subjectHash, afterReset(throttle, at), { questionRound: 0 }, at)
  await noteAnswered(tx, reset.id, 'done', null)
  const values = { at: at.toISOString(), clientAddress: origin.clientAddress }
  if (isPersonNotified) await tell(tx, subject.id, 'passwordReset', values, { facts })
  if (areAdministratorsNotified && isAdministrator(subject)) await tellAdministrators(context, facts)
  await note(context, 'passwordReset', 'success', { after: { sessionsEnded, ways: reset.gates.map(({ way }) => way) } })
  await logDecision(context, null)
  return ok({ step: 'done', token: null })
}

/** With the end of a lock. What is counted for this way in goes on counting. */
export async function completeUnlock(context: Context, facts: PersonFacts): Promise<StepResult> {
  const { tx, at, origin, reset, throttle, account } = context
  const { subject, passwordResetPolicy } = facts
  const { isLockoutEndedByUnlock, isPersonNotified } = passwordResetPolicy.selfService
  if (isLockoutEndedByUnlock) await clearPasswordLock(tx, subject.userPrincipalName)
  await writeThrottle(tx, reset.subjectHash, afterEvent(throttle, 'resets', at), {}, at)
  await noteAnswered(tx, reset.id, 'done', null)
  const values = { at: at.toISOString(), clientAddress: origin.clientAddress }
  if (isPersonNotified) await tell(tx, subject.id, 'accountUnlocked', values, { facts })
  const inDirectory = account.home.kind === 'directory'
  await note(context, 'accountUnlocked', 'success', {
    after: { lockoutEnded: isLockoutEndedByUnlock, inDirectory, ways: reset.gates.map(({ way }) => way) },
  })
  await logDecision(context, null)
  return ok({ step: 'done', token: null })
}

async function tellAdministrators({ tx, at, origin }: Context, { subject }: PersonFacts): Promise<void> {
  const { contactRecipientsMax } = limits.passwordReset
  const values = { at: at.toISOString(), clientAddress: origin.clientAddress, account: subject.userPrincipalName }
  for (const holder of await listHolders(tx, [directoryRoles.globalAdministrator], contactRecipientsMax)) {
    const to = holder.mail ?? holder.userPrincipalName
    if (!isPlainAddress(to)) continue
    const message = { userId: holder.id, to, template: 'administratorPasswordReset', lane: 'notification' } as const
    await queueMail(tx, { ...message, values })
  }
}
