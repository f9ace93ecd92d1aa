/**
 * The characters of a file, piece by piece: UTF-8, or UTF-16 of either order when the file begins with its mark. Bytes that
 * mean nothing become U+FFFD, which the readers name as a bad line.
 */
export function textDecoder(): { push(bytes: Uint8Array): string; end(): string } {
  let decoder: TextDecoder | null = null
  let first = new Uint8Array(0)
  return {
    push(bytes) {
      if (decoder !== null) return decoder.decode(bytes, { stream: true })
      first = Uint8Array.from([...first, ...bytes])
      if (first.length < 2) return ''
      decoder = new TextDecoder(encodingOf(first))
      return decoder.decode(first, { stream: true })
    },
    end() {
      decoder ??= new TextDecoder()
      return decoder.decode(first.length < 2 ? first : new Uint8Array(0))
    },
  }
}

function encodingOf([one, two]: Uint8Array): string {
  if (one === 0xff && two === 0xfe) return 'utf-16le'
  if (one === 0xfe && two === 0xff) return 'utf-16be'
  return 'utf-8'
}
