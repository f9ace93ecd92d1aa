import { limits } from '@/lib/limits'

/**
 * The banned-password evaluation of §7.2 of the SSPR specification: normalise, compare the whole with each banned word,
 * look for names, count points.
 */

/** A word or candidate as it is compared: composed, lower case, and without the four usual disguises. */
export function normalised(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[01$@]/g, (sign) => disguises[sign as keyof typeof disguises])
}

const disguises = { '0': 'o', '1': 'l', $: 's', '@': 'a' } as const

/** Banned words ready to be looked for. */
export type BannedWords = { readonly words: ReadonlySet<string>; readonly lengths: readonly number[] }

/** Words that differ in disguise only are one. */
export function bannedWords(words: Iterable<string>): BannedWords {
  const set = new Set([...words].map(normalised).filter((word) => word !== ''))
  return { words: set, lengths: [...new Set([...set].map((word) => [...word].length))].sort((a, b) => a - b) }
}

/**
 * Whether the words make the candidate too easy to guess: the whole is one of them but for one character, or fewer than
 * five points are left when each word found counts as one and each other character as one.
 */
export function isBanned(candidate: string, banned: BannedWords): boolean {
  const text = [...normalised(candidate)]
  return isNearly(text, banned) || score(text, banned) < limits.password.bannedScoreMin
}

/** The fewest points that the candidate can be counted as. */
export function scoreOf(candidate: string, banned: BannedWords): number {
  return score([...normalised(candidate)], banned)
}

/** Over every way to find words in the text: dynamic programming, so overlapping words cannot hide each other. */
function score(text: readonly string[], { words, lengths }: BannedWords): number {
  const best = [0]
  for (let end = 1; end <= text.length; end++) {
    let points = (best[end - 1] ?? 0) + 1
    for (const length of lengths) {
      if (length > end) break
      const before = (best[end - length] ?? 0) + 1
      if (before < points && words.has(text.slice(end - length, end).join(''))) points = before
    }
    best.push(points)
  }
  return best[text.length] ?? 0
}

function isNearly(text: readonly string[], { words, lengths }: BannedWords): boolean {
  if (text.length > (lengths.at(-1) ?? 0) + 1) return false
  if (words.has(text.join(''))) return true
  for (const word of words) if (isWithinOneEdit(text, [...word])) return true
  return false
}

/** Whether one character added, left out or replaced makes the texts equal. */
function isWithinOneEdit(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return false
  let same = 0
  while (same < short.length && short[same] === long[same]) same++
  const skip = short.length === long.length ? 1 : 0
  for (let place = same + skip; place < short.length; place++) if (short[place] !== long[place + 1 - skip]) return false
  return true
}

/**
 * Whether the candidate contains a part of a name. Those of four characters and more count: shorter ones stand in too many
 * harmless passwords, and so do short ones put together.
 */
export function containsName(candidate: string, name: string): boolean {
  const text = normalised(candidate)
  return name
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map(normalised)
    .some((part) => [...part].length >= limits.password.namePartLengthMin && text.includes(part))
}
