import type { Option } from '@/components/ui/select-field'
import { phoneCountries } from '@/lib/authentication-methods/kinds/phone'
import { env } from '@/lib/platform/env'

/** The countries whose numbers get codes, by name. */
export function phoneOptions(): Option[] {
  const names = new Intl.DisplayNames('en', { type: 'region' })
  return phoneCountries(env().SMS_COUNTRIES)
    .map(({ country, callingCode }) => ({ value: country, label: `${names.of(country) ?? country} (+${callingCode})` }))
    .sort((left, right) => left.label.localeCompare(right.label, 'en'))
}
