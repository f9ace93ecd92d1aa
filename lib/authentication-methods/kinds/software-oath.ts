import 'server-only'
import { createHmac, randomBytes } from 'node:crypto'
import { limits } from '@/lib/limits'
import { equalBytes } from '@/lib/platform/hash'
import { decodeBase32, encodeBase32 } from './base32'
import { normaliseCode } from './code-text'

/**
 * Authenticator apps: time-based one-time codes.
 *
 * The twenty lines of RFC 4226 and 6238 are our own, over the platform's HMAC: libraries verify a window but do not tell
 * whether a code was used before. Tests compare with the published vectors and with otplib.
 *
 * @see RFC 6238, RFC 4226; SEC-050 to SEC-056
 */
export { normaliseCode }

export const oathAlgorithms = ['SHA1', 'SHA256'] as const
export type OathAlgorithm = (typeof oathAlgorithms)[number]

export type OathParameters = {
  readonly algorithm: OathAlgorithm
  readonly periodSeconds: number
}

/** What new secrets are made for: the only parameters that every app understands. */
export const defaultOathParameters: OathParameters = { algorithm: 'SHA1', periodSeconds: limits.totp.periodSeconds }

/** A new shared secret: 20 random bytes in base32, upper case, no padding. */
export function newSecret(): string {
  return encodeBase32(randomBytes(limits.totp.secretBytes))
}

/**
 * The time step that this code stands for, or null when it is not right.
 *
 * Accepts the present step and one before and after it, and only a step greater than `lastStep`, so each code works
 * once; `lastStep` is -1 before the first. The caller stores the step with a condition on the old value (SEC-052). `code` is
 * what was typed. Throws when the secret is not base32.
 *
 * @see RFC 6238 §5.2
 */
export function acceptedStep(
  secret: string,
  code: string,
  now: Date,
  lastStep: bigint | number,
  parameters: OathParameters = defaultOathParameters,
): { readonly step: number } | null {
  const typed = normaliseCode(code)
  if (typed === null) return null
  const key = decodeBase32(secret)
  const present = stepAt(now, parameters.periodSeconds)
  let accepted: number | null = null
  // Every step of the window is computed and compared, whichever matches: the time says nothing about the clock of the app.
  for (let distance = -limits.totp.windowSteps; distance <= limits.totp.windowSteps; distance++) {
    const step = present + distance
    const matches = step >= 0 && equalBytes(Buffer.from(hotp(key, step, parameters.algorithm)), Buffer.from(typed))
    if (matches && step > lastStep) accepted ??= step
  }
  return accepted === null ? null : { step: accepted }
}

/** Steps since 1970. */
export function stepAt(now: Date, periodSeconds: number): number {
  return Math.floor(now.getTime() / 1000 / periodSeconds)
}

/** The code of one step: HMAC over the counter, truncated. @see RFC 4226 §5.3 */
export function hotp(
  key: Uint8Array,
  counter: number,
  algorithm: OathAlgorithm = 'SHA1',
  digits: number = limits.totp.digits,
): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const tag = createHmac(algorithm.toLowerCase(), key).update(message).digest()
  const offset = tag.readUInt8(tag.length - 1) & 0x0f
  const number = (tag.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits
  return number.toString().padStart(digits, '0')
}

export type OtpauthLabel = {
  /** The organisation, as the app will show it. */
  readonly issuer: string
  /** Whose account: the user principal name. */
  readonly account: string
}

/**
 * The address that a QR code carries to an app. Issuer and account are cleaned of control and direction characters,
 * shortened to 64 and 128 characters and percent-encoded (SEC-056); a colon would end the issuer, so it becomes a space.
 * It holds the secret: never log it, never put it into a URL that a browser opens.
 *
 * @see Key URI Format (Google Authenticator)
 */
export function otpauthUri(label: OtpauthLabel & { readonly secret: string } & Partial<OathParameters>): string {
  const { algorithm, periodSeconds } = { ...defaultOathParameters, ...label }
  const issuer = labelText(label.issuer, 64)
  const account = labelText(label.account, 128)
  const query = [
    `secret=${encodeURIComponent(label.secret)}`,
    `issuer=${encodeURIComponent(issuer)}`,
    `algorithm=${algorithm}`,
    `digits=${limits.totp.digits}`,
    `period=${periodSeconds}`,
  ]
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${query.join('&')}`
}

function labelText(text: string, lengthMax: number): string {
  const clean = text
    .slice(0, 1024)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(':', ' ')
    .trim()
  return [...clean].slice(0, lengthMax).join('').trim()
}

/** The secret in groups of four, for typing by hand. */
export function groupedSecret(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? ''
}
