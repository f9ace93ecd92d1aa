import type { GuestCondition, PolicyDocument, SessionControls } from './model'

/**
 * A policy as Graph writes it: what rows, the audit log and the API hold. Members this version does not decide are
 * present in their neutral value, so that a reader need not know which version wrote the policy.
 *
 * @see `70` §7.2, §11 E8
 */
export function policyBody(document: PolicyDocument) {
  const { displayName, description, state, conditions, grantControls, sessionControls } = document
  const { users, applications, locations, platforms, devices, authenticationFlows, insiderRiskLevels } = conditions
  const { builtInControls, termsOfUse, authenticationStrength } = grantControls
  const hasGrant = builtInControls.length + termsOfUse.length > 0 || authenticationStrength !== null
  return {
    displayName,
    description,
    state,
    conditions: {
      clientAppTypes: conditions.clientAppTypes,
      signInRiskLevels: conditions.signInRiskLevels,
      userRiskLevels: conditions.userRiskLevels,
      servicePrincipalRiskLevels: [],
      insiderRiskLevels: insiderRiskLevels?.join() ?? null,
      platforms,
      devices,
      clientApplications: null,
      authenticationFlows: authenticationFlows && { transferMethods: authenticationFlows.transferMethods.join() },
      locations,
      applications: { ...applications, applicationFilter: null },
      users: {
        ...users,
        includeGuestsOrExternalUsers: guestsBody(users.includeGuestsOrExternalUsers),
        excludeGuestsOrExternalUsers: guestsBody(users.excludeGuestsOrExternalUsers),
      },
    },
    grantControls: hasGrant ? { ...grantControls, customAuthenticationFactors: [] } : null,
    sessionControls: sessionControls && sessionBody(sessionControls),
  }
}

function sessionBody({ signInFrequency, continuousAccessEvaluation, ...controls }: SessionControls) {
  return {
    ...controls,
    // Present only where it says something: the current version of Graph does not know it.
    ...(continuousAccessEvaluation ? { continuousAccessEvaluation } : {}),
    signInFrequency: signInFrequency && { value: null, type: null, ...signInFrequency },
  }
}

function guestsBody(guests: GuestCondition | null) {
  return guests && { ...guests, guestOrExternalUserTypes: guests.guestOrExternalUserTypes.join() }
}
