import 'server-only'
import type { DirectoryHome } from './password-home'

/**
 * What became of a change that a directory was asked for. `refused`: it said no, and nothing changed; `words` is a
 * sentence for the person. `unavailable`: nothing was asked. `unknown`: it was asked and no answer came, so it may have
 * happened; never to be shown as success.
 */
export type WritebackOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'unknown' }

/** Sets a new password by the service account's right: a reset. Unlocks nothing by itself. Never throws. */
export async function setPassword(_home: DirectoryHome, _newPassword: string): Promise<WritebackOutcome> {
  return { kind: 'unavailable' }
}

/** Changes the password in the person's own name, with the present one. Never throws. */
export async function changePassword(
  _home: DirectoryHome,
  _oldPassword: string,
  _newPassword: string,
): Promise<WritebackOutcome> {
  return { kind: 'unavailable' }
}

/** Ends a lock that the directory holds after wrong passwords. Never throws. */
export async function unlockAccount(_home: DirectoryHome): Promise<WritebackOutcome> {
  return { kind: 'unavailable' }
}

/**
 * What became of a change whose outcome was unknown, found out by signing in with the new password: `done` or `refused`
 * once the directory says so, `unknown` as long as it does not answer.
 */
export async function outcomeOf(_home: DirectoryHome, _newPassword: string): Promise<WritebackOutcome> {
  return { kind: 'unknown' }
}
