import { type Family, maskOf, readCidr, readIpv4Cidr, type Words } from './address'

/**
 * Which places an address is in, for all named locations at once.
 *
 * CIDR ranges are nested or apart, so all of them together are a forest: the innermost range of an address is found by
 * one binary search over the points where it changes, and the others that hold the address are its ancestors, of which
 * there are at most as many as there are prefix lengths. What a question costs grows with the logarithm of the number
 * of ranges, and what is kept grows with their number.
 */
export type PlaceIndex = Readonly<Record<Family, Forest>>

type Forest = {
  /** Words of an address: one or four. */
  readonly stride: number
  /** The first addresses from which on another range is the innermost, ascending. */
  readonly starts: Uint32Array
  /** The innermost range from there on; -1: none. */
  readonly innermost: Int32Array
  readonly parent: Int32Array
  /** The places of range r are `places[offsets[r] … offsets[r + 1]]`: the same range may be in several. */
  readonly offsets: Uint32Array
  readonly places: Uint16Array
}

/**
 * The index of places given by their ranges as texts; null is a place of no ranges. `isReadable` says of each place
 * whether it has ranges and all of them could be read: nobody is in one that could not, and whoever asks must know.
 */
export function indexPlaces(places: readonly (readonly string[] | null)[]): {
  readonly index: PlaceIndex
  readonly isReadable: readonly boolean[]
} {
  if (places.length > placesMax) throw new Error(`more than ${placesMax} places`)
  const count = places.reduce((sum, texts) => sum + (texts?.length ?? 0), 0)
  // Numbers rather than objects: there may be 390 000 ranges, and making them anew is what a change of policy costs.
  const ipv4 = new Float64Array(count)
  let ipv4Count = 0
  const ipv6: Ipv6Range[] = []
  const isReadable = places.map((texts, place) => {
    if (texts === null) return false
    const [ipv4Before, ipv6Before] = [ipv4Count, ipv6.length]
    for (const text of texts) {
      const packed = readIpv4Cidr(text)
      const range = packed < 0 ? readCidr(text.trim()) : null
      if (packed >= 0) ipv4[ipv4Count++] = packed * placesMax + place
      else if (range?.family === 'ipv4')
        ipv4[ipv4Count++] = ((range.first[0] ?? 0) * 64 + range.prefixLength) * placesMax + place
      else if (range) ipv6.push({ first: range.first, prefixLength: range.prefixLength, place })
      else {
        ipv4Count = ipv4Before
        ipv6.length = ipv6Before
        return false
      }
    }
    return true
  })
  return { index: { ipv4: plant(ipv4Ranges(ipv4.subarray(0, ipv4Count))), ipv6: plant(ipv6Ranges(ipv6)) }, isReadable }
}

/** Address, prefix length and place of an IPv4 range are one number of 52 bits, which sorts as they do. */
const placesMax = 2 ** 14

/** Calls `visit` with each place that the address is in; with some more than once. */
export function forEachPlace(index: PlaceIndex, address: Words, visit: (place: number) => void): void {
  const { stride, starts, innermost, parent, offsets, places } = index[address.family]
  let low = 0
  let high = innermost.length
  // The last point at or before the address.
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAfter(starts, middle * stride, address.words)) high = middle
    else low = middle + 1
  }
  let range = low === 0 ? -1 : (innermost[low - 1] ?? -1)
  while (range >= 0) {
    const end = offsets[range + 1] ?? 0
    for (let at = offsets[range] ?? end; at < end; at++) visit(places[at] ?? 0)
    range = parent[range] ?? -1
  }
}

function isAfter(starts: Uint32Array, at: number, words: readonly number[]): boolean {
  for (let index = 0; index < words.length; index++) {
    const start = starts[at + index] ?? 0
    const word = words[index] ?? 0
    if (start !== word) return start > word
  }
  return false
}

type Ipv6Range = { readonly first: readonly number[]; readonly prefixLength: number; readonly place: number }

/** Ranges in order: an enclosing one comes before what it encloses, and equal ones are neighbours. */
type Ranges = {
  readonly stride: number
  readonly count: number
  /** Words of the first and of the last address of each. */
  readonly firsts: Uint32Array
  readonly lasts: Uint32Array
  readonly places: Uint16Array
}

