import { limits } from '@/lib/limits'
import { firstCharacters } from '@/lib/platform/characters'
import type { FileTrouble, Item, ItemKind, Path, Place, Unread } from './model'
import { isArchive, readArchive, shownName } from './read-archive'
import { type Json, placeWithin, readJsonWithSpans, type Span, spanOf } from './read-json'
import { readText } from './read-text'

export type GivenFile = { readonly name: string; readonly bytes: Uint8Array }

/** What an upload holds: objects to judge, files that could not be read, and files that say there is more elsewhere. */
export type Found = {
  readonly items: readonly Item[]
  readonly unread: readonly Unread[]
  /** Files that were one page of a longer list. */
  readonly incomplete: readonly string[]
  readonly isTooMany: boolean
}

/**
 * Everything in these files that may be a policy, a named location or a strength: one object, an array, a collection
 * with `value`, and archives of such files. A strength that stands only inside a policy becomes an item of its own, so that it can
 * be made here, too.
 *
 * @see `70` §12 I6, I9, I10
 */
export function findItems(files: readonly GivenFile[]): Found {
  const found: Collected = { items: [], unread: [], incomplete: [], isTooMany: false }
  for (const { name, bytes } of files) {
    const fileName = shownName(name)
    if (isArchive(bytes)) {
      const archive = readArchive(bytes)
      if ('trouble' in archive) found.unread.push(unread(fileName, archive.trouble))
      else {
        for (const entry of archive.entries) {
          const entryName = `${fileName} › ${entry.name}`
          if ('trouble' in entry) found.unread.push(unread(entryName, entry.trouble))
          else readFile(entryName, entry.bytes, found)
        }
      }
    } else readFile(fileName, bytes, found)
  }
  const known = new Set(found.items.filter(({ kind }) => kind === 'strength').map(({ id }) => id))
  for (const { fileName, place, source, value } of [...found.items]) {
    const path = ['grantControls', 'authenticationStrength']
    const inner = at(value, path)
    const id = textAt(inner, 'id')?.toLowerCase()
    if (inner === undefined || id === undefined || known.has(id) || !Array.isArray(at(inner, ['allowedCombinations'])))
      continue
    if (textAt(inner, 'policyType')?.toLowerCase() === 'builtin') continue
    known.add(id)
    const span = spanOf(source, path)
    const innerPlace = placeWithin(place, span.place)
    found.items.push({ fileName, kind: 'strength', place: innerPlace, source: cut(source, span), value: inner, id })
  }
  const items = found.items.map(({ fileName, kind, place, source }, index) => ({
    ...{ number: index + 1, fileName, kind, place, source },
  }))
  const { itemsMax } = limits.policyFiles
  return {
    items: items.slice(0, itemsMax),
    unread: found.unread.slice(0, itemsMax),
    incomplete: found.incomplete,
    isTooMany: found.isTooMany || items.length > itemsMax || found.unread.length > itemsMax,
  }
}

type FoundItem = Omit<Item, 'number'> & { readonly value: Json; readonly id: string | undefined }
type Collected = {
  readonly items: FoundItem[]
  readonly unread: Unread[]
  readonly incomplete: string[]
  isTooMany: boolean
}

function readFile(fileName: string, bytes: Uint8Array, found: Collected): void {
  if (bytes.length > limits.policyFiles.fileBytesMax) {
    found.unread.push(unread(fileName, 'too_large'))
    return
  }
  const decoded = readText(bytes)
  if ('trouble' in decoded) {
    found.unread.push(unread(fileName, decoded.trouble))
    return
  }
  const { text } = decoded
  const read = readJsonWithSpans(text)
  if ('trouble' in read) {
    found.unread.push({ fileName, ...read })
    return
  }
  const { value, spanAt } = read
  const collection = at(value, ['value'])
  if (textAt(value, '@odata.nextLink') !== undefined) found.incomplete.push(fileName)
  const list = Array.isArray(collection) ? collection : Array.isArray(value) ? value : null
  const objects: readonly Json[] = (list as readonly Json[] | null) ?? [value]
  if (objects.length === 0) found.unread.push(unread(fileName, 'nothing_known'))
  if (objects.length > limits.policyFiles.itemsMax) found.isTooMany = true
  for (const [index, object] of objects.slice(0, limits.policyFiles.itemsMax).entries()) {
    const span = spanAt(list === null ? [] : list === value ? [index] : ['value', index])
    if (span) readObject(fileName, object, cut(text, span), span.place, found)
  }
}

function readObject(fileName: string, value: Json, source: string, place: Place, found: Collected): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    found.unread.push({ fileName, trouble: 'not_object', place, found: firstCharacters(source, 20) })
  else if (Buffer.byteLength(source) > limits.policyFiles.itemBytesMax)
    found.unread.push(unread(fileName, 'item_too_large', place))
  else found.items.push({ fileName, kind: kindOf(value), place, source, value, id: textAt(value, 'id')?.toLowerCase() })
}

/** What the object says it is, else what its members can only be. */
function kindOf(object: Json): ItemKind {
  const type = textAt(object, '@odata.type')?.toLowerCase() ?? ''
  const has = (name: string) => at(object, [name]) !== undefined
  if (type.endsWith('namedlocation') || has('ipRanges') || has('countriesAndRegions')) return 'location'
  if (type.endsWith('authenticationstrengthpolicy') || has('allowedCombinations')) return 'strength'
  const isPolicy = type.endsWith('conditionalaccesspolicy') || has('conditions') || has('grantControls')
  return isPolicy || has('sessionControls') ? 'policy' : 'unknown'
}

function unread(fileName: string, trouble: FileTrouble, place: Place | null = null): Unread {
  return { fileName, trouble, place, found: null }
}

function cut(text: string, { start, end }: Span): string {
  return text.slice(start, end)
}

export function at(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((parent, part) => {
    if (Array.isArray(parent)) return typeof part === 'number' ? parent[part] : undefined
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, part)) return undefined
    return (parent as Readonly<Record<string, Json>>)[part]
  }, value)
}

export function textAt(value: Json | undefined, name: string): string | undefined {
  const text = at(value, [name])
  return typeof text === 'string' ? text : undefined
}
