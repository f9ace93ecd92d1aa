import 'server-only'
// The full metadata: only it tells a mobile number from a landline or a premium one. It never reaches a browser.
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { fail, ok, type Result } from '@/lib/result'

/**
 * Phone numbers that can receive a text message.
 *
 * @see `10` §9, SEC-064
 */
export type MobileNumber = {
  /** `+` and 4 to 15 digits. */
  readonly e164: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

export type PhoneCode =
  | 'registration.phone_invalid'
  | 'registration.phone_not_mobile'
  | 'registration.phone_country_not_allowed'

/**
 * Parses what somebody typed, with or without country code.
 *
 * `countries` is the operator's allow-list; empty means that no number may be texted. `defaultCountry` is used when the
 * number has no country code. Refused: `registration.phone_invalid` (no number of a country, or with an extension),
 * `registration.phone_country_not_allowed`, `registration.phone_not_mobile` (landline, premium, shared cost, pager,
 * toll-free). Whether the number is reachable only the code can tell.
 */
export function parsePhoneNumber(
  text: string,
  options: { readonly countries: readonly string[]; readonly defaultCountry?: string },
): Result<MobileNumber, PhoneCode> {
  if (text.length > 40 || !/^[\s+()\d./\u2010-\u2015-]+$/.test(text))
    return fail('invalid', 'registration.phone_invalid')
  const known = getCountries().find((country) => country === options.defaultCountry)
  const number = parsePhoneNumberFromString(text, { defaultCountry: known, extract: false })
  // A number without a country belongs to a satellite or another world-wide service.
  if (!number?.isValid() || number.country === undefined || number.ext !== undefined) {
    return fail('invalid', 'registration.phone_invalid')
  }
  if (!options.countries.includes(number.country)) {
    return fail('refused', 'registration.phone_country_not_allowed', { details: { country: number.country } })
  }
  const type = number.getType()
  if (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE') return fail('invalid', 'registration.phone_not_mobile')
  return ok({ e164: number.number, country: number.country })
}

export type PhoneCountry = { readonly country: string; readonly callingCode: string }

/** The countries of the operator's list that have a calling code; none are texted where the list is empty (SEC-064). */
export function phoneCountries(allowed: readonly string[]): PhoneCountry[] {
  return getCountries()
    .filter((country) => allowed.includes(country))
    .map((country) => ({ country, callingCode: getCountryCallingCode(country) }))
}

/** Only the last two digits, for screens and the audit log: `+••••••••••56`. */
export function maskPhoneNumber(e164: string): string {
  const digits = e164.replace(/\D/g, '')
  return `+${'•'.repeat(Math.max(0, digits.length - 2))}${digits.slice(-2)}`
}
