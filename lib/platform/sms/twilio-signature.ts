import { createHmac } from 'node:crypto'
import { equalBytes } from '../hash'

/**
 * Whether a call really comes from the holder of the account's token: HMAC-SHA-1 over the address that was called and,
 * for a form, its fields in the order of their names, each name followed by its value.
 *
 * @param url as Twilio was told it, with scheme, host and query
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function isTwilioSignature(
  authToken: string,
  signature: string,
  url: string,
  fields: readonly (readonly [name: string, value: string])[],
): boolean {
  return equalBytes(Buffer.from(signature), Buffer.from(twilioSignature(authToken, url, fields)))
}

export function twilioSignature(
  authToken: string,
  url: string,
  fields: readonly (readonly [name: string, value: string])[],
): string {
  // By code units, as the documentation's Unix order: no language's idea of an alphabet.
  const sorted = [...fields].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
  const signed = url + sorted.map(([name, value]) => name + value).join('')
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}
