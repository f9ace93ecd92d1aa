import type { PolicyDocument } from './model'
import { registerSecurityInformation } from './model'

export type TemplateNeed =
  | 'trustedLocation'
  | 'pass'
  | 'passkeys'
  | 'riskSource'
  | 'otherClients'
  | 'honestBrowsers'
  | 'deviceRegistration'

export type PolicyTemplate = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly scenarios: readonly ('secureFoundation' | 'zeroTrust' | 'remoteWork')[]
  /** What must be there before it does what it says. */
  readonly needs: readonly TemplateNeed[]
  /** What the template decides; the author's own account is excluded when the policy is made from it. */
  readonly document: PolicyDocument
}

const everyone: PolicyDocument['conditions']['users'] = {
  includeUsers: ['All'],
  excludeUsers: [],
  includeGroups: [],
  excludeGroups: [],
  includeRoles: [],
  excludeRoles: [],
  includeGuestsOrExternalUsers: null,
  excludeGuestsOrExternalUsers: null,
}

/** The conditions that most policies leave open. */
export const unconditional = {
  platforms: null,
  clientAppTypes: ['all'],
  signInRiskLevels: [],
  userRiskLevels: [],
  insiderRiskLevels: null,
  devices: null,
  authenticationFlows: null,
} satisfies Partial<PolicyDocument['conditions']>

/** The policy of the how-to, step by step: users, the user action, any location but trusted ones, MFA, on. @see `00` §2 S2–S7 */
export const trustedNetworksPolicy: PolicyDocument = {
  displayName: 'Combined Security Info Registration on Trusted Networks',
  description: null,
  state: 'enabled',
  conditions: {
    users: everyone,
    applications: {
      includeApplications: [],
      excludeApplications: [],
      includeUserActions: [registerSecurityInformation],
      includeAuthenticationContextClassReferences: [],
    },
    locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] },
    ...unconditional,
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'], authenticationStrength: null, termsOfUse: [] },
  sessionControls: null,
}

/** Graph's template of the same idea: for everyone but guests, and report-only until somebody turns it on. */
export const securingSecurityInfoTemplate: PolicyTemplate = {
  id: 'b8bda7f8-6584-4446-bce9-d871480e53fa',
  name: 'Securing security info registration',
  description:
    'Secure when and how people register for multifactor authentication and self-service password reset: outside trusted locations they prove who they are first.',
  scenarios: ['secureFoundation', 'zeroTrust', 'remoteWork'],
  needs: ['trustedLocation'],
  document: {
    ...trustedNetworksPolicy,
    displayName: 'Securing security info registration',
    state: 'enabledForReportingButNotEnforced',
    conditions: {
      ...trustedNetworksPolicy.conditions,
      users: {
        ...everyone,
        excludeGuestsOrExternalUsers: {
          guestOrExternalUserTypes: [
            'internalGuest',
            'b2bCollaborationGuest',
            'b2bCollaborationMember',
            'b2bDirectConnectUser',
            'otherExternalUser',
            'serviceProvider',
          ],
          externalTenants: { membershipKind: 'all' },
        },
      },
    },
  },
}

/**
 * A policy made from a template, with its author excluded so that nobody locks themselves out while trying it, and the
 * groups of emergency accounts as far as they are known.
 */
export function policyFromTemplate(
  template: PolicyTemplate,
  authorId: string,
  emergencyGroupIds: readonly string[] = [],
): PolicyDocument {
  const { document } = template
  const users = { ...document.conditions.users, excludeUsers: [authorId], excludeGroups: [...emergencyGroupIds] }
  return { ...document, conditions: { ...document.conditions, users } }
}