function emptyRanges(stride: number, count: number): Ranges {
  const words = count * stride
  return {
    stride,
    count,
    firsts: new Uint32Array(words),
    lasts: new Uint32Array(words),
    places: new Uint16Array(count),
  }
}

function ipv4Ranges(packed: Float64Array): Ranges {
  packed.sort()
  const ranges = emptyRanges(1, packed.length)
  for (const [at, number] of packed.entries()) {
    const range = Math.floor(number / placesMax)
    const first = Math.floor(range / 64)
    ranges.firsts[at] = first
    ranges.lasts[at] = first | ~maskOf(range % 64)
    ranges.places[at] = number % placesMax
  }
  return ranges
}

function ipv6Ranges(unsorted: readonly Ipv6Range[]): Ranges {
  const sorted = unsorted.toSorted(
    (one, other) =>
      compareWords(one.first, other.first) || one.prefixLength - other.prefixLength || one.place - other.place,
  )
  const ranges = emptyRanges(4, sorted.length)
  for (const [at, { first, prefixLength, place }] of sorted.entries()) {
    for (let word = 0; word < 4; word++) {
      ranges.firsts[at * 4 + word] = first[word] ?? 0
      ranges.lasts[at * 4 + word] = (first[word] ?? 0) | ~maskOf(prefixLength - word * 32)
    }
    ranges.places[at] = place
  }
  return ranges
}

function compareWords(one: readonly number[], other: readonly number[]): number {
  for (let word = 0; word < 4; word++) {
    const difference = (one[word] ?? 0) - (other[word] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function plant({ stride, count: given, firsts, lasts, places: placeOf }: Ranges): Forest {
  const parent = new Int32Array(given)
  const offsets = new Uint32Array(given + 1)
  const members = new Uint16Array(given)
  const starts = new Uint32Array(given * 2 * stride)
  const innermost = new Int32Array(given * 2)
  /** Which of the given ones range r was first. */
  const givenAs = new Uint32Array(given)
  let count = 0
  let points = 0
  let memberCount = 0
  const after = new Uint32Array(stride)
  const mark = (from: Uint32Array, at: number, range: number) => {
    // Where one range ends and the next begins at once, or several begin, the later word counts.
    if (points === 0 || compare(starts, (points - 1) * stride, from, at, stride) !== 0) points += 1
    for (let word = 0; word < stride; word++) starts[(points - 1) * stride + word] = from[at + word] ?? 0
    innermost[points - 1] = range
  }
  const close = (range: number) => {
    if (follow(lasts, (givenAs[range] ?? 0) * stride, after)) mark(after, 0, parent[range] ?? -1)
  }
  let open = -1
  for (let at = 0; at < given; at++) {
    const word = at * stride
    const place = placeOf[at] ?? 0
    const isSame =
      at > 0 &&
      compare(firsts, word - stride, firsts, word, stride) === 0 &&
      compare(lasts, word - stride, lasts, word, stride) === 0
    if (isSame) {
      if (members[memberCount - 1] !== place) members[memberCount++] = place
      offsets[count] = memberCount
      continue
    }
    while (open >= 0 && compare(lasts, (givenAs[open] ?? 0) * stride, firsts, word, stride) < 0) {
      close(open)
      open = parent[open] ?? -1
    }
    parent[count] = open
    givenAs[count] = at
    members[memberCount++] = place
    mark(firsts, word, count)
    open = count
    count += 1
    offsets[count] = memberCount
  }
  for (; open >= 0; open = parent[open] ?? -1) close(open)
  return {
    stride,
    starts: starts.slice(0, points * stride),
    innermost: innermost.slice(0, points),
    parent: parent.slice(0, count),
    offsets: offsets.slice(0, count + 1),
    places: members.slice(0, memberCount),
  }
}

function compare(one: Uint32Array, at: number, other: Uint32Array, otherAt: number, stride: number): number {
  for (let word = 0; word < stride; word++) {
    const difference = (one[at + word] ?? 0) - (other[otherAt + word] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Puts the address after that one into `after`; false after the last of all. */
function follow(words: Uint32Array, at: number, after: Uint32Array): boolean {
  let isCarried = true
  for (let word = after.length - 1; word >= 0; word--) {
    const value = words[at + word] ?? 0
    after[word] = isCarried ? value + 1 : value
    isCarried = isCarried && value === 0xffffffff
  }
  return !isCarried
}
