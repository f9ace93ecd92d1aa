import 'server-only'
import { headers } from 'next/headers'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import type { Subject } from '@/lib/directory/model'
import { now } from '@/lib/platform/clock'
import { currentRequest } from '@/lib/platform/request-context'
import { actorOf } from '@/lib/sign-in/actor'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { currentSession } from '@/lib/sign-in/next-auth'
import type { CountedTry, FoundSession } from '@/lib/sign-in/session'
import type { Consumed } from '@/lib/throttle/model'
import { heldSession } from './cookies'

/** The front desk: who is asking, from where, when. Every page and every action begins here. */

export type Visit = { readonly origin: AuditOrigin; readonly at: Date }
export type SignedInVisit = Visit & {
  readonly session: Session
  readonly subject: Subject
  /** As they were when the request came, with cached policies: for pages and for going on. What stores reads its own. */
  readonly facts: PersonFacts
  readonly actor: AuditActor
}

export async function visit(): Promise<Visit> {
  const request = currentRequest()
  const sent = await headers()
  const platformHint = sent.get('sec-ch-ua-platform')?.slice(0, 32)
  return {
    origin: {
      requestId: request.requestId,
      clientAddress: request.client.address,
      addressSource: request.client.source,
      userAgent: sent.get('user-agent')?.slice(0, 512) ?? null,
      ...(platformHint ? { platformHint } : {}),
    },
    at: now(),
  }
}

/** The visit of a program that showed who it is by its signature: what goes wrong from here on is our fault. */
export async function callbackVisit(): Promise<Visit> {
  currentRequest().progress.isAtDesk = true
  return visit()
}

/** The visit of somebody with a live session and an enabled account; null otherwise. */
export async function signedInVisit(): Promise<SignedInVisit | null> {
  currentRequest().progress.isAtDesk = true
  return visitOf(await currentSession())
}

/** As `signedInVisit`, for what a browser sends: counts a try of that person in the same statement. */
export async function countedVisit(
  tried: CountedTry,
): Promise<{ readonly visit: SignedInVisit; readonly consumed: Consumed | null } | null> {
  currentRequest().progress.isAtDesk = true
  const found = await heldSession(tried)
  const signedIn = await visitOf(found)
  return found && signedIn && { visit: signedIn, consumed: found.consumed }
}

async function visitOf(found: FoundSession | null): Promise<SignedInVisit | null> {
  if (!found?.facts.subject.accountEnabled) return null
  const { session, facts } = found
  const { subject } = facts
  return { ...(await visit()), session, subject, facts, actor: actorOf(subject, session) }
}
