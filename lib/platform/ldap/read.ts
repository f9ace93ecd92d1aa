import { limits } from '@/lib/limits'

/**
 * Reads what a directory answers, one message at a time. Everything has a length that must fit into what holds it, so a
 * message that is not well formed is refused as a whole; nothing loops, recurses or allocates by what a server claims.
 *
 * @see RFC 4511 §4.1.1, §4.1.9, §4.5.2, §5.1 (the restrictions on BER)
 */
export type LdapAnswer =
  /** An entry that was found; names of attributes in lower case, options after `;`. */
  | { readonly kind: 'entry'; readonly id: number; readonly dn: string; readonly attributes: Attributes }
  /** A pointer to another server. Nobody follows it. */
  | { readonly kind: 'reference'; readonly id: number }
  | ({ readonly kind: 'result'; readonly id: number } & LdapResult)

export type Attributes = ReadonlyMap<string, readonly Buffer[]>

export type LdapResult = {
  readonly code: number
  /** The server's own words. May hold names of entries: never for a log. */
  readonly diagnostic: string
  readonly controls: ReadonlyMap<string, Buffer>
  /** Of an extended operation. */
  readonly responseName: string | null
}

/** How long the first message of the bytes is, its head included; null while that cannot be known. Throws on no message. */
export function messageLength(bytes: Buffer): number | null {
  if (bytes.length === 0) return null
  if (bytes[0] !== 0x30) throw new UnreadableAnswer()
  const head = readLength(bytes, 1)
  if (head === null) return null
  const length = head.from + head.length
  if (length > limits.ldap.messageBytesMax) throw new UnreadableAnswer()
  return length
}

/** Throws `UnreadableAnswer` when the bytes are not exactly one answer. */
export function readAnswer(bytes: Buffer): LdapAnswer {
  const outside = new Fields(bytes)
  const message = outside.next(0x30)
  outside.end()
  const id = message.integer()
  const tag = message.peek()
  if (tag === 0x64) return readEntry(id, message.next(0x64))
  if (tag === 0x73) return { kind: 'reference', id }
  if (tag === null || !resultTags.has(tag)) throw new UnreadableAnswer()
  const result = readResult(message.next(tag))
  return { kind: 'result', id, ...result, controls: readControls(message) }
}

export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
  constructor() {
    super('a directory sent what is no ldap message')
  }
}

/** bindResponse, searchResDone, modifyResponse, extendedResp. */
const resultTags = new Set([0x61, 0x65, 0x67, 0x78])

function readEntry(id: number, entry: Fields): LdapAnswer {
  const dn = entry.text(0x04)
  const list = entry.next(0x30)
  const attributes = new Map<string, readonly Buffer[]>()
  while (list.peek() !== null) {
    const attribute = list.next(0x30)
    const name = attribute.text(0x04).toLowerCase()
    const set = attribute.next(0x31)
    const values: Buffer[] = []
    while (set.peek() !== null) {
      const value = set.bytes(0x04)
      // A photograph or a certificate is none of our business; kept are copies, so that nothing holds on to the whole message.
      if (value.length <= limits.ldap.valueBytesMax) values.push(Buffer.from(value))
    }
    attribute.end()
    attributes.set(name, values)
  }
  entry.end()
  return { kind: 'entry', id, dn, attributes }
}

function readResult(fields: Fields): Omit<LdapResult, 'controls'> {
  const code = fields.integer(0x0a)
  fields.bytes(0x04)
  const diagnostic = fields.text(0x04)
  let responseName: string | null = null
  for (let tag = fields.peek(); tag !== null; tag = fields.peek()) {
    const value = fields.bytes(tag)
    if (tag === 0x8a) responseName = value.toString('latin1')
  }
  return { code, diagnostic, responseName }
}

function readControls(message: Fields): ReadonlyMap<string, Buffer> {
  const controls = new Map<string, Buffer>()
  if (message.peek() === null) return controls
  const list = message.next(0xa0)
  message.end()
  while (list.peek() !== null) {
    const control = list.next(0x30)
    const type = control.text(0x04)
    if (control.peek() === 0x01) control.bytes(0x01)
    controls.set(type, control.peek() === null ? Buffer.alloc(0) : Buffer.from(control.bytes(0x04)))
    control.end()
  }
  return controls
}

/** The elements inside one element, read in order. */
export class Fields {
  private offset = 0
  constructor(private readonly data: Buffer) {}

  peek(): number | null {
    return this.offset < this.data.length ? (this.data[this.offset] ?? null) : null
  }

  bytes(tag: number): Buffer {
    if (this.peek() !== tag) throw new UnreadableAnswer()
    const head = readLength(this.data, this.offset + 1)
    if (head === null || head.length > this.data.length - head.from) throw new UnreadableAnswer()
    this.offset = head.from + head.length
    return this.data.subarray(head.from, this.offset)
  }

  next(tag: number): Fields {
    return new Fields(this.bytes(tag))
  }

  text(tag: number): string {
    return this.bytes(tag).toString('utf8')
  }

  integer(tag = 0x02): number {
    const bytes = this.bytes(tag)
    if (bytes.length === 0 || bytes.length > 4) throw new UnreadableAnswer()
    return bytes.readIntBE(0, bytes.length)
  }

  end(): void {
    if (this.offset !== this.data.length) throw new UnreadableAnswer()
  }
}

/** The length that stands at `at`, and where its content begins; null when the bytes end before it does. */
function readLength(bytes: Buffer, at: number): { readonly from: number; readonly length: number } | null {
  const first = bytes[at]
  if (first === undefined) return null
  if (first < 0x80) return { from: at + 1, length: first }
  const count = first & 0x7f
  if (count === 0 || count > 4) throw new UnreadableAnswer()
  if (bytes.length < at + 1 + count) return null
  return { from: at + 1 + count, length: bytes.readUIntBE(at + 1, count) }
}
