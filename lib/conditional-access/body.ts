import type { GuestCondition, PolicyDocument } from './model'

/**
 * A policy as Graph writes it: what rows, the audit log and the API hold. Members this version does not decide are
 * present in their neutral value, so that a reader need not know which version wrote the policy.
 *
 * @see `70` §7.2, §11 E8
 */
export function policyBody(document: PolicyDocument) {
  const { displayName, description, state, conditions, grantControls } = document
  const { users, applications, locations } = conditions
  return {
    displayName,
    description,
    state,
    conditions: {
      clientAppTypes: conditions.clientAppTypes,
      signInRiskLevels: [],
      userRiskLevels: [],
      servicePrincipalRiskLevels: [],
      insiderRiskLevels: null,
      platforms: null,
      devices: null,
      clientApplications: null,
      authenticationFlows: null,
      locations,
      applications: { ...applications, includeAuthenticationContextClassReferences: [], applicationFilter: null },
      users: {
        ...users,
        includeGuestsOrExternalUsers: guestsBody(users.includeGuestsOrExternalUsers),
        excludeGuestsOrExternalUsers: guestsBody(users.excludeGuestsOrExternalUsers),
      },
    },
    grantControls: { ...grantControls, customAuthenticationFactors: [], termsOfUse: [] },
    sessionControls: null,
  }
}

function guestsBody(guests: GuestCondition | null) {
  return guests && { ...guests, guestOrExternalUserTypes: guests.guestOrExternalUserTypes.join() }
}
