import 'server-only'
import { record } from '@/lib/audit/record'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction, writeTogether } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { askGate } from '@/lib/security-info/gate'
import { askAdminEntry } from '@/lib/sign-in/admin-entry'
import { ownPages } from '@/lib/sign-in/areas'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import type { IssuedTokens } from '@/lib/sign-in/going-on'
import type { Session } from '@/lib/sign-in/model'
import { mustSetPassword, nextStep } from '@/lib/sign-in/next-step'
import { lockPersonAndSession, raisingOf } from '@/lib/sign-in/session'
import type { TermsOfUse } from '@/lib/terms-of-use/model'
import { isAccepted } from '@/lib/terms-of-use/standing'
import { findTerms, findText, insertAcceptance } from '@/lib/terms-of-use/store'

/**
 * Accepting and declining terms of use, in a sign-in or in front of one's security info. Only what the policies ask of
 * this session now can be answered, so nobody agrees to anything in another's name before all proofs are there.
 */

/** What the page showed: which terms, which of their texts, in which language. */
export type Shown = { readonly id: string; readonly textVersion: number; readonly language: string }

/**
 * Accepts the text that was shown. A newer one fails with `terms.changed_meanwhile`, and nothing is stored. Accepting
 * again what still counts writes nothing and is no failure. Other failures: `terms.not_asked`, `sign_in.session_ended`.
 */
export async function acceptTerms(
  asking: Asking,
  shown: Shown,
): Promise<Result<{ readonly tokens: IssuedTokens; readonly by: Asked['by'] }>> {
  return answer(asking, shown.id, async ({ tx, session, isAlready, by, terms, at }) => {
    if (terms.textVersion !== shown.textVersion) return fail('refused', 'terms.changed_meanwhile')
    const texts = await findText(tx, terms.id, terms.textVersion)
    const text = texts?.languages.find(({ language }) => language === shown.language)
    if (!text) return fail('refused', 'terms.changed_meanwhile')
    // Two tabs, or the button pressed twice: the first one said it all.
    if (!isAlready) {
      const acceptance = { termsId: terms.id, textVersion: terms.textVersion, language: text.language }
      await insertAcceptance(tx, { ...acceptance, userId: session.userId, acceptedAt: at })
      await record(tx, {
        ...eventOf(asking, session, terms, at),
        activity: 'termsAccepted',
        outcome: 'success',
        after: { textVersion: terms.textVersion, language: text.language },
      })
    }
    // The session can do more than before, so it gets a new id.
    const { issued, writes } = raisingOf(session, {}, at)
    await writeTogether(tx, writes)
    return ok({ tokens: issued, by })
  })
}

/**
 * Declines: it is written down, and the policies keep asking. What may be put off is put off for this sign-in, so that a
 * sign-in which is allowed without registering anything can go on.
 */
export async function declineTerms(asking: Asking, id: string): Promise<Result<undefined>> {
  return answer(asking, id, async ({ tx, session, isAlready, terms, at }) => {
    if (isAlready) return notAsked()
    await record(tx, {
      ...eventOf(asking, session, terms, at),
      activity: 'termsDeclined',
      outcome: 'success',
      after: { textVersion: terms.textVersion },
    })
    if (session.stage === 'firstFactor')
      await tx.session.updateMany({ where: { id: session.id }, data: { interruptedAt: session.interruptedAt ?? at } })
    return ok()
  })
}

/**
 * `signIn`: going on needs them. `gate`: registering does, and the wizard or one's own pages wait behind it. `adminEntry`:
 * the admin area does.
 */
export type Asked = { readonly terms: readonly string[]; readonly by: 'signIn' | 'gate' | 'adminEntry' | null }

/** Which of the terms the policies ask of this session now, in their order, and for what. */
export function termsAsked(facts: PersonFacts, session: Session, origin: Asking['origin'], at: Date): Asked {
  const { next } = mustSetPassword(session, facts)
    ? { next: null }
    : nextStep({ facts, session, target: ownPages, origin, at })
  if (session.stage === 'firstFactor') {
    if (next?.step === 'terms') return { terms: next.terms, by: 'signIn' }
    // What has to be proven or set first comes first.
    if (next?.step !== 'complete' && next?.step !== 'register') return nothing
  }
  const { decision, refusal } = askGate({ facts, session, origin, at, moment: 'open', kind: null })
  const { outcome } = decision
  if (refusal?.code === 'security_info.terms_required' && outcome.kind === 'acceptTerms')
    return { terms: outcome.terms, by: 'gate' }
  if (session.stage === 'full') {
    const entry = askAdminEntry({ facts, session, origin, at })
    return entry?.next.step === 'terms' ? { terms: entry.next.terms, by: 'adminEntry' } : nothing
  }
  // The wizard is done, and the sign-in that it interrupted has terms of its own.
  return session.stage === 'registration' && next?.step === 'terms' ? { terms: next.terms, by: 'signIn' } : nothing
}

const nothing: Asked = { terms: [], by: null }

type Answering = {
  readonly tx: Tx
  readonly session: Session
  readonly terms: TermsOfUse
  /** Whether the person has accepted them, and that still counts. */
  readonly isAlready: boolean
  readonly by: Asked['by']
  readonly at: Date
}

async function answer<T>(
  asking: Asking,
  id: string,
  work: (answering: Answering) => Promise<Result<T>>,
): Promise<Result<T>> {
  const at = now()
  return transaction<Result<T>>(async (tx) => {
    const { id: sessionId, userId } = asking.session
    const session = await lockPersonAndSession(tx, sessionId, userId, at)
    const facts = session ? await loadFacts(tx, userId, 'now') : null
    if (!session || !facts?.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    const terms = await findTerms(tx, id)
    if (!terms || terms.retiredAt) return notAsked()
    const present = facts.terms.find((each) => each.id === terms.id)
    const isAlready = present !== undefined && isAccepted(present, at)
    const asked = termsAsked(facts, session, asking.origin, at)
    if (!isAlready && !asked.terms.includes(terms.id)) return notAsked()
    return work({ tx, session, terms, isAlready, by: isAlready ? null : asked.by, at })
  })
}

function notAsked(): Fail {
  return fail('refused', 'terms.not_asked')
}

function eventOf(asking: Asking, session: Session, terms: TermsOfUse, at: Date) {
  return {
    at,
    actor: asking.actor,
    origin: asking.origin,
    target: { kind: 'termsOfUse' as const, id: terms.id, name: terms.displayName },
    correlationId: session.correlationId,
  }
}
