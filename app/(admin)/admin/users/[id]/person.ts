import 'server-only'
import { notFound } from 'next/navigation'
import { type PersonHome, personHomeOf } from '@/lib/directory/person-home'
import { may, type Right, refusalToActOn } from '@/lib/directory/rights'
import { failureMessage } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { SignedInVisit } from '@/lib/request/desk'
import { adminPageVisit } from '@/lib/request/page'
import type { MethodView } from '@/lib/security-info/model'
import { passkeyModels } from '@/lib/security-info/passkey-models'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'

export type PersonVisit = {
  readonly visit: SignedInVisit
  readonly facts: PersonFacts
  /** Null when the actor may not see this person's methods; `methodsRefusal` then says why. */
  readonly methods: readonly MethodView[] | null
  readonly methodsRefusal: string | null
  /** The sentence why the actor may not do this to this person; null when they may. */
  readonly refusal: (right: Right) => string | null
  readonly isOwn: boolean
  /** The directory that the account lives in; null: it is kept here. */
  readonly home: PersonHome | null
}

/**
 * The person of the address, for somebody who may be here; a person that does not exist is a page that does not exist.
 * What is shown as possible is decided again by each command.
 */
export async function personVisit(id: string, path: string): Promise<PersonVisit> {
  const visit = await adminPageVisit({ path })
  const { subject: actor, at } = visit
  const rights: readonly Right[] = ['registrations.read', 'methods.read', 'sessions.revoke', 'users.resetPassword']
  if (!rights.some((right) => may(actor, right))) notFound()
  const facts = await loadFacts(db(), id, 'cached')
  if (!facts) notFound()
  const refusal = (right: Right) => {
    const code = refusalToActOn(actor, right, facts.subject)
    return code && failureMessage({ kind: 'refused', code })
  }
  const methodsRefusal = refusal('methods.read')
  return {
    visit,
    facts,
    methods: methodsRefusal === null ? methodViews(facts, at, await passkeyModels(facts.methods, at)) : null,
    methodsRefusal,
    refusal,
    isOwn: actor.id === facts.subject.id,
    home: facts.passwordHome === 'local' ? null : await personHomeOf(db(), facts.subject.id),
  }
}

export function personPath(id: string): string {
  return `/admin/users/${encodeURIComponent(id)}`
}
