import type { SignInRecord } from './log-store'

/** What an entry of the log says between its lines. */

/** Whether more than one factor was asked for, by a policy that applied or for this person alone. */
export function requirementOf({
  trace,
  failureReason,
}: Pick<SignInRecord, 'trace' | 'failureReason'>): 'singleFactorAuthentication' | 'multiFactorAuthentication' {
  const asks = trace.some(
    ({ result, controls }) =>
      (result === 'success' || result === 'failure') &&
      controls.some(
        ({ control, state }) =>
          state !== 'ignored' && (control.kind === 'mfa' || control.kind === 'authenticationStrength'),
      ),
  )
  const isOwn = failureReason === 'sign_in.per_user_mfa' || failureReason === 'sign_in.due_password_mfa'
  return asks || isOwn ? 'multiFactorAuthentication' : 'singleFactorAuthentication'
}
