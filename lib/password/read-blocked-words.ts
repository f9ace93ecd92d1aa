import { limits } from '@/lib/limits'
import { normalised } from './banned'

/**
 * A pasted list of blocked words, one on each line: the words as written, or what is wrong with which lines. Empty lines say
 * nothing. Two words that differ only in case or in the usual disguises are one, so the second is refused by its line.
 *
 * @see SSPR specification §7.2
 */
export type LineRefusal = {
  /** As an editor counts them, from 1. */
  readonly line: number
  readonly reason: 'tooShort' | 'tooLong' | 'unreadable' | 'twice' | 'tooMany'
  /** For `twice`: where it stands first. */
  readonly first?: number
}

export function readBlockedWords(
  text: string,
):
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly refusals: readonly LineRefusal[] } {
  const { blockedWordLengthMin, blockedWordLengthMax, blockedWordsMax } = limits.password
  const refusals: LineRefusal[] = []
  const words: string[] = []
  const seen = new Map<string, number>()
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const [line, word] = [index + 1, raw.normalize('NFC').trim()]
    if (word === '') continue
    const length = [...word].length
    const first = seen.get(normalised(word))
    if (!word.isWellFormed() || /\p{Cc}/u.test(word)) refusals.push({ line, reason: 'unreadable' })
    else if (length < blockedWordLengthMin) refusals.push({ line, reason: 'tooShort' })
    else if (length > blockedWordLengthMax) refusals.push({ line, reason: 'tooLong' })
    else if (first !== undefined) refusals.push({ line, reason: 'twice', first })
    else if (words.length === blockedWordsMax) {
      refusals.push({ line, reason: 'tooMany' })
      break
    } else {
      seen.set(normalised(word), line)
      words.push(word)
    }
  }
  return refusals.length === 0 ? { ok: true, words } : { ok: false, refusals }
}
