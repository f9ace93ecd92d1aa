import { isAdministrator, resetGates } from '@/lib/authentication-methods/policy'
import { administratorGates, type PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import type { Decision } from '@/lib/conditional-access/decision'
import type { Subject } from '@/lib/directory/model'
import { type GateFacts, hasIndependent } from './independent'
import type { ResetRefusal } from './model'

/**
 * Whether an account can be helped here, asked in the order that administrators know from the numbers: the first reason
 * is the one that is told. Administrators have two gates of their own fixed list and no group's scope.
 *
 * @see `40` §3, §4, §12; SEC-126
 */
export type Account = {
  readonly subject: Pick<Subject, 'accountEnabled' | 'userType' | 'guestType' | 'homeTenantId' | 'groupIds' | 'roleIds'>
  readonly policy: PasswordResetPolicy
  /** The gates that count for this person, whatever the scope. */
  readonly gates: readonly GateFacts[]
  readonly home: 'local' | 'directory' | 'readOnlyDirectory'
  readonly hasPassword: boolean
  /** What Conditional Access says of this action, with what is proven so far. */
  readonly outcome: Decision['outcome']['kind']
}

export type Standing =
  | { readonly isAble: true; readonly gatesNeeded: 1 | 2 }
  | {
      readonly isAble: false
      readonly refusal: ResetRefusal
      /** Nothing is sent to such an account and nothing proves anything about it: to the outside it is nobody's. */
      readonly isHidden: boolean
    }

export function standingOf(account: Account | null): Standing {
  if (account === null) return refused('account_unknown', true)
  const { subject, policy, gates, home, hasPassword, outcome } = account
  if (!subject.accountEnabled) return refused('account_disabled', true)
  const isAdmin = isAdministrator(subject)
  // What an organisation has switched off costs it no message either.
  if (policy.enabledFor === 'none' && !isAdmin) return refused('SSPR_0009', true)
  if (isAdmin && !policy.isAdministratorResetAllowed) return refused('administrator_not_allowed')
  if (!isAdmin && policy.allowedMethodKinds.length === 0) return refused('SSPR_0011')
  const needed = resetGates(policy, subject)
  if (needed === 0) return refused('SSPR_0013')
  if (isGuestOfOthers(subject)) return refused('guest_of_other_organisation')
  if (!hasIndependent(gates, needed)) return refused('SSPR_0014')
  if (home === 'readOnlyDirectory' || (home === 'directory' && !policy.selfService.isWritebackAllowed))
    return refused('SSPR_0010')
  if (home === 'local' && !hasPassword) return refused('no_password')
  if (outcome === 'block' || outcome === 'register') return refused('policy_blocked')
  return { isAble: true, gatesNeeded: needed }
}

/** How many gates to look for when it is asked which of them count: of whom the scope leaves out, one. */
export function gatesWanted(policy: PasswordResetPolicy, subject: Account['subject']): 1 | 2 {
  return resetGates(policy, subject) || (isAdministrator(subject) ? administratorGates : 1)
}

/** A guest whose organisation we know signs in there, with a password that is not ours. */
function isGuestOfOthers({ userType, homeTenantId }: Account['subject']): boolean {
  return userType === 'guest' && homeTenantId !== null
}

function refused(refusal: ResetRefusal, isHidden = false): Standing {
  return { isAble: false, refusal, isHidden }
}
