import { z } from 'zod'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import {
  type CidrRange,
  type ConditionalAccessFailureCode,
  type IpNamedLocationDocument,
  ipNamedLocationType,
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

export type ReadLocation = { readonly document: IpNamedLocationDocument; readonly notices: readonly RangeNotice[] }

/**
 * Reads a Graph `ipNamedLocation` into canonical form, with what its author should know about the ranges.
 *
 * Country locations and ranges given by first and last address fail with `conditionalAccess.unsupported_member`; no
 * range, a malformed one, one not longer than /8 or more than 2000 with their own codes. Repeated ranges are dropped.
 *
 * @see `70` §7.4, `30` §3, SEC-187
 */
export function readLocation(raw: unknown): Result<ReadLocation, ConditionalAccessFailureCode> {
  if (typeof raw !== 'object' || raw === null) return fail('invalid', 'conditionalAccess.invalid_location')
  const parsed = locationSchema.safeParse(
    Object.fromEntries(Object.entries(raw).filter(([name]) => !ignoredMembers.has(name))),
  )
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const member = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
    if (issue?.code === 'unrecognized_keys' || member === '@odata.type')
      return fail('invalid', 'conditionalAccess.unsupported_member', {
        field: member,
        details: { member: member ?? '' },
      })
    return fail('invalid', 'conditionalAccess.invalid_location', { field: member })
  }
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

/** Graph's JSON of a location, as written to a row and to the audit log. */
export function locationBody(document: IpNamedLocationDocument) {
  return { '@odata.type': ipNamedLocationType, ...document }
}

/** The ranges of a stored location's document; null when it is not an IP location or cannot be read. */
export function storedRanges(document: unknown): readonly string[] | null {
  const parsed = storedSchema.safeParse(document)
  return parsed.success ? parsed.data.ipRanges.map((range) => range.cidrAddress) : null
}
const storedSchema = z.object({
  '@odata.type': z.literal(ipNamedLocationType),
  ipRanges: z.array(z.object({ cidrAddress: z.string() })).min(1),
})

/** Why a trusted location needs a typed confirmation. @see SEC-187 */
export type LocationConcern = 'wideTrustedRange' | 'trustedProxyInRange'

/**
 * What is dangerous about trusting these ranges: an IPv6 range shorter than /32, or one that contains a trusted proxy
 * (every client whose address the proxy hides would be trusted). `trustedProxies` are CIDR ranges.
 */
export function concernsAbout(
  document: IpNamedLocationDocument,
  trustedProxies: readonly string[],
): readonly LocationConcern[] {
  if (!document.isTrusted) return []
  const texts = document.ipRanges.map((range) => range.cidrAddress)
  const widths = texts.map(rangeWidth)
  const isWide = widths.some((width) => width?.family === 'ipv6' && width.prefixLength < 32)
  const hasProxy = trustedProxies.length > 0 && overlaps(compileRanges(texts), compileRanges(trustedProxies))
  return [...(isWide ? (['wideTrustedRange'] as const) : []), ...(hasProxy ? (['trustedProxyInRange'] as const) : [])]
}
