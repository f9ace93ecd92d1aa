import 'server-only'
import { phoneCountries } from '@/lib/authentication-methods/kinds/phone'
import { env } from '@/lib/platform/env'

/** The countries whose numbers are texted and called, by name with their calling code, for a list to choose from. */
export function phoneOptions(): { readonly value: string; readonly label: string }[] {
  const names = new Intl.DisplayNames('en', { type: 'region' })
  return phoneCountries(env().SMS_COUNTRIES)
    .map(({ country, callingCode }) => ({ value: country, label: `${names.of(country) ?? country} (+${callingCode})` }))
    .sort((left, right) => left.label.localeCompare(right.label, 'en'))
}

/** The country that the browser's languages speak of, where it is one of these; else the first of them. A guess, shown and changeable. */
export function likelyCountry(acceptLanguage: string | null, countries: readonly string[]): string | undefined {
  const tags = (acceptLanguage ?? '').slice(0, 256).split(',')
  for (const tag of tags) {
    const country = regionOf(tag.split(';')[0]?.trim() ?? '')
    if (country !== undefined && countries.includes(country)) return country
  }
  return countries[0]
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
