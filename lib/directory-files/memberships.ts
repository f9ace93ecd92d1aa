import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import type { LineReason } from './model'

/** A group as far as a line that names it needs to know it. */
export type KnownGroup = {
  readonly id: string
  readonly displayName: string
  readonly description: string | null
  readonly isFromDirectory: boolean
  /** It, or a group that it stands in, is role-assignable. */
  readonly isProtected: boolean
  /** A policy that is not off leaves it out, or is about it; also where it stands in a group of which that is true. */
  readonly isExcluded: boolean
  readonly isIncluded: boolean
}

/** Groups by what a line calls them: a name, or an id. Several: the name says too little. */
export type GroupsByName = ReadonlyMap<string, readonly KnownGroup[]>

/** The one group that is called so, or why there is none. */
export function groupNamed(groups: GroupsByName, name: string): KnownGroup | 'unknown_group' | 'group_ambiguous' {
  const [group, ...others] = groups.get(name) ?? []
  if (group === undefined) return 'unknown_group'
  return others.length > 0 ? 'group_ambiguous' : group
}

/**
 * Why `actor` may not put somebody into the group by a list, or take them out; null when they may. A file never gives what only
 * the highest roles may give: members of role-assignable groups. And whoever is taken out of what a policy
 * asks, by standing in an excluded group or by leaving an included one, is so by somebody who may change the policy.
 *
 * @see SEC-251, `50` §2
 */
export function refusalToChangeMembers(
  actor: Subject,
  group: KnownGroup,
  how: 'add' | 'remove',
): Extract<LineReason, 'group_from_directory' | 'group_protected' | 'group_in_policy'> | null {
  if (group.isFromDirectory) return 'group_from_directory'
  if (group.isProtected) return 'group_protected'
  const frees = how === 'add' ? group.isExcluded : group.isIncluded
  return frees && !may(actor, 'conditionalAccess.update') ? 'group_in_policy' : null
}
