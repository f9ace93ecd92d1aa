import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { applicationName } from '@/lib/conditional-access/view'
import { deviceParts } from './device'
import { requirementOf } from './log-facts'
import type { SignInRecord } from './log-store'

/**
 * An entry of the sign-in log as a file says it, in Graph's words for the same things (`signIn`), field by field. What
 * nothing here can know (risk, the state of a device) is null, not invented.
 */
export function signInDocument(record: SignInRecord, displayName: string | null) {
  const { circumstances, trace } = record
  const { browser, system } = deviceParts(record.userAgent)
  const isAction = record.target === registerSecurityInformation
  return {
    id: record.id,
    createdDateTime: record.at.toISOString(),
    correlationId: record.correlationId,
    requestId: record.requestId,
    userId: record.userId,
    userDisplayName: displayName,
    userPrincipalName: record.userPrincipalName,
    userType: circumstances.userType,
    guestType: circumstances.guestType,
    eventType: 'interactiveUser',
    clientAppUsed: 'browser',
    appId: isAction ? null : record.target,
    appDisplayName: isAction ? null : applicationName(record.target),
    userAction: isAction ? record.target : null,
    authenticationRequirement: requirementOf(record),
    ipAddress: record.clientAddress,
    ipAddressSource: record.addressSource,
    countryOrRegion: circumstances.country,
    networkLocations: circumstances.locations,
    deviceDetail: {
      browser,
      operatingSystem: system,
      platform: circumstances.platform,
      isCompliant: null,
      isManaged: null,
      trustType: null,
    },
    userAgent: record.userAgent,
    status: { errorCode: record.errorCode, failureReason: record.failureReason, outcome: circumstances.outcome },
    riskLevelDuringSignIn: null,
    conditionalAccessStatus: record.conditionalAccessStatus,
    sessionControls: circumstances.session,
    authenticationDetails: record.steps.map(({ mode, methodId, succeeded, result, at }) => ({
      authenticationMethod: mode,
      authenticationMethodId: methodId,
      authenticationStepDateTime: new Date(at).toISOString(),
      succeeded,
      authenticationStepResultDetail: result,
    })),
    appliedConditionalAccessPolicies: trace.map((line) => ({
      id: line.policyId,
      displayName: line.displayName,
      version: line.policyVersion,
      result: line.result,
      reason: line.reason,
      detail: line.detail,
      grantControls: line.controls.map(({ control, state }) => ({
        control: control.kind === 'device' ? control.control : control.kind,
        ...(control.kind === 'authenticationStrength' ? { strength: control.strength.displayName } : {}),
        state,
      })),
    })),
  }
}

type SignInDocument = ReturnType<typeof signInDocument>

/** The columns of a spreadsheet; of the trace those policies that applied. */
export const signInColumns: readonly { readonly name: string; readonly value: (one: SignInDocument) => string }[] = [
  { name: 'time', value: (one) => one.createdDateTime },
  { name: 'user', value: (one) => one.userDisplayName ?? '' },
  { name: 'user name', value: (one) => one.userPrincipalName ?? '' },
  { name: 'user type', value: (one) => one.guestType ?? one.userType ?? '' },
  { name: 'wanted', value: (one) => one.userAction ?? one.appDisplayName ?? '' },
  { name: 'error code', value: (one) => String(one.status.errorCode) },
  { name: 'reason', value: (one) => one.status.failureReason ?? '' },
  { name: 'outcome', value: (one) => one.status.outcome ?? '' },
  { name: 'conditional access', value: (one) => one.conditionalAccessStatus },
  { name: 'requirement', value: (one) => one.authenticationRequirement },
  { name: 'address', value: (one) => one.ipAddress ?? '' },
  { name: 'address source', value: (one) => one.ipAddressSource },
  { name: 'country', value: (one) => one.countryOrRegion ?? '' },
  {
    name: 'named locations',
    value: (one) => (one.networkLocations ?? []).map(({ displayName, id }) => displayName ?? id).join('; '),
  },
  { name: 'platform', value: (one) => one.deviceDetail.platform ?? '' },
  { name: 'browser', value: (one) => one.deviceDetail.browser ?? '' },
  { name: 'operating system', value: (one) => one.deviceDetail.operatingSystem ?? '' },
  { name: 'proven', value: (one) => steps(one, true) },
  { name: 'failed', value: (one) => steps(one, false) },
  { name: 'policies met', value: (one) => policies(one, ['success']) },
  { name: 'policies not met', value: (one) => policies(one, ['failure']) },
  {
    name: 'report-only',
    value: (one) => policies(one, ['reportOnlySuccess', 'reportOnlyFailure', 'reportOnlyInterrupted']),
  },
  { name: 'correlation id', value: (one) => one.correlationId },
  { name: 'request id', value: (one) => one.requestId },
  { name: 'id', value: (one) => one.id },
]

function steps({ authenticationDetails }: SignInDocument, succeeded: boolean): string {
  return authenticationDetails
    .filter((step) => step.succeeded === succeeded)
    .map(({ authenticationMethod: mode, authenticationStepResultDetail: detail }) => `${mode} (${detail})`)
    .join('; ')
}

function policies({ appliedConditionalAccessPolicies }: SignInDocument, results: readonly string[]): string {
  return appliedConditionalAccessPolicies
    .filter(({ result }) => results.includes(result))
    .map(({ displayName, result }) => (result.startsWith('reportOnly') ? `${displayName} (${result})` : displayName))
    .join('; ')
}
