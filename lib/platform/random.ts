import 'server-only'
import { randomBytes, randomInt, randomUUID } from 'node:crypto'

/** Chance, from the operating system's generator only. */
export function randomToken(bytes: number): string {
  return randomBytes(bytes).toString('base64url')
}

export { randomBytes, randomUUID }

/** A code of `digits` decimal digits, uniform, leading zeros kept. */
export function randomDigits(digits: number): string {
  return randomInt(0, 10 ** digits)
    .toString()
    .padStart(digits, '0')
}

/** `length` characters drawn uniformly from `alphabet`. */
export function randomText(alphabet: string, length: number): string {
  let text = ''
  for (let index = 0; index < length; index++) text += alphabet.charAt(randomInt(0, alphabet.length))
  return text
}
