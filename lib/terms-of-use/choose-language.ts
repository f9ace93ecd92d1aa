import { chooseLocale } from '@/lib/i18n'
import type { LanguageText } from './model'

/**
 * The language in which somebody reads a text: the one they chose on the page, else what their browser likes best of
 * those there are, else the first.
 */
export function chooseText(
  languages: readonly LanguageText[],
  chosen: string | undefined,
  acceptLanguage: string | null,
): LanguageText {
  const tags = languages.map(({ language }) => language)
  const liked: string = chooseLocale(acceptLanguage, tags)
  // Where nothing fits the answer is this product's own language, which the organisation may not have put first.
  const isLiked = new RegExp(`(^|[\\s,])${liked.split('-')[0]}\\b`, 'i').test(acceptLanguage ?? '')
  const found = [chosen, isLiked ? liked : undefined].flatMap(
    (tag) => languages.find(({ language }) => language === tag) ?? [],
  )[0]
  const text = found ?? languages[0]
  if (!text) throw new Error('a text of terms of use has no language')
  return text
}
