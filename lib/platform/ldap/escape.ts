/**
 * Text inside a distinguished name: what has a meaning there is escaped, whatever it was meant to be. Filters are what
 * administrators wrote, whole: nobody's text ever goes into one.
 *
 * @see RFC 4514 §2.4, SEC-129
 */

/** The text as the value of an attribute in a distinguished name. */
export function escapeNameValue(text: string): string {
  return text.replace(/["+,;<>\\=]|\p{Cc}|^[ #]| $/gu, (character) =>
    /\p{Cc}/u.test(character)
      ? Array.from(Buffer.from(character), (byte) => `\\${byteHex(byte)}`).join('')
      : `\\${character}`,
  )
}

/**
 * The parts of a distinguished name from the entry up, each in one spelling: attribute in lower case, value unescaped and
 * in lower case. Null when the text is no name. Two spellings of one name give equal parts, but for values that a
 * schema compares in a way of its own.
 */
export function partsOfName(text: string): string[] | null {
  const parts: string[] = []
  for (const part of splitUnescaped(text, /[,;]/)) {
    const assertions: string[] = []
    for (const assertion of splitUnescaped(part, /\+/)) {
      const [, type, value] = /^\s*([A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)\s*=(.*)$/s.exec(assertion) ?? []
      const plain = value === undefined ? null : unescapeValue(value)
      if (type === undefined || plain === null) return null
      assertions.push(`${type.toLowerCase()}=${plain.normalize('NFC').toLowerCase()}`)
    }
    parts.push(assertions.sort().join('+'))
  }
  return parts
}

/**
 * `partsOfName` of a plain name, as nearly all are: printable ASCII without escapes, quotes and parts of several
 * assertions. Null for every other text, name or not.
 */
export function plainPartsOfName(text: string): string[] | null {
  if (!/^[ -~]*$/.test(text) || /[\\;+"]/.test(text)) return null
  const parts = text.toLowerCase().split(',')
  for (let index = 0; index < parts.length; index++) {
    const [, type, value] = /^ *([a-z][a-z0-9-]*|[0-9]+(?:\.[0-9]+)*) *= *(.*?) *$/.exec(parts[index] ?? '') ?? []
    if (type === undefined) return null
    parts[index] = `${type}=${value}`
  }
  return parts
}

/** Whether the entry stands under the base, or is it. A text that is no name is under nothing. */
export function isUnder(name: string, base: string): boolean {
  const [entry, above] = [partsOfName(name), partsOfName(base)]
  if (entry === null || above === null || above.length > entry.length) return false
  const tail = entry.slice(entry.length - above.length)
  return above.every((part, index) => part === tail[index])
}

function splitUnescaped(text: string, at: RegExp): string[] {
  const parts: string[] = []
  let from = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (at.test(text[index] ?? '')) {
      parts.push(text.slice(from, index))
      from = index + 1
    }
  }
  return [...parts, text.slice(from)]
}

/** Without its escapes and the spaces around it; null where an escape stands for nothing. */
function unescapeValue(text: string): string | null {
  const bytes: number[] = []
  const trimmed = text.replace(/^ +/, '').replace(/(\\ )? *$/, '$1')
  for (let index = 0; index < trimmed.length; ) {
    const pair = /^\\([0-9a-fA-F]{2})/.exec(trimmed.slice(index, index + 3))
    if (pair?.[1]) {
      bytes.push(Number.parseInt(pair[1], 16))
      index += 3
      continue
    }
    if (trimmed[index] === '\\') index++
    const point = trimmed.codePointAt(index)
    if (point === undefined) return null
    const character = String.fromCodePoint(point)
    bytes.push(...Buffer.from(character))
    index += character.length
  }
  return Buffer.from(bytes).toString('utf8')
}

function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
