import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { NoticeTemplate, NoticeValues } from './model'
import { queueMail } from './outbox'
import { recipients } from './recipients'

/**
 * Tells a person about a change of their account, in the transaction of that change: at every address known to be
 * theirs except `except` (the one just added or changed), and at `alsoTo` (the old one). Answers the ids of the
 * messages; call `wakeOutbox()` after the commit.
 *
 * Known to be theirs are the email method they verified and the profile address, which the organisation keeps. A
 * person with neither is told at their user name when it has the form of an address, as it usually is a mailbox.
 *
 * @see SEC-069, SEC-220, NIST SP 800-63B-4 §4.6
 */
export async function notifySecurityEvent(
  tx: Tx,
  event: {
    readonly user: { readonly id: string; readonly mail: string | null; readonly userPrincipalName: string }
    readonly template: NoticeTemplate
    readonly values: NoticeValues
    /** The address that stood before the change. */
    readonly alsoTo?: string | null
    /** The address that was just added or changed: who holds it now may be the one to warn of. */
    readonly except?: string | null
  },
): Promise<readonly string[]> {
  const methods = await tx.email.findMany({
    where: { method: { userId: event.user.id } },
    select: { emailAddress: true },
  })
  const addresses = recipients({
    verified: methods.map(({ emailAddress }) => emailAddress),
    mail: event.user.mail,
    userPrincipalName: event.user.userPrincipalName,
    alsoTo: event.alsoTo ?? null,
    except: event.except ?? null,
  })
  const ids: string[] = []
  for (const to of addresses) {
    const { template, values } = event
    ids.push(await queueMail(tx, { userId: event.user.id, to, template, values, lane: 'notification' }))
  }
  return ids
}
