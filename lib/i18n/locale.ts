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
  const wanted = (acceptLanguage ?? '')
    .slice(0, 1024)
    .split(',')
    .map((part, position) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const quality = parameters.map((text) => /^\s*q=(\d(?:\.\d{1,3})?)\s*$/.exec(text)?.[1]).find(Boolean)
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality), position }
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.position - b.position)
  for (const { tag } of wanted) {
    const found = lookUp(tag, available)
    if (found) return found as Locale
  }
  return defaultLocale
}

function lookUp(tag: string, available: readonly string[]): string | undefined {
  for (let range = tag; range !== ''; range = range.slice(0, Math.max(0, range.lastIndexOf('-')))) {
    const found = available.find((locale) => locale.toLowerCase() === range)
    if (found) return found
  }
  return undefined
}
