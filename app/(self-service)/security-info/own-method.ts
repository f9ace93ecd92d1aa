import 'server-only'
import { redirect } from 'next/navigation'
import type { MethodView } from '@/lib/security-info/model'
import { methodViews } from '@/lib/security-info/view'
import { type OpenedVisit, openSecurityInfo } from './open'

/** The visit of a page about one of the own methods; one that is gone leads back to the newest list (E20). */
export async function openOwnMethod(
  page: 'rename' | 'change' | 'remove',
  methodId: string,
): Promise<{ readonly visit: OpenedVisit; readonly method: MethodView }> {
  const isId = /^[0-9a-f-]{36}$/.test(methodId)
  const visit = await openSecurityInfo(isId ? `/security-info/${page}/${methodId}` : '/security-info')
  const method = methodViews(visit.facts, visit.at).find(({ id }) => id === methodId)
  if (!method) redirect('/security-info?done=changedElsewhere')
  // A passkey asks for a fresher proof; asked now, so that nothing is filled in for nothing.
  if (method.kind === 'passkey') await openSecurityInfo(`/security-info/${page}/${methodId}`, 'passkey')
  return { visit, method }
}
