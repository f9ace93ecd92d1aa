import type { Subject } from '@/lib/directory/model'
import type { CompiledPolicy, PolicySet } from './compile'
import { isPrompt } from './controls'
import { matchesUsers } from './match'

/**
 * Whether every sign-in of this person, to whatever and from wherever, is asked for more than a password. Only one policy
 * that says so by itself counts; several that do so together do not, which errs towards "no".
 */
export function everySignInNeedsSecondFactor(set: PolicySet, subject: Subject): boolean {
  return set.policies.some((policy) => asksAlways(policy) && policy.users && matchesUsers(policy.users, subject))
}

function asksAlways(policy: CompiledPolicy): boolean {
  const { isEnforced, undecidable, target, operator, controls } = policy
  if (!isEnforced || undecidable !== null || target === null) return false
  const isEverything = target.includeApplications.includes('All') && target.excludeApplications.length === 0
  const asks = operator === 'AND' ? controls.some(isPrompt) : controls.length > 0 && controls.every(isPrompt)
  return isEverything && isUnderAllConditions(policy) && asks
}

function isUnderAllConditions(policy: CompiledPolicy): boolean {
  const { network, platforms, clientAppTypes } = policy
  const isEverywhere =
    network === null ||
    (network.include.everywhere && !network.exclude.everywhere && network.exclude.places.length === 0)
  const isOnAll =
    platforms === null || (platforms.includePlatforms.includes('all') && platforms.excludePlatforms.length === 0)
  // People sign in here with a browser and nothing else.
  const isInBrowsers = clientAppTypes.some((type) => type === 'all' || type === 'browser')
  const risks = [policy.signInRiskLevels, policy.userRiskLevels, policy.insiderRiskLevels]
  const isAtAnyRisk = risks.every((levels) => levels.length === 0)
  const isOfAnyKind = policy.deviceFilter === null && policy.authenticationFlows === null
  return isEverywhere && isOnAll && isInBrowsers && isAtAnyRisk && isOfAnyKind
}
