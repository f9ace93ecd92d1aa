import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { NoticeTemplate, NoticeValues } from './model'
import { isPlainAddress, queueMail } from './outbox'

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

/** The addresses to tell, each once, without regard to case. */
export function recipients(known: {
  readonly verified: readonly string[]
  readonly mail: string | null
  readonly userPrincipalName: string
  readonly alsoTo: string | null
  readonly except: string | null
}): readonly string[] {
  const own = [...known.verified, ...(known.mail === null ? [] : [known.mail])].filter(
    (address) => !sameAddress(address, known.except),
  )
  const all = [...own, ...(known.alsoTo === null ? [] : [known.alsoTo])].filter(isPlainAddress)
  const found = all.length > 0 ? all : [known.userPrincipalName].filter(isPlainAddress)
  return found.filter((address, index) => found.findIndex((other) => sameAddress(other, address)) === index)
}

function sameAddress(left: string, right: string | null): boolean {
  return right !== null && left.toLowerCase() === right.toLowerCase()
}
