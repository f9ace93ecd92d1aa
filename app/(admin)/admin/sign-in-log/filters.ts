import { choice, day, parameter, type SearchParams } from '@/components/admin/query'
import { applications, registerSecurityInformation, resetPassword } from '@/lib/conditional-access/model'
import { loadSubjectByName } from '@/lib/directory/store'
import { db } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { policyResults, reportOnlyResults, type SignInFilter } from '@/lib/sign-in/log-store'

/** What the address of the sign-in log, or of its file, asks for. */
export const filterNames = [
  ...['user', 'from', 'to', 'result', 'target', 'status'],
  ...['policy', 'policyResult', 'reportOnly', 'place', 'address'],
] as const
export const targets = [
  registerSecurityInformation,
  resetPassword,
  applications.securityInfo,
  applications.administration,
]
/** In place of a named location. */
export const unknownPlace = 'unknown'

/** The filter of an address; null when it names a person who does not exist. */
export async function readFilter(given: SearchParams): Promise<SignInFilter | null> {
  const user = parameter(given, 'user')
  const userId = user === undefined ? undefined : (await loadSubjectByName(db(), user))?.id
  if (user !== undefined && userId === undefined) return null
  const place = parameter(given, 'place')
  const filter: { -readonly [Name in keyof SignInFilter]: SignInFilter[Name] | undefined } = {
    userId,
    from: day(given, 'from'),
    to: day(given, 'to', 1),
    result: choice(given, 'result', ['success', 'failure', 'blocked']),
    target: choice(given, 'target', targets),
    conditionalAccessStatus: choice(given, 'status', ['success', 'failure', 'notApplied']),
    policyId: idOf(parameter(given, 'policy')),
    policyResult: choice(given, 'policyResult', policyResults),
    reportOnly: choice(given, 'reportOnly', reportOnlyResults),
    locationId: idOf(place),
    isAddressUnknown: place === unknownPlace ? true : undefined,
    address: parameter(given, 'address', 64),
  }
  return filter as SignInFilter
}

function idOf(text: string | undefined): string | undefined {
  return text !== undefined && isUuid(text) ? text.toLowerCase() : undefined
}
