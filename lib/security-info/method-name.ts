import { limits } from '@/lib/limits'

/** A name as it may be kept: trimmed, one space between words, nothing invisible; null when nothing is left or too long. */
export function cleanName(text: string): string | null {
  const name = text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
  return name.length > 0 && [...name].length <= limits.methodNameLengthMax ? name : null
}
