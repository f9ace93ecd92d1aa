import type { Subject } from '@/lib/directory/model'
import type { CompiledPolicy } from './compile'
import {
  type ApplicationsCondition,
  type AuthenticationFlowsCondition,
  type ClientApp,
  type ClientAppType,
  type DevicePlatform,
  type GuestCondition,
  type InsiderRiskLevel,
  type PlatformsCondition,
  type RiskLevel,
  type registerDevice,
  registerSecurityInformation,
  type resetPassword,
  type TransferMethod,
} from './conditions-model'
import type { DeviceAttributes, DeviceFilter } from './device-filter'

/** What somebody wants to reach. Nothing in this product asks about registering devices or authentication contexts. */
export type Target =
  | { readonly kind: 'application'; readonly id: string }
  | {
      readonly kind: 'userAction'
      readonly action: typeof registerSecurityInformation | typeof registerDevice | typeof resetPassword
    }
  | { readonly kind: 'authenticationContext'; readonly id: string }

/** Why a policy does not apply, in the words of Graph's `analysisReasons`; the first one in this order is told. */
export const unmatchedReasons = [
  'users',
  'application',
  'userActions',
  'authenticationContext',
  'devicePlatform',
  'clientApps',
  'location',
  'signInRisk',
  'userRisk',
  'insiderRisk',
  'devices',
  'authenticationFlow',
] as const
export type UnmatchedReason = (typeof unmatchedReasons)[number]

/** The word for a target that is not the policy's. */
export function targetReason(target: Target): UnmatchedReason {
  if (target.kind === 'application') return 'application'
  return target.kind === 'userAction' ? 'userActions' : 'authenticationContext'
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
  return isGuestOf(matcher, subject, whenUnknown)
}

/** Whether the matcher's words about guests mean this person. */
export function isGuestOf(matcher: UserMatcher, subject: Subject, whenUnknown: boolean): boolean {
  if (subject.userType !== 'guest' && subject.guestType === null) return false
  if (matcher.everyGuest) return true
  const condition = matcher.guests
  if (condition === null) return false
  const { guestType, homeTenantId } = subject
  const isOfType = guestType === null ? whenUnknown : condition.guestOrExternalUserTypes.includes(guestType)
  if (!isOfType || condition.externalTenants?.membershipKind !== 'enumerated') return isOfType
  // A guest account of this organisation comes from nowhere else; tenants do not narrow it.
  if (guestType === 'internalGuest') return true
  return homeTenantId === null ? whenUnknown : condition.externalTenants.members.includes(homeTenantId.toLowerCase())
}

/** *All resources* reaches registering security info as well, and no other user action. @see `30` §4 */
export function matchesTarget(condition: ApplicationsCondition, target: Target): boolean {
  const isAll = condition.includeApplications.includes('All')
  if (target.kind === 'authenticationContext')
    return condition.includeAuthenticationContextClassReferences.includes(target.id.toLowerCase())
  if (target.kind === 'userAction')
    return (
      (isAll && target.action === registerSecurityInformation) || condition.includeUserActions.includes(target.action)
    )
  const id = target.id.toLowerCase()
  return (isAll || condition.includeApplications.includes(id)) && !condition.excludeApplications.includes(id)
}

/** True when a policy speaks of registering security info itself, not only through *All resources*. */
export function namesRegistration(target: ApplicationsCondition | null): boolean {
  return target?.includeUserActions.includes(registerSecurityInformation) ?? false
}

/** A platform that is not recognised is none of those with a name; *all* includes it. */
export function matchesPlatform(condition: PlatformsCondition, platform: DevicePlatform | null): boolean {
  const isNamed = (list: readonly string[]) => list.includes('all') || (platform !== null && list.includes(platform))
  return isNamed(condition.includePlatforms) && !isNamed(condition.excludePlatforms)
}

export function matchesClientApp(types: readonly ClientAppType[], clientApp: ClientApp): boolean {
  if (types.includes('all') || types.includes(clientApp)) return true
  return clientApp === 'exchangeActiveSync' && types.includes('easSupported')
}

/** No levels: the policy does not ask about risk. */
export function matchesRisk<Level extends RiskLevel | InsiderRiskLevel>(
  levels: readonly Level[],
  level: NoInfer<Level> | 'none',
): boolean {
  return levels.length === 0 || levels.some((each) => each === level)
}

/** What no source has told is null, which no positive comparison matches. An excluded device is not concerned. */
export function matchesDevice(
  filter: { readonly mode: 'include' | 'exclude'; readonly matches: DeviceFilter },
  device: DeviceAttributes,
): boolean {
  return filter.matches(device) === (filter.mode === 'include')
}

export function matchesFlow(condition: AuthenticationFlowsCondition, method: TransferMethod | null): boolean {
  return method !== null && condition.transferMethods.includes(method)
}

function intersects(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size > other.size) return intersects(other, one)
  for (const each of one) if (other.has(each)) return true
  return false
}
