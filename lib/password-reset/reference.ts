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
  // As it is first: a reference may itself begin with what its word begins with.
  return ['', 'REFERENCE', 'REF'].map((word) => without(word, folded)).find(isReference) ?? null
}

function without(word: string, text: string): string {
  return text.startsWith(word) ? text.slice(word.length) : text
}

function isReference(text: string): boolean {
  return (
    text.length === limits.passwordReset.referenceSymbols &&
    [...text].every((symbol) => referenceAlphabet.includes(symbol))
  )
}
