/**
 * What happened, told so that it can be believed later.
 *
 * Every change of a method, a policy, a role or a session is recorded in the transaction that makes it; if the record
 * cannot be written, the change does not happen. The invariant: rows are written once, chained by the database at
 * commit, and hold no secret and no full contact of a person.
 */
import type { MethodKind } from '@/lib/authentication-methods/model'

export type AuditService =
  | 'Authentication Methods'
  | 'Conditional Access'
  | 'Self-service Password Management'
  | 'Policy'
  | 'Core Directory'
  | 'Sign-in'
  | 'Terms Of Use'

export type AuditActor =
  | {
      readonly kind: 'user' | 'administrator'
      readonly id: string
      readonly userPrincipalName: string
      readonly sessionId?: string
    }
  | { readonly kind: 'system' | 'anonymous' }

/** Where a request came from; `unknown` trusts nothing. */
export type AuditOrigin = {
  readonly requestId: string
  readonly clientAddress: string | null
  readonly addressSource: 'peer' | 'forwarded' | 'unknown'
  readonly userAgent: string | null
  /** The header `Sec-CH-UA-Platform`, when the browser sends it. */
  readonly platformHint?: string
}

/** Activities as administrators know them; product-own ones carry the prefix `App:`. */
export const activities = {
  startedRegistration: ['Authentication Methods', 'UserManagement', 'User started security info registration'],
  registered: ['Authentication Methods', 'UserManagement', 'User registered security info'],
  registeredAll: ['Authentication Methods', 'UserManagement', 'User registered all required security info'],
  canceledRegistration: ['Authentication Methods', 'UserManagement', 'User canceled security info registration'],
  updated: ['Authentication Methods', 'UserManagement', 'User updated security info'],
  deleted: ['Authentication Methods', 'UserManagement', 'User deleted security info'],
  changedDefault: ['Authentication Methods', 'UserManagement', 'User changed default security info'],
  reviewed: ['Authentication Methods', 'UserManagement', 'User reviewed security info'],
  adminRegistered: ['Authentication Methods', 'UserManagement', 'Admin registered security info'],
  adminUpdated: ['Authentication Methods', 'UserManagement', 'Admin updated security info'],
  adminDeleted: ['Authentication Methods', 'UserManagement', 'Admin deleted security info'],
  reregistrationRequired: ['Authentication Methods', 'UserManagement', 'App: re-registration required'],
  perUserMfaUpdated: ['Authentication Methods', 'UserManagement', 'Update per-user multifactor authentication state'],
  recoveryCodeUsed: ['Authentication Methods', 'UserManagement', 'App: recovery code used'],
  methodSuspect: ['Authentication Methods', 'UserManagement', 'App: authentication method suspect'],
  hardwareOathUploaded: ['Authentication Methods', 'ApplicationManagement', 'Bulk upload Hardware Oath Token'],
  hardwareOathAssigned: ['Authentication Methods', 'ApplicationManagement', 'Assign Hardware Oath Token'],
  hardwareOathUpdated: ['Authentication Methods', 'ApplicationManagement', 'Update Hardware Oath Token'],
  hardwareOathDeleted: ['Authentication Methods', 'ApplicationManagement', 'Delete Hardware Oath Token'],
  sendBrakeEngaged: ['Authentication Methods', 'ApplicationManagement', 'App: text messages stopped'],
  sendBrakeReleased: ['Authentication Methods', 'ApplicationManagement', 'App: text messages released'],
  mailBrandingUpdated: ['Authentication Methods', 'ApplicationManagement', 'App: mail branding updated'],
  mailTextsUpdated: ['Authentication Methods', 'ApplicationManagement', 'App: mail texts updated'],
  testMailSent: ['Authentication Methods', 'ApplicationManagement', 'App: test mail sent'],
  messageDropped: ['Authentication Methods', 'ApplicationManagement', 'App: message dropped'],
  messageRetried: ['Authentication Methods', 'ApplicationManagement', 'App: message sent again'],
  sendBudgetLow: ['Authentication Methods', 'ApplicationManagement', 'App: text message budget'],
  methodsPolicyUpdated: ['Authentication Methods', 'ApplicationManagement', 'Authentication Methods Policy Update'],
  metadataImported: ['Authentication Methods', 'ApplicationManagement', 'App: FIDO metadata imported'],
  strengthCreated: ['Authentication Methods', 'ApplicationManagement', 'Authentication Strength Policy Create'],
  strengthUpdated: ['Authentication Methods', 'ApplicationManagement', 'Authentication Strength Policy Update'],
  strengthDeleted: ['Authentication Methods', 'ApplicationManagement', 'Authentication Strength Policy Delete'],
  policyAdded: ['Conditional Access', 'Policy', 'Add conditional access policy'],
  policyUpdated: ['Conditional Access', 'Policy', 'Update conditional access policy'],
  policyDeleted: ['Conditional Access', 'Policy', 'Delete conditional access policy'],
  locationAdded: ['Conditional Access', 'Policy', 'Add named location'],
  locationUpdated: ['Conditional Access', 'Policy', 'Update named location'],
  locationDeleted: ['Conditional Access', 'Policy', 'Delete named location'],
  policyTried: ['Conditional Access', 'Policy', 'App: conditional access policy tried on everybody'],
  contextsUpdated: ['Conditional Access', 'Policy', 'Update authentication context'],
  policyRestored: ['Conditional Access', 'Policy', 'App: conditional access policy restored'],
  policyPurged: ['Conditional Access', 'Policy', 'App: conditional access policy removed for good'],
  locationRestored: ['Conditional Access', 'Policy', 'App: named location restored'],
  locationPurged: ['Conditional Access', 'Policy', 'App: named location removed for good'],
  mfaTrustedIpsUpdated: ['Conditional Access', 'Policy', 'App: MFA trusted IPs updated'],
  policiesUploaded: ['Conditional Access', 'Policy', 'App: policy files uploaded'],
  policiesImported: ['Conditional Access', 'Policy', 'App: policy files imported'],
  policyImportDiscarded: ['Conditional Access', 'Policy', 'App: policy files discarded'],
  policiesExported: ['Conditional Access', 'Policy', 'App: policies exported'],
  emergencyDisabled: ['Conditional Access', 'Policy', 'App: CA emergency disable'],
  gateRefused: ['Conditional Access', 'Policy', 'App: security info registration refused'],
  mfaRegistrationPolicyUpdated: ['Policy', 'Policy', 'Update User Risk and MFA Registration Policy'],
  passwordPolicyChanged: ['Self-service Password Management', 'Policy', 'Self-service password reset policy changes'],
  startedPasswordChange: ['Authentication Methods', 'UserManagement', 'User started password change'],
  passwordChanged: ['Self-service Password Management', 'UserManagement', 'Change password (self-service)'],
  startedPasswordResetByAdministrator: ['Authentication Methods', 'UserManagement', 'Admin started password reset'],
  passwordResetByAdministrator: ['Self-service Password Management', 'UserManagement', 'Reset password (by admin)'],
  startedPasswordReset: ['Authentication Methods', 'UserManagement', 'User started password reset'],
  passwordResetProgress: [
    'Self-service Password Management',
    'UserManagement',
    'Self-service password reset flow activity progress',
  ],
  passwordResetBlocked: [
    'Self-service Password Management',
    'UserManagement',
    'Blocked from self-service password reset',
  ],
  passwordReset: ['Self-service Password Management', 'UserManagement', 'Reset password (self-service)'],
  accountUnlocked: ['Self-service Password Management', 'UserManagement', 'Unlock user account (self-service)'],
  helpAsked: ['Self-service Password Management', 'UserManagement', 'App: administrator asked for help'],
  passwordProtectionChanged: ['Authentication Methods', 'Policy', 'App: password protection changed'],
  signedIn: ['Sign-in', 'UserManagement', 'App: user signed in'],
  breakGlassSignedIn: ['Sign-in', 'UserManagement', 'App: emergency account signed in'],
  signInFailed: ['Sign-in', 'UserManagement', 'App: sign-in failed'],
  signedOut: ['Sign-in', 'UserManagement', 'App: user signed out'],
  sessionsRevoked: ['Sign-in', 'UserManagement', 'App: sessions revoked'],
  userCreated: ['Core Directory', 'UserManagement', 'App: user created'],
  userUpdated: ['Core Directory', 'UserManagement', 'App: user updated'],
  roleAssigned: ['Core Directory', 'RoleManagement', 'App: role assigned'],
  groupChanged: ['Core Directory', 'GroupManagement', 'App: group changed'],
  directoryAdded: ['Core Directory', 'DirectoryManagement', 'App: directory added'],
  directoryUpdated: ['Core Directory', 'DirectoryManagement', 'App: directory updated'],
  directoryDeleted: ['Core Directory', 'DirectoryManagement', 'App: directory removed'],
  directoryTested: ['Core Directory', 'DirectoryManagement', 'App: directory connection tested'],
  directorySyncRequested: ['Core Directory', 'DirectoryManagement', 'App: directory synchronisation requested'],
  directorySynchronised: ['Core Directory', 'DirectoryManagement', 'App: directory synchronised'],
  directoryFileUploaded: ['Core Directory', 'DirectoryManagement', 'App: file of people or groups uploaded'],
  directoryFileImported: ['Core Directory', 'DirectoryManagement', 'App: file of people or groups imported'],
  directoryFileDiscarded: ['Core Directory', 'DirectoryManagement', 'App: file of people or groups discarded'],
  directoryExported: ['Core Directory', 'DirectoryManagement', 'App: people or groups exported'],
  auditRead: ['Core Directory', 'AuditManagement', 'App: audit log read'],
  termsCreated: ['Terms Of Use', 'Policy', 'Create Terms Of Use'],
  termsEdited: ['Terms Of Use', 'Policy', 'Edit Terms Of Use'],
  termsRetired: ['Terms Of Use', 'Policy', 'Delete Terms Of Use'],
  termsAccepted: ['Terms Of Use', 'UserManagement', 'Accept Terms Of Use'],
  termsDeclined: ['Terms Of Use', 'UserManagement', 'Decline Terms Of Use'],
  signInLogExported: ['Core Directory', 'AuditManagement', 'App: sign-in log exported'],
  reportExported: ['Core Directory', 'AuditManagement', 'App: report exported'],
  demoLoaded: ['Core Directory', 'DirectoryManagement', 'App: demo organisation loaded'],
} as const satisfies Record<string, readonly [AuditService, string, string]>
export type Activity = keyof typeof activities

