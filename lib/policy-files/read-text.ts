import type { FileTrouble } from './model'

/**
 * The characters of a file: UTF-8 with or without its mark, UTF-16 of either order with its mark, or without one where
 * every other byte of the beginning is zero, as some programs write it. Bytes that mean nothing are a trouble, never U+FFFD:
 * an id with a replaced character would be another id.
 *
 * @see `70` §12 I9
 */
export function readText(
  bytes: Uint8Array,
): { readonly text: string } | { readonly trouble: Extract<FileTrouble, 'empty' | 'encoding'> } {
  if (bytes.length === 0) return { trouble: 'empty' }
  const encoding = encodingOf(bytes)
  if (encoding !== 'utf-8' && bytes.length % 2 === 1) return { trouble: 'encoding' }
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return text.trim() === '' ? { trouble: 'empty' } : { text }
  } catch {
    return { trouble: 'encoding' }
  }
}

function encodingOf([one, two, three]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (one === 0xff && two === 0xfe) return 'utf-16le'
  if (one === 0xfe && two === 0xff) return 'utf-16be'
  // JSON begins with an ASCII character, so a zero beside it can only be half of one.
  if (one !== 0 && two === 0 && three !== undefined) return 'utf-16le'
  return one === 0 && two !== 0 && two !== undefined ? 'utf-16be' : 'utf-8'
}
