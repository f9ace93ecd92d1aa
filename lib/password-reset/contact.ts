import 'server-only'
import { isHelpdeskPage } from '@/lib/authentication-methods/policy-model'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { type DirectoryRole, directoryRoles } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { queueMail } from '@/lib/notifications/outbox'
import { isPlainAddress } from '@/lib/notifications/recipients'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import { evenly } from './even-time'
import { type Context, lockContext, note, type Resetting } from './flow'
import { findReset, listHolders, writeThrottle } from './store'

/**
 * "Contact your administrator": a mail that says who asks for help, to those who may give it. Nothing is proven by it, and it
 * says so. For a name that nobody has the page looks as if one had gone.
 *
 * @see `40` §9, SEC-191
 */
const recipientsInOrder: readonly (readonly DirectoryRole[])[] = [
  ['helpdeskAdministrator', 'passwordAdministrator'],
  ['userAdministrator'],
  ['globalAdministrator'],
]

/**
 * One mail an hour for a name, however often it is asked for; so many for the installation, of which only what would really
 * leave uses one up: names that nobody has must not silence everybody. The answer is the same whether a mail goes or not.
 */
export async function askForHelp(resetting: Resetting): Promise<Result<undefined>> {
  return evenly(limits.passwordReset.answerMilliseconds, () => ask(resetting))
}

async function ask(resetting: Resetting): Promise<Result<undefined>> {
  const at = now()
  const begun = await findReset(db(), resetting.token)
  if (!begun || (resetting.resetId !== null && resetting.resetId !== begun.id)) return expired()
  return transaction<Result<undefined>>(async (tx) => {
    const context = await lockContext(tx, begun, resetting, at)
    if (!context || context.reset.expiresAt <= at) return expired()
    const { reset, throttle, account, origin } = context
    const last = throttle.contactedAt?.getTime() ?? Number.NEGATIVE_INFINITY
    if (at.getTime() - last < 3_600_000) return ok()
    const facts = account.facts
    const policy = facts?.passwordResetPolicy ?? (await loadPasswordResetPolicy(tx))
    const { helpdesk } = policy.selfService
    const isMailed = facts !== null && !(helpdesk !== null && isHelpdeskPage(helpdesk))
    const found = isMailed ? await addressesFor(tx, helpdesk, facts.subject.id) : []
    const isWithin = await spend(context, found.length > 0)
    // Whom the installation's limit stopped may ask again before the hour is over.
    if (isWithin) await writeThrottle(tx, reset.subjectHash, throttle, { contactedAt: at }, at)
    const to = isWithin ? found : []
    for (const { userId, address } of to) {
      const values = {
        at: at.toISOString(),
        clientAddress: origin.clientAddress,
        account: facts?.subject.userPrincipalName ?? '',
        reference: reset.reference,
      }
      await queueMail(tx, { userId, to: address, template: 'helpAsked', values, lane: 'notification' })
    }
    await note(context, 'helpAsked', to.length > 0 ? 'success' : 'failure', {
      ...(isWithin ? {} : { reason: 'too_many_requests' }),
      after: { recipients: to.length },
    })
    return ok()
  })
}

/** Counts a mail for the installation; where none would leave as much is counted, under a key that spends nobody's hour. */
async function spend({ tx, at, throttle }: Context, isLeaving: boolean): Promise<boolean> {
  const { contactsPerInstallationPerHour: max } = limits.passwordReset
  const subject = Buffer.from(throttle.subjectHash).toString('base64url')
  const key = isLeaving ? throttleKey('resetContacts') : throttleKey('resetNobody', subject)
  const { allowed } = await consume(tx, key, { max, windowSeconds: 3600 }, at)
  return allowed || !isLeaving
}

/** The mailbox that the organisation named, or the first group of administrators that somebody is in. Nobody mails themselves. */
async function addressesFor(
  tx: Tx,
  helpdesk: string | null,
  asker: string,
): Promise<readonly { readonly userId: string | null; readonly address: string }[]> {
  if (helpdesk !== null) return [{ userId: null, address: helpdesk }]
  for (const roles of recipientsInOrder) {
    const ids = roles.map((role) => directoryRoles[role])
    const holders = await listHolders(tx, ids, limits.passwordReset.contactRecipientsMax + 1)
    const addresses = holders
      .filter(({ id }) => id !== asker)
      .map(({ id, mail, userPrincipalName }) => ({ userId: id, address: mail ?? userPrincipalName }))
      .filter(({ address }) => isPlainAddress(address))
    if (addresses.length > 0) return addresses.slice(0, limits.passwordReset.contactRecipientsMax)
  }
  return []
}

function expired(): Fail {
  return fail('refused', 'password_reset.expired')
}
