/**
 * How a text travels in SMPP: its characters as octets, cut into parts that a phone puts together again.
 *
 * @see 3GPP TS 23.038 (alphabet), 3GPP TS 23.040 §9.2.3.24.1 (concatenation), SMPP 3.4 §5.2.19 (data_coding)
 */
export type EncodedText = {
  readonly dataCoding: 0 | 3 | 8
  /** Octets of each part, without a header. */
  readonly parts: readonly Buffer[]
}

export type SmppEncoding = 'gsm' | 'latin1' | 'ucs2'

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
}
const septets = new Map<string, readonly number[]>([
  ...[...basic].flatMap((character, code): [string, readonly number[]][] =>
    code === 0x1b ? [] : [[character, [code]]],
  ),
  ...Object.entries(extension).map(([character, code]): [string, readonly number[]] => [character, [0x1b, code]]),
])

/** Signs of typography that would cost a longer alphabet, and what says the same in the short one. */
const plain: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
  '\u202f': ' ',
}

/** Octets that one message, and one part of several, may hold: the header of a part takes six of 140 (8 bits each). */
const sizes = { gsm: [160, 153], latin1: [140, 134], ucs2: [140, 134] } as const

/**
 * Encodes in the wanted alphabet, in UCS-2 where a character is not in it. No character is cut in two: neither an
 * escape pair nor a surrogate pair.
 */
export function encodeText(text: string, wanted: SmppEncoding): EncodedText {
  if (wanted !== 'ucs2') {
    const simple = text.replace(/[‘’“”–—…\u00a0\u202f]/gu, (sign) => plain[sign] ?? sign)
    const octets = wanted === 'gsm' ? gsmOctets(simple) : latin1Octets(simple)
    if (octets !== null) return { dataCoding: wanted === 'gsm' ? 0 : 3, parts: cut(octets, sizes[wanted]) }
  }
  const octets = [...text].map((character) => [...Buffer.from(character, 'utf16le').swap16()])
  return { dataCoding: 8, parts: cut(octets, sizes.ucs2) }
}

function gsmOctets(text: string): (readonly number[])[] | null {
  const octets = [...text].map((character) => septets.get(character))
  return octets.every((one) => one !== undefined) ? octets : null
}

function latin1Octets(text: string): (readonly number[])[] | null {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  return codes.every((code) => code < 0x100) ? codes.map((code) => [code]) : null
}

function cut(
  characters: readonly (readonly number[])[],
  [whole, part]: readonly [whole: number, part: number],
): Buffer[] {
  const all = characters.flat()
  if (all.length <= whole) return [Buffer.from(all)]
  const parts: number[][] = [[]]
  for (const octets of characters) {
    const last = parts.at(-1)
    if (last === undefined || last.length + octets.length > part) parts.push([...octets])
    else last.push(...octets)
  }
  return parts.map((octets) => Buffer.from(octets))
}

/** The user data header of one part: an information element with an 8-bit reference. */
export function concatenationHeader(reference: number, count: number, number: number): Buffer {
  return Buffer.from([0x05, 0x00, 0x03, reference & 0xff, count, number])
}
