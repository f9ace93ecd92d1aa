import type { Bits } from './bits'

/**
 * Bits by ids, asked for far more ids than it holds: somebody is in two hundred groups, and policies name a few of
 * them. It looks at the last characters of an id, which differ most, and compares whole ids only where those agree;
 * a `Map` takes about twice as long for the same, which is half of a decision at the limits.
 */
export type BitTable = {
  /** The number of an id from one, or none. A power of two of places, most of them empty. */
  readonly places: Int32Array
  /** By the number of the id. */
  readonly ids: readonly string[]
  /** Where the words of an id begin; those of the next one begin where they end. */
  readonly starts: Int32Array
  /** The number of a word and the bits in it, one after the other. */
  readonly words: Int32Array
}

/** `entries`: the numbers of the bits of each id. */
export function bitTable(entries: ReadonlyMap<string, readonly number[]>): BitTable {
  const size = 2 ** Math.ceil(Math.log2(Math.max(entries.size, 1) * 8))
  const places = new Int32Array(size)
  const ids = ['']
  const starts = [0]
  const words: number[] = []
  for (const [id, numbers] of entries) {
    let place = placeOf(id, size)
    while (places[place] !== 0) place = (place + 1) & (size - 1)
    places[place] = ids.length
    ids.push(id)
    starts.push(words.length)
    const bits = new Map<number, number>()
    for (const number of numbers) bits.set(number >> 5, (bits.get(number >> 5) ?? 0) | (1 << (number & 31)))
    for (const each of bits) words.push(...each)
  }
  starts.push(words.length)
  return { places, ids, starts: Int32Array.from(starts), words: Int32Array.from(words) }
}

/** Adds the bits of all ids asked for. */
export function addBitsOf({ places, ids, starts, words }: BitTable, asked: Iterable<string>, into: Bits): void {
  const size = places.length
  for (const id of asked)
    for (let place = placeOf(id, size); ; place = (place + 1) & (size - 1)) {
      const number = places[place] ?? 0
      if (number === 0) break
      if (ids[number] !== id) continue
      const end = starts[number + 1] ?? 0
      for (let at = starts[number] ?? end; at < end; at += 2) {
        const word = words[at] ?? 0
        into[word] = (into[word] ?? 0) | (words[at + 1] ?? 0)
      }
      break
    }
}

function placeOf(id: string, size: number): number {
  const end = id.length
  // Past the beginning it is NaN, and the whole then 0: a short id is found all the same.
  const mixed =
    id.charCodeAt(end - 1) + id.charCodeAt(end - 2) * 37 + id.charCodeAt(end - 3) * 1021 + id.charCodeAt(end - 4) * 4099
  return mixed & (size - 1)
}