export type AuditEvent = {
  readonly activity: Activity
  readonly at: Date
  readonly outcome: 'success' | 'failure'
  /** A stable code or word: why it failed, or what exactly was done. */
  readonly reason?: string
  readonly actor: AuditActor
  readonly origin: AuditOrigin
  readonly target?: {
    readonly kind:
      | 'user'
      | 'policy'
      | 'namedLocation'
      | 'strength'
      | 'group'
      | 'tenant'
      | 'hardwareOathToken'
      | 'hardwareOathUpload'
      | 'sendBrake'
      | 'message'
      | 'termsOfUse'
      | 'policyImport'
      | 'directory'
      | 'directoryImport'
    readonly id: string
    readonly name?: string
  }
  readonly method?: { readonly kind: MethodKind; readonly id?: string }
  readonly correlationId?: string
  /** Policies that took part in the decision, with the version read. */
  readonly policies?: readonly { readonly id: string; readonly version: number }[]
  /** Before and after, without secrets; contacts masked. */
  readonly before?: unknown
  readonly after?: unknown
}

/** As read back for the administrators' log. */
export type AuditRecord = {
  readonly id: string
  readonly sequence: string | null
  readonly at: string
  readonly service: string
  readonly category: string
  readonly activity: string
  readonly outcome: 'success' | 'failure'
  readonly reason: string | null
  readonly actorKind: string
  readonly actorId: string | null
  readonly targetId: string | null
  readonly correlationId: string | null
  /** The whole record, parsed. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** What the administrators' log is asked for; absent members filter nothing. */
export type AuditFilter = {
  /** Inclusive. */
  readonly from?: Date
  /** Exclusive. */
  readonly to?: Date
  readonly service?: string
  readonly category?: string
  /** The activity's name as administrators know it. */
  readonly activity?: string
  readonly outcome?: 'success' | 'failure'
  /** Id of who acted. */
  readonly actor?: string
  /** Id of what was acted on. */
  readonly target?: string
  /** Found anywhere in the record, without regard to case. */
  readonly text?: string
}

/** `size` is bounded by `limits.page`; `cursor` comes from the page before. */
export type AuditPage = { readonly size?: number; readonly cursor?: string }
