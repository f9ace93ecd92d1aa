/** The conditions of a policy as Graph writes them: which people, target, place, client and risk it is about. */
import { z } from 'zod'
import { type GuestOrExternalUserType, guestOrExternalUserTypes } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { readDeviceFilter } from './device-filter'

/** The user action of this product, as policies name it. */
export const registerSecurityInformation = 'urn:user:registersecurityinfo'
/** Of the real service; nothing here registers devices, so nothing asks about it. */
export const registerDevice = 'urn:user:registerdevice'
/** Of this product alone: resetting a forgotten password, or ending a lock, before anybody is signed in. */
export const resetPassword = 'urn:twofold:resetpassword'
/** In `conditions.locations`: the ranges of the MFA service settings. */
export const mfaTrustedIpsId = '00000000-0000-0000-0000-000000000000'

/** One of a closed list of words, in any case; gives the canonical spelling. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.preprocess(
    (value) =>
      typeof value === 'string' ? (words.find((known) => known.toLowerCase() === value.toLowerCase()) ?? value) : value,
    z.enum(words),
  )
}

export const guid = z.guid().transform((id) => id.toLowerCase())
const wordOrGuid = <const Words extends readonly [string, ...string[]]>(words: Words) => z.union([word(words), guid])

/** A collection: absent and null mean empty, repetition means nothing. */
export function collection<Member extends z.ZodType>(member: Member) {
  return z
    .array(member)
    .nullish()
    .transform((members): z.output<Member>[] => [...new Set(members ?? [])])
}

/** Graph writes flags as one string, ascending: `internalGuest,b2bCollaborationGuest`. Any order and case is read. */
function flags<const Words extends readonly [string, ...string[]]>(words: Words) {
  const known = new Map<string, Words[number]>(words.map((each) => [each.toLowerCase(), each]))
  return z.string().transform((text, context): Words[number][] => {
    const named = text.split(',').map((part) => known.get(part.trim().toLowerCase()))
    if (named.every((each) => each !== undefined)) return words.filter((each) => named.includes(each))
    context.addIssue({ code: 'custom', message: 'unknown flag' })
    return z.NEVER
  })
}

const guestTypesSchema: z.ZodType<GuestOrExternalUserType[], string> = flags(guestOrExternalUserTypes)

const guestsSchema = z
  .strictObject({
    guestOrExternalUserTypes: guestTypesSchema,
    externalTenants: z
      .discriminatedUnion('membershipKind', [
        z.strictObject({ membershipKind: z.literal('all') }),
        z.strictObject({ membershipKind: z.literal('enumerated'), members: z.array(guid).min(1) }),
      ])
      .nullish()
      .transform((tenants) => tenants ?? null),
  })
  .nullish()
  .transform((guests) => guests ?? null)
export type GuestCondition = NonNullable<z.output<typeof guestsSchema>>

export const usersSchema = z.strictObject({
  includeUsers: collection(wordOrGuid(['All', 'None', 'GuestsOrExternalUsers'])),
  excludeUsers: collection(wordOrGuid(['GuestsOrExternalUsers'])),
  includeGroups: collection(guid),
  excludeGroups: collection(guid),
  includeRoles: collection(guid),
  excludeRoles: collection(guid),
  includeGuestsOrExternalUsers: guestsSchema,
  excludeGuestsOrExternalUsers: guestsSchema,
})
export type UsersCondition = z.output<typeof usersSchema>

/** `c1` to `c99`. */
const authenticationContext = z
  .string()
  .regex(/^c[1-9]\d?$/i)
  .transform((id) => id.toLowerCase())

export const applicationsSchema = z.strictObject({
  includeApplications: collection(wordOrGuid(['All', 'None'])),
  excludeApplications: collection(guid),
  includeUserActions: collection(word([registerSecurityInformation, registerDevice, resetPassword])),
  includeAuthenticationContextClassReferences: collection(authenticationContext),
})
export type ApplicationsCondition = z.output<typeof applicationsSchema>

