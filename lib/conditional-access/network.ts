import ipaddr from 'ipaddr.js'
import { limits } from '@/lib/limits'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { type Family, readAddress, readCidr } from './address'
import type { CidrRange, ConditionalAccessFailureCode } from './model'

/** First and last address of a range, as numbers; IPv4 and IPv6 are never compared with each other. */
type Interval = { readonly first: bigint; readonly last: bigint }

/** Ranges made ready for questions: sorted, without overlap, one list for each family. */
export type AddressSet = Readonly<Record<Family, readonly Interval[]>>

/**
 * True when the address is in the set. An address that is unknown or cannot be read is in no set.
 *
 * @see SEC-013, SEC-184
 */
export function contains(set: AddressSet, address: Address | null): boolean {
  if (address === null) return false
  const intervals = set[address.family]
  let low = 0
  let high = intervals.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const interval = intervals[middle]
    if (!interval) return false
    if (address.value < interval.first) high = middle - 1
    else if (address.value > interval.last) low = middle + 1
    else return true
  }
  return false
}

export type Address = { readonly family: Family; readonly value: bigint }

/** An address as text, made comparable; IPv4-mapped IPv6 becomes IPv4. Null for anything else. @see `address.ts` */
export function parseAddress(text: string | null): Address | null {
  const address = text === null ? null : readAddress(text)
  return address && { family: address.family, value: toNumber(address.words) }
}

/** One set of all these ranges. Throws when a range cannot be read: a caller decides what a broken location means. */
export function compileRanges(ranges: readonly string[]): AddressSet {
  return union(
    ranges.map((text) => {
      const range = parseRange(text)
      if (!range) throw new Error('stored range cannot be read')
      const interval = intervalOf(range)
      return range.family === 'ipv4' ? { ipv4: [interval], ipv6: [] } : { ipv4: [], ipv6: [interval] }
    }),
  )
}

export function union(sets: readonly AddressSet[]): AddressSet {
  return { ipv4: merged(sets.flatMap((set) => set.ipv4)), ipv6: merged(sets.flatMap((set) => set.ipv6)) }
}

/** True when some address is in both. */
export function overlaps(one: AddressSet, other: AddressSet): boolean {
  const meets = (left: readonly Interval[], right: readonly Interval[]) =>
    left.some((a) => right.some((b) => a.first <= b.last && b.first <= a.last))
  return meets(one.ipv4, other.ipv4) || meets(one.ipv6, other.ipv6)
}

/** The first address of each family, as text; what to try when asking "can anybody in here pass?". */
export function exampleAddresses(set: AddressSet): readonly string[] {
  const v4 = set.ipv4[0]
  const v6 = set.ipv6[0]
  return [
    ...(v4 ? [toText({ family: 'ipv4', value: v4.first })] : []),
    ...(v6 ? [toText({ family: 'ipv6', value: v6.first })] : []),
  ]
}

/** Something about a range that was accepted and that its author should know. */
export type RangeNotice = {
  readonly kind: 'hostBitsCleared' | 'mappedUnwrapped' | 'private' | 'duplicate' | 'insideAnother'
  /** What was given, and what is stored or which range it lies in. */
  readonly range: string
  readonly becomes: string | null
}

/**
 * Reads one range of a named location: IPv4 or IPv6 CIDR, longer than /8. Host bits are cleared and IPv4-mapped IPv6
 * is unwrapped, each with a notice. Fails with `invalid_range` or `range_too_wide`; `field` names the place.
 *
 * @see `30` §3, SEC-184, SEC-187
 */
export function readRange(
  text: string,
  field: string,
): Result<{ range: CidrRange; notices: readonly RangeNotice[] }, ConditionalAccessFailureCode> {
  const range = parseRange(text)
  // An IPv4-mapped address with a length that reaches beyond all of IPv4 means nothing: no client has an address there.
  const isBeyondMapped = range?.family === 'ipv6' && parseAddress(text.split('/')[0] ?? '')?.family === 'ipv4'
  if (!range || isBeyondMapped) return invalid('conditionalAccess.invalid_range', field, text)
  if (range.prefixLength < limits.conditionalAccess.prefixLengthMin)
    return invalid('conditionalAccess.range_too_wide', field, text)
  const first = { family: range.family, value: intervalOf(range).first }
  const cidrAddress = `${toText(first)}/${range.prefixLength}`
  const notices: RangeNotice[] = []
  if (range.unwrapped) notices.push({ kind: 'mappedUnwrapped', range: text, becomes: cidrAddress })
  else if (first.value !== range.value) notices.push({ kind: 'hostBitsCleared', range: text, becomes: cidrAddress })
  if (isPrivate(toText(first))) notices.push({ kind: 'private', range: cidrAddress, becomes: null })
  const type = range.family === 'ipv4' ? 'iPv4CidrRange' : 'iPv6CidrRange'
  return ok({ range: { '@odata.type': `#microsoft.graph.${type}`, cidrAddress }, notices })
}

/** Ranges of one location that repeat or lie inside another one of it. */
export function overlapNotices(ranges: readonly CidrRange[]): readonly RangeNotice[] {
  const read = ranges.flatMap(({ cidrAddress }) => {
    const range = parseRange(cidrAddress)
    return range ? [{ cidrAddress, family: range.family, ...intervalOf(range) }] : []
  })
  const sorted = read.sort((a, b) => compare(a.first, b.first) || compare(b.last, a.last))
  const notices: RangeNotice[] = []
  // Two CIDR ranges are nested or apart, so in this order only the last one that encloses can enclose the next.
  for (const family of ['ipv4', 'ipv6'] as const) {
    let outer: (typeof sorted)[number] | null = null
    for (const range of sorted.filter((each) => each.family === family)) {
      if (outer && range.last <= outer.last) {
        const kind = range.cidrAddress === outer.cidrAddress ? 'duplicate' : 'insideAnother'
        notices.push({ kind, range: range.cidrAddress, becomes: outer.cidrAddress })
      } else outer = range
    }
  }
  return notices
}

/** Prefix length and family of a canonical range; null when it cannot be read. */
export function rangeWidth(text: string): { family: Family; prefixLength: number } | null {
  return parseRange(text)
}

type Range = Address & { readonly prefixLength: number; readonly unwrapped: boolean }

function parseRange(text: string): Range | null {
  const range = readCidr(text.trim())
  if (!range) return null
  const { family, prefixLength, isUnwrapped: unwrapped } = range
  return { family, value: toNumber(range.given), prefixLength, unwrapped }
}

function intervalOf(range: Range): Interval {
  const size = 1n << BigInt((range.family === 'ipv4' ? 32 : 128) - range.prefixLength)
  const first = (range.value / size) * size
  return { first, last: first + size - 1n }
}

function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = []
  for (const next of [...intervals].sort((a, b) => compare(a.first, b.first))) {
    const previous = result.at(-1)
    if (previous && next.first <= previous.last + 1n)
      result[result.length - 1] = { first: previous.first, last: next.last > previous.last ? next.last : previous.last }
    else result.push(next)
  }
  return result
}

function toNumber(words: readonly number[]): bigint {
  return words.reduce((value, word) => (value << 32n) | BigInt(word), 0n)
}

function toText({ family, value }: Address): string {
  const length = family === 'ipv4' ? 4 : 16
  const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 255n))
  return ipaddr.fromByteArray(bytes).toString()
}

function isPrivate(text: string): boolean {
  return ['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.parse(text).range())
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function invalid(code: ConditionalAccessFailureCode, field: string, range: string): Fail<ConditionalAccessFailureCode> {
  return fail('invalid', code, { field, details: { range: range.slice(0, 64) } })
}
