import { MalformedData } from './cbor'

/**
 * DER as certificates are written in, and nothing else: definite lengths in their shortest form, no bytes after the item.
 * Nothing is decoded before it is asked for, so the cost of hostile input is bounded by who asks. Throws `MalformedData`.
 *
 * @see ITU-T X.690 §8, §10
 */
export type DerItem = {
  readonly tagClass: 'universal' | 'application' | 'context' | 'private'
  readonly tag: number
  readonly isConstructed: boolean
  readonly content: Uint8Array
}

export const derTags = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  objectIdentifier: 6,
  enumerated: 10,
  sequence: 16,
  set: 17,
} as const

const tagClasses = ['universal', 'application', 'context', 'private'] as const

/** The one item that fills the bytes exactly. */
export function readDer(bytes: Uint8Array): DerItem {
  const { item, end } = itemAt(bytes, 0)
  if (end !== bytes.length) throw new MalformedData('bytes follow the item')
  return item
}

/** The items inside a constructed one. */
export function childrenOf(parent: DerItem): readonly DerItem[] {
  if (!parent.isConstructed) throw new MalformedData('item has no parts')
  const items: DerItem[] = []
  for (let position = 0; position < parent.content.length; ) {
    const { item, end } = itemAt(parent.content, position)
    items.push(item)
    position = end
  }
  return items
}

/** The item, which must be there and of this universal type. */
export function expectDer(item: DerItem | undefined, type: keyof typeof derTags): DerItem {
  if (item?.tagClass !== 'universal' || item.tag !== derTags[type]) throw new MalformedData(`${type} expected`)
  return item
}

/** The only part of an explicitly tagged item. */
export function insideOf(item: DerItem | undefined): DerItem {
  const [inside, ...others] = item ? childrenOf(item) : []
  if (!inside || others.length > 0) throw new MalformedData('one part expected')
  return inside
}

/** An integer or enumerated value that is small enough for a number. */
export function integerOf(item: DerItem): number {
  const { content } = item
  const [first = 0] = content
  if (content.length === 0 || content.length > 6 || first > 127) throw new MalformedData('small integer expected')
  return content.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** In dotted form. */
export function objectIdentifierOf(item: DerItem | undefined): string {
  const { content } = expectDer(item, 'objectIdentifier')
  const last = content.at(-1)
  if (last === undefined || last > 127 || content.length > 64) throw new MalformedData('object identifier')
  const arcs: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 127)
    if (byte > 127) continue
    arcs.push(value)
    value = 0
  }
  const [head = 0, ...tail] = arcs
  const root = Math.min(2, Math.floor(head / 40))
  return [root, head - root * 40, ...tail].join('.')
}

function itemAt(bytes: Uint8Array, start: number): { readonly item: DerItem; readonly end: number } {
  let position = start
  const next = (): number => {
    const byte = bytes[position]
    if (byte === undefined) throw new MalformedData('bytes end too early')
    position += 1
    return byte
  }
  const initial = next()
  const tag = (initial & 31) === 31 ? longTag(next) : initial & 31
  const length = lengthOf(next)
  const end = position + length
  if (end > bytes.length) throw new MalformedData('bytes end too early')
  const item = {
    tagClass: tagClasses[initial >> 6] ?? 'private',
    tag,
    isConstructed: (initial & 32) !== 0,
    content: bytes.subarray(position, end),
  }
  return { item, end }
}

function longTag(next: () => number): number {
  let tag = 0
  for (let digits = 0; digits < 3; digits++) {
    const byte = next()
    tag = tag * 128 + (byte & 127)
    if (byte < 128) return tag
  }
  throw new MalformedData('tag is too great')
}

function lengthOf(next: () => number): number {
  const first = next()
  if (first < 128) return first
  const size = first & 127
  if (size === 0 || size > 4) throw new MalformedData('indefinite or too great length')
  let length = 0
  for (let digits = 0; digits < size; digits++) length = length * 256 + next()
  if (length < 128 || length < 256 ** (size - 1)) throw new MalformedData('length not in shortest form')
  return length
}
