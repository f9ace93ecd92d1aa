import { z } from 'zod'
import { limits } from '@/lib/limits'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { isCountry } from './countries'
import {
  type CidrRange,
  type ConditionalAccessFailureCode,
  type CountryNamedLocationDocument,
  countryNamedLocationType,
  type IpNamedLocationDocument,
  ipNamedLocationType,
  type NamedLocationDocument,
} from './model'
import { compileRanges, overlapNotices, overlaps, type RangeNotice, rangeWidth, readRange } from './network'

const isTypeName = (suffix: string) => (text: string) =>
  text.toLowerCase() === `#microsoft.graph.${suffix}`.toLowerCase()

const locationSchema = z.strictObject({
  '@odata.type': z.string().refine(isTypeName('ipNamedLocation')),
  displayName: z.string().trim().min(1).max(limits.displayNameLengthMax),
  isTrusted: z
    .boolean()
    .nullish()
    .transform((trusted) => trusted ?? false),
  ipRanges: z.array(z.unknown()),
})
const rangeSchema = z.strictObject({ '@odata.type': z.string().optional(), cidrAddress: z.string().max(64) })
const ignoredMembers = new Set(['id', 'createdDateTime', 'modifiedDateTime', 'deletedDateTime', '@odata.context'])

export type ReadLocation = { readonly document: NamedLocationDocument; readonly notices: readonly RangeNotice[] }
type Read = Result<ReadLocation, ConditionalAccessFailureCode>

/**
 * Reads a Graph `ipNamedLocation` or `countryNamedLocation` into canonical form, with what its author should know.
 *
 * Ranges given by first and last address and countries by the phone's position fail with
 * `conditionalAccess.unsupported_member`; no range, a malformed one, one not longer than /8, more than 2000, no country
 * or what is no country with their own codes. Repeated ranges and countries are dropped.
 *
 * @see `70` §7.4, `30` §3, SEC-187
 */
export function readLocation(raw: unknown): Read {
  if (typeof raw !== 'object' || raw === null) return fail('invalid', 'conditionalAccess.invalid_location')
  const members = Object.fromEntries(Object.entries(raw).filter(([name]) => !ignoredMembers.has(name)))
  const type = members['@odata.type']
  return typeof type === 'string' && isTypeName('countryNamedLocation')(type) ? readCountries(members) : readIp(members)
}

function fromIssue(issue: z.core.$ZodIssue | undefined): Fail<ConditionalAccessFailureCode> {
  const member = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
  if (issue?.code === 'unrecognized_keys' || member === '@odata.type' || member === 'countryLookupMethod')
    return fail('invalid', 'conditionalAccess.unsupported_member', { field: member, details: { member: member ?? '' } })
  return fail('invalid', 'conditionalAccess.invalid_location', { field: member })
}

const countriesSchema = z.strictObject({
  '@odata.type': z.string(),
  displayName: z.string().trim().min(1).max(limits.displayNameLengthMax),
  countriesAndRegions: z.array(z.string()).max(limits.conditionalAccess.countriesPerLocationMax),
  includeUnknownCountriesAndRegions: z
    .boolean()
    .nullish()
    .transform((included) => included ?? false),
  countryLookupMethod: z
    .literal('clientIpAddress')
    .nullish()
    .transform((method) => method ?? ('clientIpAddress' as const)),
})

function readCountries(members: Record<string, unknown>): Read {
  const parsed = countriesSchema.safeParse(members)
  if (!parsed.success) return fromIssue(parsed.error.issues[0])
  const { '@odata.type': _type, ...document } = parsed.data
  const countriesAndRegions: string[] = []
  for (const [index, given] of document.countriesAndRegions.entries()) {
    const country = given.trim().toUpperCase()
    if (!isCountry(country))
      return fail('invalid', 'conditionalAccess.invalid_country', {
        field: `countriesAndRegions.${index}`,
        details: { country: given.slice(0, 64) },
      })
    if (!countriesAndRegions.includes(country)) countriesAndRegions.push(country)
  }
  // Only the addresses of nobody knows where: that is a place, too.
  if (countriesAndRegions.length === 0 && !document.includeUnknownCountriesAndRegions)
    return fail('invalid', 'conditionalAccess.no_countries', { field: 'countriesAndRegions' })
  return ok({ document: { ...document, countriesAndRegions }, notices: [] })
}

