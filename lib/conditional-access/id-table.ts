/**
 * A map of ids that is asked far more often than it holds: somebody is in two hundred groups, and policies name a few of
 * them. It looks at the last characters of an id, which differ most, and compares whole ids only where those agree;
 * a `Map` takes about twice as long for the same, which is half of a decision at the limits.
 */
export type IdTable<Value> = {
  /** Empty where nothing is. A power of two of them, most of them empty. */
  readonly ids: readonly string[]
  readonly values: readonly (Value | undefined)[]
}

export function idTable<Value>(entries: ReadonlyMap<string, Value>): IdTable<Value> {
  const size = 2 ** Math.ceil(Math.log2(Math.max(entries.size, 1) * 8))
  const ids = new Array<string>(size).fill('')
  const values = new Array<Value | undefined>(size).fill(undefined)
  for (const [id, value] of entries) {
    // The empty id marks an empty place, and is nobody's.
    if (id === '') continue
    let place = placeOf(id, size)
    while (ids[place] !== '') place = (place + 1) & (size - 1)
    ids[place] = id
    values[place] = value
  }
  return { ids, values }
}

export function lookUp<Value>({ ids, values }: IdTable<Value>, id: string): Value | undefined {
  const last = ids.length - 1
  for (let place = placeOf(id, ids.length); ids[place] !== ''; place = (place + 1) & last)
    if (ids[place] === id) return values[place]
  return undefined
}

function placeOf(id: string, size: number): number {
  const end = id.length
  // Past the beginning it is NaN, and the whole then 0: a short id is found all the same.
  const mixed =
    id.charCodeAt(end - 1) + id.charCodeAt(end - 2) * 37 + id.charCodeAt(end - 3) * 1021 + id.charCodeAt(end - 4) * 4099
  return mixed & (size - 1)
}
