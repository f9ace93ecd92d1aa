const bytesMax = 512

/**
 * Where to go afterwards, when a link said so: a path on this origin, or null.
 *
 * Begins with one slash that no slash or backslash follows, holds no control character, at most 512 bytes. All of that holds
 * before and after parsing, which takes out dot segments (`/.//x` becomes `//x`, another host) and writes letters in ASCII.
 */
export function safeReturnTo(text: string | null | undefined): string | null {
  if (!text || new TextEncoder().encode(text).length > bytesMax) return null
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (!/^\/(?![/\\])/.test(text) || /[\u0000-\u001f\u007f\\]/.test(text)) return null
  try {
    const base = 'https://origin.invalid'
    const url = new URL(text, base)
    const path = `${url.pathname}${url.search}`
    return url.origin === base && !path.startsWith('//') && path.length <= bytesMax ? path : null
  } catch {
    return null
  }
}