function readIp(members: Record<string, unknown>): Read {
  const parsed = locationSchema.safeParse(members)
  if (!parsed.success) return fromIssue(parsed.error.issues[0])
  const { displayName, isTrusted, ipRanges } = parsed.data
  if (ipRanges.length === 0) return fail('invalid', 'conditionalAccess.no_ranges', { field: 'ipRanges' })
  if (ipRanges.length > limits.conditionalAccess.rangesPerLocationMax)
    return fail('invalid', 'conditionalAccess.too_many_ranges', { field: 'ipRanges' })

  const ranges: CidrRange[] = []
  const notices: RangeNotice[] = []
  for (const [index, given] of ipRanges.entries()) {
    const field = `ipRanges.${index}`
    const range = rangeSchema.safeParse(given)
    const isCidr = range.success && /CidrRange$/i.test(range.data['@odata.type'] ?? 'CidrRange')
    if (!isCidr) return fail('invalid', 'conditionalAccess.unsupported_member', { field, details: { member: field } })
    const read = readRange(range.data.cidrAddress, `${field}.cidrAddress`)
    if (!read.ok) return read
    ranges.push(read.value.range)
    notices.push(...read.value.notices)
  }
  const distinct = [...new Map(ranges.map((range) => [range.cidrAddress, range])).values()]
  return ok({
    document: { displayName, isTrusted, ipRanges: distinct },
    notices: [...notices, ...overlapNotices(ranges)],
  })
}

export function isIpLocation<Ip extends { readonly ipRanges: unknown }>(location: Ip | object): location is Ip {
  return 'ipRanges' in location
}

/** Graph's JSON of a location, as written to a row and to the audit log. */
export function locationBody(document: NamedLocationDocument) {
  return { '@odata.type': isIpLocation(document) ? ipNamedLocationType : countryNamedLocationType, ...document }
}

/** The ranges of a stored location's document; null when it is not an IP location or cannot be read. */
export function storedRanges(document: unknown): readonly string[] | null {
  // By hand: a full set of locations has 390 000 of them.
  const { '@odata.type': type, ipRanges } = membersOf(document)
  if (type !== ipNamedLocationType || !Array.isArray(ipRanges) || ipRanges.length === 0) return null
  const texts = ipRanges.map((range) => membersOf(range).cidrAddress)
  return texts.every((text) => typeof text === 'string') ? texts : null
}

/** The countries of a stored location's document; null when it is no country location or cannot be read. */
export function storedCountries(
  document: unknown,
): { readonly names: readonly string[]; readonly includesUnknown: boolean } | null {
  const { '@odata.type': type, ...members } = membersOf(document)
  if (type !== countryNamedLocationType) return null
  const read = readCountries({ '@odata.type': type, displayName: 'stored', ...members })
  if (!read.ok) return null
  const { countriesAndRegions, includeUnknownCountriesAndRegions } = read.value.document as CountryNamedLocationDocument
  return { names: countriesAndRegions, includesUnknown: includeUnknownCountriesAndRegions }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** Why a trusted location needs a typed confirmation. @see SEC-187 */
export type LocationConcern = 'wideTrustedRange' | 'trustedProxyInRange'

/**
 * What is dangerous about trusting these ranges: an IPv6 range shorter than /32, or one that contains a trusted proxy
 * (every client whose address the proxy hides would be trusted). `trustedProxies` are CIDR ranges.
 */
export function concernsAbout(
  document: NamedLocationDocument,
  trustedProxies: readonly string[],
): readonly LocationConcern[] {
  if (!isIpLocation<IpNamedLocationDocument>(document) || !document.isTrusted) return []
  const texts = document.ipRanges.map((range) => range.cidrAddress)
  const widths = texts.map(rangeWidth)
  const isWide = widths.some((width) => width?.family === 'ipv6' && width.prefixLength < 32)
  const hasProxy = trustedProxies.length > 0 && overlaps(compileRanges(texts), compileRanges(trustedProxies))
  return [...(isWide ? (['wideTrustedRange'] as const) : []), ...(hasProxy ? (['trustedProxyInRange'] as const) : [])]
}
