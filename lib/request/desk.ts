import 'server-only'
import { headers } from 'next/headers'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import type { Subject } from '@/lib/directory/model'
import { isAdministrator } from '@/lib/directory/rights'
import { now } from '@/lib/platform/clock'
import { currentRequest } from '@/lib/platform/request-context'
import type { Session } from '@/lib/sign-in/model'
import { currentSession } from '@/lib/sign-in/next-auth'

/** The front desk: who is asking, from where, when. Every page and every action begins here. */

export type Visit = { readonly origin: AuditOrigin; readonly at: Date }
export type SignedInVisit = Visit & { readonly session: Session; readonly subject: Subject; readonly actor: AuditActor }

export async function visit(): Promise<Visit> {
  const request = currentRequest()
  return {
    origin: {
      requestId: request.requestId,
      clientAddress: request.client.address,
      addressSource: request.client.source,
      userAgent: (await headers()).get('user-agent')?.slice(0, 512) ?? null,
    },
    at: now(),
  }
}

/** The visit of somebody with a live session and an enabled account; null otherwise. */
export async function signedInVisit(): Promise<SignedInVisit | null> {
  currentRequest().progress.isAtDesk = true
  const found = await currentSession()
  if (!found?.subject.accountEnabled) return null
  const { session, subject } = found
  return { ...(await visit()), session, subject, actor: actorOf(subject, session) }
}

export function actorOf(subject: Subject, session: Session): AuditActor {
  return {
    kind: isAdministrator(subject) ? 'administrator' : 'user',
    id: subject.id,
    userPrincipalName: subject.userPrincipalName,
    sessionId: session.id,
  }
}
