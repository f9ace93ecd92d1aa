import 'server-only'
import { generateSecret, verifySync } from 'otplib'
import type { OathAlgorithm } from '@/lib/authentication-methods/policy-model'
import { limits } from '@/lib/limits'
import { normaliseCode } from './code-text'

/**
 * Authenticator apps: time-based one-time codes, by otplib; the window and "once only" are said here.
 *
 * @see RFC 6238, RFC 4226; SEC-050 to SEC-056
 */
export { normaliseCode }

export type OathParameters = {
  readonly algorithm: OathAlgorithm
  readonly periodSeconds: number
}

/** The only parameters that every app understands: what apps get until the organisation chooses others. */
export const defaultOathParameters: OathParameters = { algorithm: 'SHA1', periodSeconds: limits.totp.periodSeconds }

/** A new shared secret: 20 random bytes in base32, upper case, no padding. */
export function newSecret(): string {
  return generateSecret({ length: limits.totp.secretBytes })
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
  const { periodSeconds } = parameters
  const epoch = Math.floor(now.getTime() / 1000)
  const result = verifySync({
    strategy: 'totp',
    secret,
    token: typed,
    digits: limits.totp.digits,
    algorithm: parameters.algorithm === 'SHA1' ? 'sha1' : 'sha256',
    period: periodSeconds,
    epoch,
    epochTolerance: Math.min(limits.totp.windowSteps * periodSeconds, epoch),
    ...(lastStep < 0 ? {} : { afterTimeStep: Number(lastStep) }),
  })
  return result.valid && 'timeStep' in result ? { step: result.timeStep } : null
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
