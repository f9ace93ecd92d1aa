/**
 * A map of ids that is asked far more often than it holds: somebody is in two hundred groups, and policies name a few of
 * them. It looks at the last characters of an id, which differ most, and compares whole ids only where those agree;
 * a `Map` takes about twice as long for the same, which is half of a decision at the limits.
 */
export type IdTable<Value> = {
  /** The number of an entry from one, or none. A power of two of places, most of them empty. */
  readonly places: Int32Array
  /** By the number of the entry. */
  readonly ids: readonly string[]
  readonly values: readonly (Value | undefined)[]
}

export function idTable<Value>(entries: ReadonlyMap<string, Value>): IdTable<Value> {
  const size = 2 ** Math.ceil(Math.log2(Math.max(entries.size, 1) * 8))
  const places = new Int32Array(size)
  const ids = ['', ...entries.keys()]
  for (let number = 1; number < ids.length; number++) {
    let place = placeOf(ids[number] ?? '', size)
    while (places[place] !== 0) place = (place + 1) & (size - 1)
    places[place] = number
  }
  return { places, ids, values: [undefined, ...entries.values()] }
}

export function lookUp<Value>({ places, ids, values }: IdTable<Value>, id: string): Value | undefined {
  const last = places.length - 1
  for (let place = placeOf(id, places.length); ; place = (place + 1) & last) {
    const number = places[place] ?? 0
    if (number === 0) return undefined
    if (ids[number] === id) return values[number]
  }
}

function placeOf(id: string, size: number): number {
  const end = id.length
  // Past the beginning it is NaN, and the whole then 0: a short id is found all the same.
  const mixed =
    id.charCodeAt(end - 1) + id.charCodeAt(end - 2) * 37 + id.charCodeAt(end - 3) * 1021 + id.charCodeAt(end - 4) * 4099
  return mixed & (size - 1)
}
