/**
 * What differs between two versions of a policy or a location, read from Graph's JSON as the audit trail keeps it. Any
 * version may have written either side, so the members are walked rather than known: what this version has no words for
 * is told by its path.
 */
export type Difference = {
  /** Path of the member, such as `conditions.users.includeGroups`. */
  readonly path: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Where the member holds one value and not a set: from the only one removed to the only one added. */
  readonly isSingle: boolean
}

/**
 * The members that differ, in the order of the document's members. Order and repetition within a list differ in nothing;
 * null, an empty list and an absent member are the same.
 */
export function differencesBetween(before: unknown, after: unknown): readonly Difference[] {
  const [was, is] = [leavesOf(before), leavesOf(after)]
  const paths = [...new Set([...is.keys(), ...was.keys()])]
  return paths.flatMap((path) => {
    const [old, young] = [was.get(path), is.get(path)]
    const added = [...(young?.values ?? [])].filter((value) => !old?.values.has(value))
    const removed = [...(old?.values ?? [])].filter((value) => !young?.values.has(value))
    if (added.length + removed.length === 0) return []
    return [{ path, added, removed, isSingle: (young ?? old)?.isSingle ?? false }]
  })
}

type Leaf = { readonly values: ReadonlySet<string>; readonly isSingle: boolean }

/** Members that Graph writes as words joined by commas. */
const joined = new Set(['guestOrExternalUserTypes', 'insiderRiskLevels', 'transferMethods'])
/** The reader's copies of what stands elsewhere, or the format's own words. */
const ignored = new Set(['@odata.type', '@odata.context'])

function leavesOf(document: unknown): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  const walk = (value: unknown, path: string, name: string): void => {
    if (value === null || value === undefined) return
    if (Array.isArray(value)) {
      if (value.length > 0) leaves.set(path, { values: new Set(value.map(textOf)), isSingle: false })
    } else if (typeof value === 'object') {
      for (const [member, inner] of Object.entries(value))
        if (!ignored.has(member)) walk(inner, path === '' ? member : `${path}.${member}`, member)
    } else if (typeof value === 'string' && joined.has(name)) {
      leaves.set(path, { values: new Set(value.split(',')), isSingle: false })
    } else {
      leaves.set(path, { values: new Set([String(value)]), isSingle: true })
    }
  }
  walk(document, '', '')
  return leaves
}

/** An element of a list as one word; a range is its address. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { cidrAddress } = value as { readonly cidrAddress?: unknown }
  return typeof cidrAddress === 'string' ? cidrAddress : JSON.stringify(value)
}
