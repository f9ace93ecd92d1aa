import { directoryRoles, type Subject } from '@/lib/directory/model'
import type { PolicySet } from './compile'
import { matchesUsers, type UserMatcher } from './match'

/**
 * Whether this is an emergency account: a Global Administrator whom no enforced policy concerns, and whom at least one
 * would concern if it did not exclude them. Who is merely not named by any policy is an administrator without
 * protection, which is something else. A policy whose users cannot be read concerns everybody; report-only ones need
 * not exclude anybody.
 *
 * @see `30` §11
 */
export function isBreakGlass({ policies }: PolicySet, subject: Subject): boolean {
  if (!subject.roleIds.has(directoryRoles.globalAdministrator)) return false
  const enforced = policies.filter((policy) => policy.isEnforced)
  return (
    enforced.every(({ users }) => users !== null && !matchesUsers(users, subject)) &&
    enforced.some(({ users }) => users !== null && matchesUsers({ ...users, exclude: nobody }, subject))
  )
}

const nobody: UserMatcher = {
  everybody: false,
  everyGuest: false,
  users: new Set(),
  groups: new Set(),
  roles: new Set(),
  guests: null,
}
