import { unknownAaguid } from '@/lib/authentication-methods/model'
import { refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { mayRegister } from '@/lib/authentication-methods/policy'
import type { RequestOrigin } from '@/lib/conditional-access/client-platform'
import { limits } from '@/lib/limits'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { askGate } from './gate'

/**
 * Whether the browser may be asked to make a passkey by itself: the policy allows it, the person has just signed in with a
 * password and has none, and what a password manager makes (a passkey that proves no model and may be synced) would be stored.
 *
 * @see WebAuthn L3 §5.1.3 (conditional mediation at creation)
 */
export function isUpgradeDue(input: {
  readonly facts: Pick<PersonFacts, 'subject' | 'methods' | 'methodsPolicy'>
  readonly session: Pick<Session, 'stage' | 'proofs'>
  /** Milliseconds since 1970. */
  readonly at: number
}): boolean {
  const { subject, methods, methodsPolicy } = input.facts
  const [first] = input.session.proofs
  if (!methodsPolicy.methods.passkey.isConditionalCreationAllowed || input.session.stage !== 'full') return false
  if (first?.mode !== 'password' || input.at - first.at > limits.freshness.passkeySeconds * 1000) return false
  const kinds = methods.map(({ kind }) => kind)
  if (kinds.includes('passkey') || !mayRegister(methodsPolicy, subject, 'passkey', kinds).allowed) return false
  const usual = { backupEligible: true, aaguid: unknownAaguid, isAttested: false }
  return refusalOfPasskey(methodsPolicy, subject, usual, 'registration') === null
}

/** As `isUpgradeDue`, and the gate would say yes now: a page that nobody asked for asks for no further proof. */
export function offersUpgrade(input: {
  readonly facts: PersonFacts
  readonly session: Session
  readonly origin: RequestOrigin
  readonly at: Date
}): boolean {
  if (!isUpgradeDue({ ...input, at: input.at.getTime() })) return false
  return askGate({ ...input, moment: 'start', kind: 'passkey' }).refusal === null
}
