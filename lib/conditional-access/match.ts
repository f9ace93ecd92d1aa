import type { Subject } from '@/lib/directory/model'
import type { CompiledPolicy, LocationMatcher } from './compile'
import { type ApplicationsCondition, type GuestCondition, registerSecurityInformation } from './model'
import { type Address, contains } from './network'

/** What somebody wants to reach. */
export type Target =
  | { readonly kind: 'application'; readonly id: string }
  | { readonly kind: 'userAction'; readonly action: typeof registerSecurityInformation }

/** Why a policy does not apply, in the words of Graph's `analysisReasons`. */
export type UnmatchedReason = 'users' | 'application' | 'userActions' | 'location'

/** The first condition that does not match, or null when the policy applies. Conditions that are not set match. */
export function firstUnmatched(
  policy: CompiledPolicy,
  subject: Subject,
  target: Target,
  address: Address | null,
): UnmatchedReason | null {
  if (policy.users && !matchesUsers(policy.users, subject)) return 'users'
  if (policy.target && !matchesTarget(policy.target, target))
    return target.kind === 'application' ? 'application' : 'userActions'
  if (policy.undecidable === null && policy.network && !matchesNetwork(policy.network, address)) return 'location'
  return null
}

export type UserMatcher = {
  readonly everybody: boolean
  /** Graph's older word `GuestsOrExternalUsers`. */
  readonly everyGuest: boolean
  readonly users: ReadonlySet<string>
  /** Direct and nested: a subject carries all its groups. */
  readonly groups: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly guests: GuestCondition | null
}

/** An exclusion beats every inclusion. */
export function matchesUsers(users: NonNullable<CompiledPolicy['users']>, subject: Subject): boolean {
  // A guest of unknown kind or home is included by any guest condition and excluded by none: the stricter reading.
  return isOneOf(users.include, subject, true) && !isOneOf(users.exclude, subject, false)
}

function isOneOf(matcher: UserMatcher, subject: Subject, whenUnknown: boolean): boolean {
  if (matcher.everybody || matcher.users.has(subject.id)) return true
  if (intersects(matcher.groups, subject.groupIds) || intersects(matcher.roles, subject.roleIds)) return true
  if (subject.userType !== 'guest' && subject.guestType === null) return false
  if (matcher.everyGuest) return true
  return matcher.guests !== null && isGuestOf(matcher.guests, subject, whenUnknown)
}

function isGuestOf(condition: GuestCondition, subject: Subject, whenUnknown: boolean): boolean {
  const { guestType, homeTenantId } = subject
  const isOfType = guestType === null ? whenUnknown : condition.guestOrExternalUserTypes.includes(guestType)
  if (!isOfType || condition.externalTenants?.membershipKind !== 'enumerated') return isOfType
  // A guest account of this organisation comes from nowhere else; tenants do not narrow it.
  if (guestType === 'internalGuest') return true
  return homeTenantId === null ? whenUnknown : condition.externalTenants.members.includes(homeTenantId.toLowerCase())
}

/** *All resources* reaches the user action as well. @see `30` §4 */
export function matchesTarget(condition: ApplicationsCondition, target: Target): boolean {
  const isAll = condition.includeApplications.includes('All')
  if (target.kind === 'userAction') return isAll || condition.includeUserActions.includes(target.action)
  const id = target.id.toLowerCase()
  return (isAll || condition.includeApplications.includes(id)) && !condition.excludeApplications.includes(id)
}

/** True when the policy speaks of registering security info itself, not only through *All resources*. */
export function namesRegistration(policy: CompiledPolicy): boolean {
  return policy.target?.includeUserActions.includes(registerSecurityInformation) ?? false
}

function matchesNetwork(network: NonNullable<CompiledPolicy['network']>, address: Address | null): boolean {
  const isIn = (place: LocationMatcher) => place === 'all' || contains(place, address)
  return network.include.some(isIn) && !network.exclude.some(isIn)
}

function intersects(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size > other.size) return intersects(other, one)
  for (const each of one) if (other.has(each)) return true
  return false
}
