import 'server-only'
import { redirect } from 'next/navigation'
import type { MethodKind } from '@/lib/authentication-methods/model'
import type { SignedInVisit } from '@/lib/request/desk'
import { isForPerson, pageVisit, wayOfRefusal } from '@/lib/request/page'
import { askGate } from '@/lib/security-info/gate'
import { logRefusal } from '@/lib/security-info/gate-log'
import type { PersonFacts } from '@/lib/sign-in/facts'

export type OpenedVisit = SignedInVisit & { readonly facts: PersonFacts }

/**
 * A page of the own security info: a full session and the gate's yes, or the way to what is missing. `kind` asks as the
 * start of that method's ceremony will, so that nobody fills in a form that is then refused.
 */
export async function openSecurityInfo(path: string, kind: MethodKind | null = null): Promise<OpenedVisit> {
  const visit = await pageVisit({ stages: ['full'], path })
  const { facts, session, at, origin } = visit
  const { decision, refusal } = askGate({
    facts,
    session,
    origin,
    at,
    moment: kind === null ? 'open' : 'start',
    kind,
  })
  if (refusal) {
    if (!isForPerson(refusal)) await logRefusal(visit, { facts, session, decision, refusal, at })
    redirect(wayOfRefusal(refusal, path))
  }
  return { ...visit, facts }
}
