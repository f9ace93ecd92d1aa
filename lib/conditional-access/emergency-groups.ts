import type { Subject } from '@/lib/directory/model'
import { isBreakGlass } from './break-glass'
import type { PolicySet } from './compile'

/**
 * The groups by which policies that are on leave emergency accounts out: such a group is known to be the one for them.
 * Where nothing is on yet, none is known.
 */
export function emergencyGroups(set: PolicySet, administrators: readonly Subject[]): readonly string[] {
  const accounts = administrators.filter((subject) => isBreakGlass(set, subject))
  const named = set.policies.flatMap(({ isEnforced, users }) => (isEnforced && users ? [...users.exclude.groups] : []))
  return [...new Set(named)].filter((id) => accounts.some(({ groupIds }) => groupIds.has(id)))
}
