/**
 * Where to go afterwards, when a link said so: a path on this origin, or null.
 *
 * Begins with one slash that no slash or backslash follows, holds no control character, at most 512 bytes, and still
 * names this origin after parsing.
 */
export function safeReturnTo(text: string | null | undefined): string | null {
  if (!text || new TextEncoder().encode(text).length > 512) return null
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (!/^\/(?![/\\])/.test(text) || /[\u0000-\u001f\u007f\\]/.test(text)) return null
  try {
    const base = 'https://origin.invalid'
    const url = new URL(text, base)
    return url.origin === base ? `${url.pathname}${url.search}` : null
  } catch {
    return null
  }
}
