import { limits } from '@/lib/limits'

/** Read out on the telephone: no letter that is taken for another, or for a digit. */
export const referenceAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/**
 * The reference of a reset as the help desk types what it hears: in any case, in groups, with words before it. Null where
 * the text holds none.
 */
export function readResetReference(text: string): string | null {
  const folded = text
    .slice(0, 2000)
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\-.,:;<>()[\]{}"'`\u2010-\u2015\u2212]+/g, '')
  const found = /^(?:REFERENCE|REF)?(.*)$/.exec(folded)?.[1] ?? ''
  const isWhole = found.length === limits.passwordReset.referenceSymbols
  return isWhole && [...found].every((symbol) => referenceAlphabet.includes(symbol)) ? found : null
}
