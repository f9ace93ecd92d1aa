import 'server-only'
import type { NoticeTemplate, NoticeValues } from '@/lib/notifications/model'
import { notifySecurityEvent } from '@/lib/notifications/security-event'
import type { Tx } from '@/lib/platform/db'

/** Tells a person what happened to their account, in the transaction in which it happens. Nobody is told who is gone. */
export async function tell(
  tx: Tx,
  userId: string,
  template: NoticeTemplate,
  values: NoticeValues,
  contact: { readonly alsoTo?: string | null; readonly except?: string | null } = {},
): Promise<void> {
  await notifySecurityEvent(tx, { userId, template, values, ...contact })
}
