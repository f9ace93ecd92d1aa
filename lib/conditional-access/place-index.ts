import { type Family, type RangeWords, readCidr, type Words } from './address'

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

/** A place that cannot be read is null here as in the answer: nobody is in it, and whoever asks must know. */
export function indexPlaces(places: readonly (readonly RangeWords[] | null)[]): PlaceIndex {
  return { ipv4: plant(places, 'ipv4', 1), ipv6: plant(places, 'ipv6', 4) }
}

/** The ranges of a place, or null when one of them cannot be read. */
export function readRanges(texts: readonly string[] | null): readonly RangeWords[] | null {
  if (texts === null) return null
  const ranges: RangeWords[] = []
  for (const text of texts) {
    const range = readCidr(text.trim())
    if (range === null) return null
    ranges.push(range)
  }
  return ranges
}

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

type Entry = { readonly range: RangeWords; readonly place: number }

function plant(places: readonly (readonly RangeWords[] | null)[], family: Family, stride: number): Forest {
  const entries: Entry[] = []
  for (const [place, ranges] of places.entries())
    for (const range of ranges ?? []) if (range.family === family) entries.push({ range, place })
  // An enclosing range comes before what it encloses; equal ranges are neighbours.
  entries.sort(
    (one, other) =>
      compare(one.range.first, other.range.first) ||
      one.range.prefixLength - other.range.prefixLength ||
      one.place - other.place,
  )
  const parent = new Int32Array(entries.length)
  const offsets = new Uint32Array(entries.length + 1)
  const members = new Uint16Array(entries.length)
  const starts = new Uint32Array(entries.length * 2 * stride)
  const innermost = new Int32Array(entries.length * 2)
  const lasts: (readonly number[])[] = []
  let count = 0
  let points = 0
  let memberCount = 0
  const mark = (from: readonly number[], range: number) => {
    // Where one range ends and the next begins at once, or several begin, the later word counts.
    const isSame = points > 0 && from.every((word, index) => starts[(points - 1) * stride + index] === word)
    if (!isSame) points += 1
    for (const [index, word] of from.entries()) starts[(points - 1) * stride + index] = word
    innermost[points - 1] = range
  }
  const close = (range: number) => {
    const after = following(lasts[range] ?? [])
    if (after !== null) mark(after, parent[range] ?? -1)
  }
  let open = -1
  let previous: RangeWords | null = null
  for (const { range, place } of entries) {
    if (previous && previous.prefixLength === range.prefixLength && compare(previous.first, range.first) === 0) {
      if (members[memberCount - 1] !== place) members[memberCount++] = place
      offsets[count] = memberCount
      continue
    }
    while (open >= 0 && compare(lasts[open] ?? [], range.first) < 0) {
      close(open)
      open = parent[open] ?? -1
    }
    parent[count] = open
    lasts[count] = range.last
    members[memberCount++] = place
    mark(range.first, count)
    open = count
    count += 1
    offsets[count] = memberCount
    previous = range
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

function compare(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < one.length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The address after this one; null after the last of all. */
function following(words: readonly number[]): readonly number[] | null {
  const next = [...words]
  for (let index = next.length - 1; index >= 0; index--) {
    const word = next[index] ?? 0
    if (word < 0xffffffff) {
      next[index] = word + 1
      return next
    }
    next[index] = 0
  }
  return null
}
