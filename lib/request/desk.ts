import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import type { Subject } from '@/lib/directory/model'
import { now } from '@/lib/platform/clock'
import { currentRequest } from '@/lib/platform/request-context'
import { actorOf } from '@/lib/sign-in/actor'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { currentSession } from '@/lib/sign-in/next-auth'
import type { CountedTry, SessionOwner } from '@/lib/sign-in/session'
import type { Consumed } from '@/lib/throttle/model'
import { heldSession } from './cookies'

/** The front desk: who is asking, from where, when. Every page and every action begins here. */

export type Visit = { readonly origin: AuditOrigin; readonly at: Date }
/** Of somebody with a live session and an enabled account, as actions get it: they read the facts where they decide. */
export type AskingVisit = Visit & {
  readonly session: Session
  readonly subject: SessionOwner
  readonly actor: AuditActor
}
/** As pages get it. */
export type SignedInVisit = AskingVisit & {
  readonly subject: Subject
  /** As they were when the request came, with cached policies. */
  readonly facts: PersonFacts
}

export function visit(): Visit {
  const request = currentRequest()
  const { headers } = request
  const platformHint = headers['sec-ch-ua-platform']?.toString().slice(0, 32)
  return {
    origin: {
      requestId: request.requestId,
      clientAddress: request.client.address,
      addressSource: request.client.source,
      userAgent: headers['user-agent']?.slice(0, 512) ?? null,
      ...(platformHint ? { platformHint } : {}),
    },
    at: now(),
  }
}

/** The visit of a program that showed who it is by its signature: what goes wrong from here on is our fault. */
export function callbackVisit(): Visit {
  currentRequest().progress.isAtDesk = true
  return visit()
}

/** The visit of somebody with a live session and an enabled account; null otherwise. */
export async function signedInVisit(): Promise<SignedInVisit | null> {
  currentRequest().progress.isAtDesk = true
  const found = await currentSession()
  if (!found?.facts.subject.accountEnabled) return null
  const { session, facts } = found
  const { subject } = facts
  return { ...visit(), session, subject, facts, actor: actorOf(subject, session) }
}

/** The visit behind what a browser sends, or null as for a page: counts a try of that person in the same statement. */
export async function askingVisit(
  tried: CountedTry,
): Promise<{ readonly visit: AskingVisit; readonly consumed: Consumed | null } | null> {
  currentRequest().progress.isAtDesk = true
  const found = await heldSession(tried)
  if (!found?.owner.accountEnabled) return null
  const { session, owner, consumed } = found
  return { visit: { ...visit(), session, subject: owner, actor: actorOf(owner, session) }, consumed }
}
