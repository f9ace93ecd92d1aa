import 'server-only'
// The full metadata: only it tells a mobile number from a landline or a premium one. It never reaches a browser.
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'

/**
 * Phone numbers that can receive a text message or a call.
 *
 * @see `10` §9, SEC-064
 */
export type ParsedNumber = {
  /** `+` and 4 to 15 digits. */
  readonly e164: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

export type PhoneCode =
  | 'registration.phone_invalid'
  | 'registration.phone_unknown'
  | 'registration.phone_not_mobile'
  | 'registration.phone_not_office'
  | 'registration.phone_country_not_allowed'
  | 'registration.extension_invalid'

/**
 * Parses what somebody typed, with or without country code.
 *
 * `countries` is the operator's allow-list; empty means that no number may be texted or called. `defaultCountry` is used when the
 * number has no country code. Refused: `registration.phone_invalid` (no number of a country, or with an extension),
 * `registration.phone_unknown` (as long as it should be, in a range that its country gives to nobody), `registration.phone_country_not_allowed`, `registration.phone_not_mobile` (landline, premium, shared cost, pager,
 * toll-free; with `isOffice` landlines are fine and the rest is `registration.phone_not_office`). Whether the number is reachable only the code can tell.
 */
export function parsePhoneNumber(
  text: string,
  options: { readonly countries: readonly string[]; readonly defaultCountry?: string; readonly isOffice?: boolean },
): Result<ParsedNumber, PhoneCode> {
  if (text.length > 40 || !/^[\s+()\d./\u2010-\u2015-]+$/.test(text))
    return fail('invalid', 'registration.phone_invalid')
  const known = getCountries().find((country) => country === options.defaultCountry)
  const number = parsePhoneNumberFromString(text, { defaultCountry: known, extract: false })
  // A number without a country belongs to a satellite or another world-wide service.
  if (!number?.isValid() || number.country === undefined || number.ext !== undefined) {
    // Whoever is told that a complete number were incomplete looks for a digit that is not missing.
    const isComplete = number?.isPossible() && !number.isNonGeographic() && number.ext === undefined
    return fail('invalid', isComplete ? 'registration.phone_unknown' : 'registration.phone_invalid')
  }
  if (!options.countries.includes(number.country)) {
    return fail('refused', 'registration.phone_country_not_allowed', { details: { country: number.country } })
  }
  const type = number.getType()
  const isMobile = type === 'MOBILE' || type === 'FIXED_LINE_OR_MOBILE'
  if (options.isOffice && !isMobile && type !== 'FIXED_LINE') return fail('invalid', 'registration.phone_not_office')
  if (!options.isOffice && !isMobile) return fail('invalid', 'registration.phone_not_mobile')
  return ok({ e164: number.number, country: number.country })
}

/** The digits behind an exchange's number; null when none were typed. Failure: `registration.extension_invalid`. */
export function parseExtension(text: string): Result<string | null, PhoneCode> {
  const digits = text.replace(/[\s().-]/g, '')
  if (digits === '') return ok(null)
  const isExtension = new RegExp(`^[0-9]{1,${limits.phone.extensionDigitsMax}}$`).test(digits)
  return isExtension ? ok(digits) : fail('invalid', 'registration.extension_invalid')
}

/** An E.164 number as people write it, `+44 7400 123456`, and its country (ISO 3166-1 alpha-2). */
export function readablePhoneNumber(e164: string): { readonly text: string; readonly country: string | undefined } {
  const number = parsePhoneNumberFromString(e164)
  return { text: number?.formatInternational() ?? e164, country: number?.country }
}

/** A number with its extension as one text, `+442079460958x318`, and apart again. */
export function joinExtension(phoneNumber: string, extension: string | null): string {
  return extension === null ? phoneNumber : `${phoneNumber}x${extension}`
}
export function splitExtension(text: string): { readonly phoneNumber: string; readonly extension: string | null } {
  const [phoneNumber = '', extension = null] = text.split('x')
  return { phoneNumber, extension }
}

export type PhoneCountry = { readonly country: string; readonly callingCode: string }

/** The countries of the operator's list that have a calling code; none are texted where the list is empty (SEC-064). */
export function phoneCountries(allowed: readonly string[]): PhoneCountry[] {
  return getCountries()
    .filter((country) => allowed.includes(country))
    .map((country) => ({ country, callingCode: getCountryCallingCode(country) }))
}

/** Only the last two digits, for screens and the audit log: `+••••••••••56`. An extension stands behind it, hidden too. */
export function maskPhoneNumber(text: string): string {
  const { phoneNumber, extension } = splitExtension(text)
  const digits = phoneNumber.replace(/\D/g, '')
  const shown = `+${'•'.repeat(Math.max(0, digits.length - 2))}${digits.slice(-2)}`
  return extension === null ? shown : `${shown} x${'•'.repeat(extension.length)}`
}
