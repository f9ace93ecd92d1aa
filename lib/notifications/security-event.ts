import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { NoticeTemplate, NoticeValues } from './model'
import { queueMail } from './outbox'
import { recipients } from './recipients'

/**
 * Tells a person about a change of their account, in the transaction of that change: at every address known to be
 * theirs except `except` (the one just added or changed), and at `alsoTo` (the old one). Answers the ids of the
 * messages.
 *
 * Known to be theirs are the email method they verified and the profile address, which the organisation keeps. A
 * person with neither is told at their user name when it has the form of an address, as it usually is a mailbox. Nobody
 * is told who is gone.
 *
 * @see SEC-069, SEC-220, NIST SP 800-63B-4 §4.6
 */
export async function notifySecurityEvent(
  tx: Tx,
  event: {
    readonly userId: string
    readonly template: NoticeTemplate
    readonly values: NoticeValues
    /** The person's addresses, where the caller has read them in this transaction. */
    readonly known?: Known | undefined
    /** The address that stood before the change. */
    readonly alsoTo?: string | null
    /** The address that was just added or changed: who holds it now may be the one to warn of. */
    readonly except?: string | null
  },
): Promise<readonly string[]> {
  const user = event.known ?? (await readKnown(tx, event.userId))
  if (user === null) return []
  const addresses = recipients({
    ...user,
    alsoTo: event.alsoTo ?? null,
    except: event.except ?? null,
  })
  const ids: string[] = []
  for (const to of addresses) {
    const { template, values } = event
    ids.push(await queueMail(tx, { userId: event.userId, to, template, values, lane: 'notification' }))
  }
  return ids
}

async function readKnown(tx: Tx, userId: string): Promise<Known | null> {
  const [user] = await tx.$queryRaw<Known[]>`
    SELECT mail, user_principal_name AS "userPrincipalName", ARRAY(
      SELECT email_address FROM email JOIN authentication_method method ON method.id = email.method_id
      WHERE method.user_id = "user".id ORDER BY method.created_at, method.id
    ) AS verified
    FROM "user" WHERE id = ${userId}::uuid`
  return user ?? null
}

type Known = { readonly mail: string | null; readonly userPrincipalName: string; readonly verified: readonly string[] }