export const locationsSchema = z
  .strictObject({
    includeLocations: collection(wordOrGuid(['All', 'AllTrusted'])),
    excludeLocations: collection(wordOrGuid(['All', 'AllTrusted'])),
  })
  .nullish()
  .transform((locations) =>
    locations && locations.includeLocations.length + locations.excludeLocations.length > 0 ? locations : null,
  )
export type LocationsCondition = NonNullable<z.output<typeof locationsSchema>>

export const devicePlatforms = ['android', 'iOS', 'windows', 'windowsPhone', 'macOS', 'linux'] as const
export type DevicePlatform = (typeof devicePlatforms)[number]
export const platformsSchema = z
  .strictObject({
    includePlatforms: collection(word([...devicePlatforms, 'all'])),
    excludePlatforms: collection(word([...devicePlatforms, 'all'])),
  })
  .nullish()
  .transform((platforms) =>
    platforms && platforms.includePlatforms.length + platforms.excludePlatforms.length > 0 ? platforms : null,
  )
export type PlatformsCondition = NonNullable<z.output<typeof platformsSchema>>

/** How somebody reaches a target. `easSupported` is a policy's word for the clients of `exchangeActiveSync`. */
export const clientApps = ['browser', 'mobileAppsAndDesktopClients', 'exchangeActiveSync', 'other'] as const
export type ClientApp = (typeof clientApps)[number]
export const clientAppTypes = ['all', ...clientApps, 'easSupported'] as const
export type ClientAppType = (typeof clientAppTypes)[number]
export const clientAppTypesSchema = collection(word(clientAppTypes)).transform((types): ClientAppType[] =>
  types.length === 0 || types.includes('all') ? ['all'] : types,
)

/** `hidden` is written by the real service where it may not say; no request has it. */
export const riskLevels = ['low', 'medium', 'high', 'hidden', 'none'] as const
export type RiskLevel = (typeof riskLevels)[number]
export const riskLevelsSchema = collection(word(riskLevels))
export const insiderRiskLevels = ['minor', 'moderate', 'elevated'] as const
export type InsiderRiskLevel = (typeof insiderRiskLevels)[number]
export const insiderRiskLevelsSchema = flags(insiderRiskLevels)
  .nullish()
  .transform((levels) => levels ?? null)

export const transferMethods = ['deviceCodeFlow', 'authenticationTransfer'] as const
export type TransferMethod = (typeof transferMethods)[number]
export const authenticationFlowsSchema = z
  .strictObject({ transferMethods: flags(['none', ...transferMethods]) })
  .nullish()
  .transform((flows) => {
    const methods = (flows?.transferMethods ?? []).filter((method) => method !== 'none')
    return methods.length > 0 ? { transferMethods: methods } : null
  })
export type AuthenticationFlowsCondition = NonNullable<z.output<typeof authenticationFlowsSchema>>

/** The rule is kept as it was written; it must be one that can be decided. The issue says where it cannot. */
export const deviceFilterSchema = z.strictObject({
  mode: word(['include', 'exclude']),
  rule: z
    .string()
    .max(limits.conditionalAccess.deviceFilterLengthMax)
    .superRefine((rule, context) => {
      const read = readDeviceFilter(rule)
      if (!read.ok) context.addIssue({ code: 'custom', message: 'device filter', params: read.trouble })
    }),
})
export const devicesSchema = z
  .strictObject({ deviceFilter: deviceFilterSchema.nullish() })
  .nullish()
  .transform((devices) => (devices?.deviceFilter ? { deviceFilter: devices.deviceFilter } : null))
export type DevicesCondition = NonNullable<z.output<typeof devicesSchema>>

export const conditionsSchema = z.strictObject({
  users: usersSchema,
  applications: applicationsSchema,
  platforms: platformsSchema,
  clientAppTypes: clientAppTypesSchema,
  locations: locationsSchema,
  signInRiskLevels: riskLevelsSchema,
  userRiskLevels: riskLevelsSchema,
  insiderRiskLevels: insiderRiskLevelsSchema,
  devices: devicesSchema,
  authenticationFlows: authenticationFlowsSchema,
})
