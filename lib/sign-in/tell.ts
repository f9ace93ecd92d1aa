import 'server-only'
import type { NoticeTemplate, NoticeValues } from '@/lib/notifications/model'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import type { Tx } from '@/lib/platform/db'
import type { PersonFacts } from './facts'

/**
 * Tells a person what happened to their account, in the transaction in which it happens. Nobody is told who is gone.
 * `facts` spare a question, where the caller has read them in this transaction.
 */
export async function tell(
  tx: Tx,
  userId: string,
  template: NoticeTemplate,
  values: NoticeValues,
  contact: { readonly alsoTo?: string | null; readonly except?: string | null; readonly facts?: PersonFacts } = {},
): Promise<void> {
  const { facts, ...rest } = contact
  await notifySecurityEvent(tx, { userId, template, values, known: facts && addressesOf(facts), ...rest })
}

function addressesOf({ subject, mail, methods }: PersonFacts) {
  const verified = methods.flatMap(({ detail }) => (detail.kind === 'email' ? [detail.emailAddress] : []))
  return { mail, userPrincipalName: subject.userPrincipalName, verified }
}
