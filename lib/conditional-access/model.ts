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
import { limits } from '@/lib/limits'
import { collection, conditionsSchema, guid, word } from './conditions-model'

export {
  type ApplicationsCondition,
  type GuestCondition,
  type LocationsCondition,
  mfaTrustedIpsId,
  registerSecurityInformation,
  resetPassword,
  type UsersCondition,
} from './conditions-model'

/** What a person can sign in to here, by the application ids administrators know for the same places. */
export const applications = {
  /** The person's own pages ("My sign-ins"). */
  securityInfo: '19db86c3-b2b9-44cc-b339-36da233a3be2',
  /** The admin area. */
  administration: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
} as const

export const policyStates = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'] as const
export type PolicyState = (typeof policyStates)[number]

/** `approvedApplication` was retired: an old policy may hold it, and no new one may. */
export const builtInControls = [
  'block',
  'mfa',
  'compliantDevice',
  'domainJoinedDevice',
  'approvedApplication',
  'compliantApplication',
  'passwordChange',
] as const
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
  termsOfUse: collection(guid),
})
export type GrantControls = z.output<typeof grantControlsSchema>

/** Null where nothing of it is asked: absent, null and switched off are the same. */
function switchable<Control extends z.ZodType>(control: Control) {
  return z.preprocess(
    (value) =>
      typeof value === 'object' && value !== null && 'isEnabled' in value && value.isEnabled === false ? null : value,
    control.nullish().transform((enabled) => enabled ?? null),
  )
}

const isEnabled = z.literal(true).nullish()
const primaryAndSecondary = 'primaryAndSecondaryAuthentication'
const authenticationType = word([primaryAndSecondary, 'secondaryAuthentication'])
  .nullish()
  .transform((type) => type ?? primaryAndSecondary)

const signInFrequencySchema = z
  .union([
    z.strictObject({
      isEnabled,
      authenticationType,
      frequencyInterval: word(['everyTime']),
      type: z.null().optional(),
      value: z.null().optional(),
    }),
    z.strictObject({
      isEnabled,
      authenticationType,
      frequencyInterval: word(['timeBased']),
      type: word(['hours', 'days']),
      value: z.number().int().min(1),
    }),
  ])
  .refine(
    (control) =>
      control.frequencyInterval === 'everyTime' ||
      control.value <= limits.conditionalAccess[control.type === 'hours' ? 'frequencyHoursMax' : 'frequencyDaysMax'],
    { path: ['value'] },
  )
  .transform((control) => {
    const { authenticationType: type, frequencyInterval } = control
    const common = { isEnabled: true as const, authenticationType: type }
    if (frequencyInterval === 'everyTime') return { ...common, frequencyInterval }
    return { ...common, frequencyInterval, type: control.type, value: control.value }
  })
export type SignInFrequency = z.output<typeof signInFrequencySchema>

const persistentBrowserSchema = z
  .strictObject({ isEnabled, mode: word(['always', 'never']) })
  .transform(({ mode }) => ({ isEnabled: true as const, mode }))

export const cloudAppSecurityTypes = ['mcasConfigured', 'monitorOnly', 'blockDownloads'] as const
export const continuousAccessEvaluationModes = ['disabled', 'strictEnforcement', 'strictLocation'] as const
const switchedOn = z.strictObject({ isEnabled }).transform(() => ({ isEnabled: true as const }))

/**
 * The first two are carried out. The others are about apps and tokens of the real service: they are kept as they came
 * and shown, and nothing here enforces them.
 */
export const sessionControlMembers = {
  signInFrequency: switchable(signInFrequencySchema),
  persistentBrowser: switchable(persistentBrowserSchema),
  applicationEnforcedRestrictions: switchable(switchedOn),
  cloudAppSecurity: switchable(
    z
      .strictObject({ isEnabled, cloudAppSecurityType: word(cloudAppSecurityTypes) })
      .transform(({ cloudAppSecurityType }) => ({ isEnabled: true as const, cloudAppSecurityType })),
  ),
  continuousAccessEvaluation: switchable(z.strictObject({ mode: word(continuousAccessEvaluationModes) })),
  disableResilienceDefaults: z
    .boolean()
    .nullish()
    .transform((isDisabled) => isDisabled || null),
  secureSignInSession: switchable(switchedOn),
}

export const sessionControlsSchema = z
  .strictObject(sessionControlMembers)
  .nullish()
  .transform((controls) => (controls && Object.values(controls).some((control) => control !== null) ? controls : null))
export type SessionControls = NonNullable<z.output<typeof sessionControlsSchema>>

/** What an administrator decides, in canonical form: every collection present, every enum in Graph's spelling. */
export const policyDocumentSchema = z.strictObject({
  displayName: z.string().trim().min(1).max(limits.displayNameLengthMax),
  description: z
    .string()
    .max(1024)
    .nullish()
    .transform((text) => text ?? null),
  state: word(policyStates),
  conditions: conditionsSchema,
  grantControls: grantControlsSchema,
  sessionControls: sessionControlsSchema,
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

export const countryNamedLocationType = '#microsoft.graph.countryNamedLocation'
export type CountryNamedLocationDocument = {
  readonly displayName: string
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countriesAndRegions: readonly string[]
  /** Whether an address whose country is not known is in it, too. */
  readonly includeUnknownCountriesAndRegions: boolean
  readonly countryLookupMethod: 'clientIpAddress'
}
/** Countries are never trusted: whoever is in one is a stranger. */
export type CountryNamedLocation = CountryNamedLocationDocument & Stored & { readonly isTrusted: false }
export type NamedLocationDocument = IpNamedLocationDocument | CountryNamedLocationDocument
export type NamedLocation = IpNamedLocation | CountryNamedLocation

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
  'conditionalAccess.invalid_filter',
  'conditionalAccess.password_change_alone',
  'conditionalAccess.not_for_this_action',
  'conditionalAccess.persistent_for_all_only',
  'conditionalAccess.too_many_policies',
  'conditionalAccess.unknown_reference',
  'conditionalAccess.invalid_location',
  'conditionalAccess.no_ranges',
  'conditionalAccess.no_countries',
  'conditionalAccess.invalid_country',
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
  'conditionalAccess.no_administrator_left',
  'conditionalAccess.own_exclusion',
  'conditionalAccess.invalid_contexts',
  'conditionalAccess.not_found',
  'conditionalAccess.changed_meanwhile',
  'conditionalAccess.not_allowed',
  'conditionalAccess.what_if_unset',
  'conditionalAccess.what_if_unreadable',
  'conditionalAccess.deleted_reference',
  'conditionalAccess.invalid_trusted_ip',
] as const
export type ConditionalAccessFailureCode = (typeof failureCodes)[number]
