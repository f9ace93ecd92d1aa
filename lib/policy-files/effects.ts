import type { LeftOutEffect, LeftOutReason, Path } from './model'
import { quietReasons } from './model'

/** What is left of the policy, as far as it decides what leaving a member out means. */
export type Rest = {
  /** The inclusions of people, or of targets, became *None*. */
  readonly isForNobody: boolean
  readonly isForNothing: boolean
  /** Any one of the controls is enough. */
  readonly isAlternative: boolean
  /** Whether the list that the member was in still has members. */
  readonly hasOthers: boolean
}

/** Which way the policy changes when the member at `path` is left out of it. */
export function effectOf(path: Path, reason: LeftOutReason, rest: Rest): LeftOutEffect {
  if (quietReasons.some((quiet) => quiet === reason)) return 'none'
  const [part, condition] = path
  if (part === 'sessionControls') return 'weaker'
  // Of alternatives one fewer is open; of demands one fewer is made.
  if (part === 'grantControls') return rest.isAlternative && rest.hasOthers ? 'stricter' : 'weaker'
  if (part !== 'conditions') return 'unclear'
  const names = path.filter((each) => typeof each === 'string')
  const isMember = typeof path.at(-1) === 'number'
  if (names.some((name) => name.startsWith('exclude'))) return 'wider'
  if (!isMember) return 'wider'
  if (condition === 'users' && rest.isForNobody) return 'nobody'
  if (condition === 'applications' && rest.isForNothing) return 'nothing'
  return rest.hasOthers || condition === 'users' || condition === 'applications' ? 'narrower' : 'wider'
}
