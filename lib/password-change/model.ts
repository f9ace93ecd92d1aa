/**
 * Setting a new password: by its owner, with the present one or without it after a fresh proof, in place of a temporary
 * one, and issuing a temporary one for somebody else.
 *
 * What a password may be is decided in `lib/password`; this room decides who may set one now. Its invariant: a password
 * is stored only in the transaction that has locked the person, read the session again and found the rules of this
 * moment satisfied; with it all other sessions end, the person is told, and an event says so. A password that lives in a
 * directory is set there first, and everything else happens once it agreed.
 *
 * @see `20` §9, `40` §14, SEC-115, SEC-119, SEC-142
 */
import type { FindingCode } from '@/lib/password/model'

export const failureCodes = [
  'password.not_acceptable',
  'password.missing',
  'password.current_missing',
  'password.current_wrong',
  'password.temporary_ended',
  'password.none',
  'password.in_directory',
  'password.directory_refused',
  'password.directory_unavailable',
  'password.directory_asked',
  'password.directory_unknown',
  'password.changed_meanwhile',
] as const
export type PasswordChangeFailureCode =
  | (typeof failureCodes)[number]
  | FindingCode
  | 'throttle.locked_out'
  | 'service.busy'
  | 'security_info.freshness_required'
  | 'sign_in.session_ended'
  | 'sign_in.not_finished'
  | 'directory.not_found'
  | 'directory.forbidden'
  | 'directory.own_account'
  | 'directory.target_protected'
  | 'directory.fresh_required'

/** In clear, for the one answer that shows it. */
export type IssuedPassword = {
  readonly password: string
  /** Null: it has no end of its own, because a directory keeps it. */
  readonly endsAt: string | null
  /** Whether a new one has to be set at the first sign-in with it. A directory without such a rule takes it for an ordinary one. */
  readonly isOnlyForReplacing: boolean
}
