import 'server-only'
import type { PhoneCountry } from '@/lib/authentication-methods/kinds/phone'
import { defaultLocale, type Locale } from '@/lib/i18n'

/** The countries of a phone number as a list to choose from, by name: `Germany (+49)`. */
export function countryChoices(
  countries: readonly PhoneCountry[],
  locale: Locale = defaultLocale,
): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' })
  return countries
    .map(({ country, callingCode }) => ({ value: country, label: `${names.of(country) ?? country} (+${callingCode})` }))
    .sort((left, right) => left.label.localeCompare(right.label, locale))
}

/** The country that the browser's languages speak of, where it is one of these; else the first. A guess, shown and changeable. */
export function likelyCountry(acceptLanguage: string | null, countries: readonly PhoneCountry[]): string | undefined {
  const tags = (acceptLanguage ?? '').slice(0, 256).split(',')
  for (const tag of tags) {
    const country = regionOf(tag.split(';')[0]?.trim() ?? '')
    if (countries.some((known) => known.country === country)) return country
  }
  return countries[0]?.country
}

function regionOf(tag: string): string | undefined {
  try {
    const locale = new Intl.Locale(tag)
    // A bare "en" speaks of no country; a bare "de" does well enough.
    return locale.region ?? (locale.language === 'en' ? undefined : locale.maximize().region)
  } catch {
    return undefined
  }
}
