/**
 * CBOR as authenticators write it (CTAP2 canonical form), and nothing else: definite lengths, shortest integers, no tags, no
 * floats, no duplicate keys, at most 16 levels. Lengths are compared with the bytes that are there before anything is
 * allocated, so hostile input costs no more than its size (SEC-040).
 *
 * @see RFC 8949; FIDO CTAP 2.1 §8; WebAuthn L3 §6.5
 */
export type CborValue = number | string | boolean | null | Uint8Array<ArrayBuffer> | readonly CborValue[] | CborMap
export type CborMap = ReadonlyMap<number | string, CborValue>

/** Thrown by the decoders of this folder on bytes that are not what they claim; the ceremony turns it into a refusal. */
export class MalformedData extends Error {
  override readonly name = 'MalformedData'
}

const depthMax = 16
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes one item that fills the bytes exactly. Throws `MalformedData`. */
export function decodeCbor(bytes: Uint8Array<ArrayBuffer>): CborValue {
  const { value, end } = decodeCborAt(bytes, 0)
  if (end !== bytes.length) throw new MalformedData('bytes follow the item')
  return value
}

/** Decodes the item that begins at `start` and tells where it ends. Throws `MalformedData`. */
export function decodeCborAt(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
): { readonly value: CborValue; readonly end: number } {
  const reader = new Reader(bytes, start)
  const value = reader.item(0)
  return { value, end: reader.position }
}

class Reader {
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    public position: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  item(depth: number): CborValue {
    if (depth > depthMax) throw new MalformedData('nested too deeply')
    this.need(1)
    const initial = this.view.getUint8(this.position++)
    const major = initial >> 5
    if (major === 7) return simple(initial & 31)
    const argument = this.argument(initial & 31)
    switch (major) {
      case 0:
        return argument
      case 1:
        return -1 - argument
      case 2:
        return this.take(argument)
      case 3:
        return this.text(argument)
      case 4:
        return this.list(argument, depth)
      case 5:
        return this.map(argument, depth)
      default:
        throw new MalformedData('tags are not allowed')
    }
  }

  private list(length: number, depth: number): readonly CborValue[] {
    this.need(length)
    const items: CborValue[] = []
    for (let index = 0; index < length; index++) items.push(this.item(depth + 1))
    return items
  }

  private map(length: number, depth: number): CborMap {
    this.need(length * 2)
    const entries = new Map<number | string, CborValue>()
    for (let index = 0; index < length; index++) {
      const key = this.item(depth + 1)
      if (typeof key !== 'number' && typeof key !== 'string') throw new MalformedData('map key of another type')
      if (entries.has(key)) throw new MalformedData('duplicate map key')
      entries.set(key, this.item(depth + 1))
    }
    return entries
  }

  private text(length: number): string {
    try {
      return text.decode(this.take(length))
    } catch {
      throw new MalformedData('text is not UTF-8')
    }
  }

  private take(length: number): Uint8Array<ArrayBuffer> {
    this.need(length)
    this.position += length
    return this.bytes.slice(this.position - length, this.position)
  }

  /** The number beside the major type, in its shortest form only. */
  private argument(information: number): number {
    if (information < 24) return information
    if (information > 27) throw new MalformedData('indefinite or reserved length')
    const size = 2 ** (information - 24)
    this.need(size)
    const at = this.position
    this.position += size
    const value =
      size === 1
        ? this.view.getUint8(at)
        : size === 2
          ? this.view.getUint16(at)
          : size === 4
            ? this.view.getUint32(at)
            : Number(this.view.getBigUint64(at))
    const least = size === 1 ? 24 : 2 ** (size * 4)
    if (value < least || !Number.isSafeInteger(value))
      throw new MalformedData('integer not in shortest form or too great')
    return value
  }

  private need(length: number): void {
    if (length > this.bytes.length - this.position) throw new MalformedData('bytes end too early')
  }
}

function simple(information: number): boolean | null {
  if (information === 20) return false
  if (information === 21) return true
  if (information === 22) return null
  throw new MalformedData('floats and other simple values are not allowed')
}
