/**
 * Texts that others wrote, cut where one character ends. Half of one is no text: `jsonb` refuses it, with everything that
 * stands in the same statement, and mails show it as a hole.
 */

/** The first `count` characters, counted as code points. */
export function firstCharacters(text: string, count: number): string {
  // No character has more than two units, so what comes after them need not be taken apart.
  return [...text.slice(0, count * 2)].slice(0, count).join('')
}

/** What a page, a list or the trail may show of a text that nobody judged: nothing hidden in it, at most 256 characters. */
export function shownText(text: string): string {
  return firstCharacters(text.replace(/\p{C}/gu, '\uFFFD'), 256)
}
