/**
 * Conditional Access: who must prove what, from where, before they reach an application or register security info.
 *
 * This room keeps policies, named locations and custom strengths in Graph's JSON shape and decides by them. It does
 * not know how a person proves anything (sign-in) nor what they have registered (security-info): both arrive as
 * arguments. Its invariant: what is stored can be decided. A policy that needs a fact this version does not have is
 * refused on save with the member named, and a stored one that cannot be decided blocks whom it concerns.
 *
 * @see `30`, `70` §6–§7, `80` §2
 */
import { z } from 'zod'
import { type AuthenticationStrength, combinationSchema } from '@/lib/authentication-methods/strengths'
import { type GuestOrExternalUserType, guestOrExternalUserTypes } from '@/lib/directory/model'
import { limits } from '@/lib/limits'

/** The user action of this product, as policies name it. */
export const registerSecurityInformation = 'urn:user:registersecurityinfo'
/** In `conditions.locations`: the ranges of the MFA service settings. */
export const mfaTrustedIpsId = '00000000-0000-0000-0000-000000000000'
/** What a person can sign in to here, by the application ids administrators know for the same places. */
export const applications = {
  /** The person's own pages ("My sign-ins"). */
  securityInfo: '19db86c3-b2b9-44cc-b339-36da233a3be2',
  /** The admin area. */
  administration: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
} as const

export const policyStates = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'] as const
export type PolicyState = (typeof policyStates)[number]

/** One of a closed list of words, in any case; gives the canonical spelling. */
function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.preprocess(
    (value) =>
      typeof value === 'string' ? (words.find((known) => known.toLowerCase() === value.toLowerCase()) ?? value) : value,
    z.enum(words),
  )
}

const guid = z.guid().transform((id) => id.toLowerCase())
const wordOrGuid = <const Words extends readonly [string, ...string[]]>(words: Words) => z.union([word(words), guid])

/** A collection: absent and null mean empty, repetition means nothing. */
function collection<Member extends z.ZodType>(member: Member) {
  return z
    .array(member)
    .nullish()
    .transform((members): z.output<Member>[] => [...new Set(members ?? [])])
}

const typeNames = new Map(guestOrExternalUserTypes.map((type) => [type.toLowerCase(), type]))

/** Graph writes flags as one string, ascending: `internalGuest,b2bCollaborationGuest`. */
const guestTypesSchema = z.string().transform((text, context): GuestOrExternalUserType[] => {
  const named = text.split(',').map((part) => typeNames.get(part.trim().toLowerCase()))
  if (named.every((type) => type !== undefined)) return guestOrExternalUserTypes.filter((type) => named.includes(type))
  context.addIssue({ code: 'custom', message: 'unknown type of guest' })
  return z.NEVER
})

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

export const applicationsSchema = z.strictObject({
  includeApplications: collection(wordOrGuid(['All', 'None'])),
  excludeApplications: collection(guid),
  includeUserActions: collection(word([registerSecurityInformation])),
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

/**
 * The device controls can be decided (no device state exists, so never met) and are still refused on save: a policy
 * that can only ever refuse should not look like one that checks devices.
 */
export const builtInControls = ['block', 'mfa', 'compliantDevice', 'domainJoinedDevice'] as const
export type BuiltInControl = (typeof builtInControls)[number]

export const grantControlsSchema = z.strictObject({
  operator: word(['AND', 'OR'])
    .nullish()
    .transform((operator) => operator ?? 'AND'),
  builtInControls: collection(word(builtInControls)),
  // Everything but the id is the reader's copy of the strength; the stored one decides.
  authenticationStrength: z
    .object({ id: guid })
    .nullish()
    .transform((strength) => strength ?? null),
})
export type GrantControls = z.output<typeof grantControlsSchema>

/** What an administrator decides, in canonical form: every collection present, every enum in Graph's spelling. */
export const policyDocumentSchema = z.strictObject({
  displayName: z.string().trim().min(1).max(limits.displayNameLengthMax),
  description: z
    .string()
    .max(1024)
    .nullish()
    .transform((text) => text ?? null),
  state: word(policyStates),
  conditions: z.strictObject({
    users: usersSchema,
    applications: applicationsSchema,
    locations: locationsSchema,
    clientAppTypes: z.tuple([z.literal('all')]),
  }),
  grantControls: grantControlsSchema,
})
export type PolicyDocument = z.output<typeof policyDocumentSchema>

/** Kept with every stored row. Instants are UTC. `version` rises with every change; logs name it. */
type Stored = {
  readonly id: string
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date | null
}

export type ConditionalAccessPolicy = PolicyDocument & Stored & { readonly templateId: string | null }

/** A row as the decision reads it: the document is not believed, because another version may have written it. */
export type StoredPolicy = {
  readonly id: string
  readonly displayName: string
  readonly state: string
  readonly version: number
  readonly document: unknown
}

export const ipNamedLocationType = '#microsoft.graph.ipNamedLocation'
export type CidrRange = {
  readonly '@odata.type': '#microsoft.graph.iPv4CidrRange' | '#microsoft.graph.iPv6CidrRange'
  readonly cidrAddress: string
}
export type IpNamedLocationDocument = {
  readonly displayName: string
  readonly isTrusted: boolean
  readonly ipRanges: readonly CidrRange[]
}
export type IpNamedLocation = IpNamedLocationDocument & Stored

export type StoredLocation = {
  readonly id: string
  readonly displayName: string
  readonly isTrusted: boolean
  readonly version: number
  readonly document: unknown
}

export const strengthInputSchema = z.strictObject({
  displayName: z.string().trim().min(1).max(limits.displayNameLengthMax),
  description: z
    .string()
    .max(1024)
    .nullish()
    .transform((text) => text || null),
  allowedCombinations: z
    .array(combinationSchema)
    .min(1)
    .transform((combinations) => [...new Set(combinations)]),
})
export type StrengthInput = z.output<typeof strengthInputSchema>
export type { AuthenticationStrength }

/** Every way in which this room refuses. */
export const failureCodes = [
  'conditionalAccess.unsupported_member',
  'conditionalAccess.invalid_policy',
  'conditionalAccess.no_users',
  'conditionalAccess.no_target',
  'conditionalAccess.several_targets',
  'conditionalAccess.no_locations',
  'conditionalAccess.no_control',
  'conditionalAccess.block_not_alone',
  'conditionalAccess.mfa_with_strength',
  'conditionalAccess.too_many_users',
  'conditionalAccess.too_many_policies',
  'conditionalAccess.unknown_reference',
  'conditionalAccess.invalid_location',
  'conditionalAccess.no_ranges',
  'conditionalAccess.invalid_range',
  'conditionalAccess.range_too_wide',
  'conditionalAccess.too_many_ranges',
  'conditionalAccess.too_many_locations',
  'conditionalAccess.location_trusted',
  'conditionalAccess.location_in_use',
  'conditionalAccess.invalid_strength',
  'conditionalAccess.too_many_strengths',
  'conditionalAccess.strength_built_in',
  'conditionalAccess.strength_in_use',
  'conditionalAccess.confirmation_needed',
  'conditionalAccess.own_exclusion',
  'conditionalAccess.not_found',
  'conditionalAccess.changed_meanwhile',
  'conditionalAccess.not_allowed',
] as const
export type ConditionalAccessFailureCode = (typeof failureCodes)[number]
