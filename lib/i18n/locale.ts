/**
 * Which language a reader gets. A language is one folder under `messages` with the same keys as English, and its tag
 * in the list below; nothing else changes.
 */
export const locales = ['en'] as const
export type Locale = (typeof locales)[number]
export const defaultLocale: Locale = 'en'

/**
 * Languages in which mails are written. They are more than those of the pages: a mail is short, stands alone, and is read by
 * people who may never see a page. Each has a file `messages/<tag>/mail.ts` with all texts of mails.
 */
export const mailLocales = ['en', 'de'] as const
export type MailLocale = (typeof mailLocales)[number]

/** The language of mails for a tag that somebody or something named (`de-AT` is `de`); null when there is none. */
export function mailLocaleOf(tag: string | null | undefined): MailLocale | null {
  const found = tag ? lookUp(tag.toLowerCase(), mailLocales) : undefined
  return mailLocales.find((locale) => locale === found) ?? null
}

/** A tag has the form of BCP 47; 35 characters are room for every tag that is in use (RFC 5646 §4.4.1). */
const languageTagForm = /^(?=.{1,35}$)[a-z]{2,8}(-[a-z0-9]{1,8})*$/

/**
 * The language liked best of a value in the form of `Accept-Language`, as a tag in lower case: a plain tag is such a value.
 * Null when it names none.
 *
 * @see RFC 2798 §2.7
 */
export function likedLanguage(value: string | null): string | null {
  return likedRanges(value ?? '').find((range) => languageTagForm.test(range)) ?? null
}

/** The writing direction of a language, for the `dir` attribute of the document. */
export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return ['ar', 'fa', 'he', 'ur'].includes(locale) ? 'rtl' : 'ltr'
}

/**
 * Chooses the language the reader likes best among those we have: highest quality value first, a regional tag
 * (`en-GB`) counts for its language. Never fails; an absent or malformed header gives the default language.
 *
 * @see RFC 9110 §12.5.4, RFC 4647 §3.4 (lookup)
 */
export function chooseLocale(
  acceptLanguage: string | null | undefined,
  available: readonly string[] = locales,
): Locale {
  for (const range of likedRanges(acceptLanguage ?? '')) {
    const found = lookUp(range, available)
    if (found) return found as Locale
  }
  return defaultLocale
}

/** What a value of `Accept-Language` names, in lower case and the best liked first; without what is refused (`q=0`). */
function likedRanges(acceptLanguage: string): string[] {
  return acceptLanguage
    .slice(0, 1024)
    .split(',')
    .map((part, position) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters.map((text) => /^\s*q=(\d(?:\.\d{1,3})?)\s*$/.exec(text)?.[1]).find(Boolean)
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality), position }
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.position - b.position)
    .map(({ tag }) => tag)
}

function lookUp(tag: string, available: readonly string[]): string | undefined {
  for (let range = tag; range !== ''; range = range.slice(0, Math.max(0, range.lastIndexOf('-')))) {
    const found = available.find((locale) => locale.toLowerCase() === range)
    if (found) return found
  }
  return undefined
}
