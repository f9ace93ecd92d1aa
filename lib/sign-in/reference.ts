/**
 * The reference that a page shows to somebody who was refused, as an administrator pastes it from a mail or types it
 * from a call: with spaces, in capitals, in brackets, without hyphens, with words around it. It is the id of a sign-in,
 * of a request or of one entry of the log, and says nothing by itself.
 *
 * Null where there is none in the text, or where it is not clear which is meant.
 */
export function readReference(text: string): string | null {
  const folded = text
    .slice(0, 2000)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
  const written = new Set(folded.match(/(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])/g) ?? [])
  if (written.size > 0) return written.size === 1 ? ([...written][0] ?? null) : null
  // Broken over lines, or read out in groups: nothing but the digits is there then.
  const digits = folded.replaceAll(/[\s\-.,:;<>()[\]{}"'`]+/g, '')
  const found = /^(?:reference|ref)?([0-9a-f]{32})$/.exec(digits)?.[1]
  if (!found) return null
  return [found.slice(0, 8), found.slice(8, 12), found.slice(12, 16), found.slice(16, 20), found.slice(20)].join('-')
}
