import type { Context, Risk } from '@/lib/conditional-access/decision'
import { termsFacts } from '@/lib/terms-of-use/standing'
import type { PersonFacts } from './facts'
import type { Session } from './model'

type Password = Pick<PersonFacts, 'passwordRenewedAt' | 'temporaryPasswordEndsAt' | 'hasPassword' | 'passwordHome'>

/** What the engine is told about the controls that are met on pages of their own: terms of use, and a new password. */
export function controlFacts(
  facts: Password & Pick<PersonFacts, 'terms'>,
  session: Pick<Session, 'proofs'>,
  at: Date,
  risk: Risk | null,
): Pick<Context, 'acceptedTerms' | 'offeredTerms' | 'hasChangedPassword' | 'canChangePassword'> {
  return {
    ...termsFacts(facts.terms, at),
    hasChangedPassword: hasChangedPassword(facts, session, risk),
    canChangePassword: facts.hasPassword && facts.passwordHome !== 'readOnlyDirectory',
  }
}

/**
 * Whether the password was renewed since the person's risk rose. Where nothing says when that was, only a change in this
 * very session counts: the password that opened it is the one in doubt. A reset, or one from the helpdesk, is none.
 *
 * @see `30` §5, passwordChange
 */
export function hasChangedPassword(
  { passwordRenewedAt, temporaryPasswordEndsAt }: Password,
  { proofs }: Pick<Session, 'proofs'>,
  risk: Risk | null,
): boolean {
  if (passwordRenewedAt === null || temporaryPasswordEndsAt !== null) return false
  const since = risk?.userRaisedAt ?? proofs[0]?.at
  return since !== undefined && passwordRenewedAt.getTime() > since
}
