import { storedName, userPrincipalNameSchema } from '@/lib/directory/user-principal-name'
import { limits } from '@/lib/limits'
import type { LineReason } from './model'

/** The cells of a token, each judged on its own: the value to keep, or the reason why the line is left out. */
export type Judged<T> = { readonly value: T } | { readonly reason: LineReason }

/** Empty names nobody. */
export function judgeUserName(text: string): Judged<string | null> {
  if (text.trim() === '') return { value: null }
  const name = userPrincipalNameSchema.safeParse(storedName(text))
  return name.success ? { value: name.data } : { reason: 'bad_user_name' }
}

/** As it is stored and compared: upper case, without spaces. Null: no serial number that a token could carry. */
export function storedSerial(text: string): string | null {
  const serial = text.replace(/\s+/g, '').toUpperCase()
  return /^[A-Z0-9][A-Z0-9._/-]{0,63}$/.test(serial) ? serial : null
}

export function judgeSerial(text: string): Judged<string> {
  const value = storedSerial(text)
  return value === null ? { reason: text.trim() === '' ? 'no_serial' : 'bad_serial' } : { value }
}

/**
 * Base32, either case, at most 128 characters; spaces and padding at the end are fine. At least 128 bits.
 * @see RFC 4648 §6, RFC 4226 §4 R6
 */
export function judgeBase32(text: string): Judged<Uint8Array> {
  const letters = text.replace(/\s+/g, '').replace(/=+$/, '').toUpperCase()
  const { secretBase32Max } = limits.hardwareOath
  if (!/^[A-Z2-7]+$/.test(letters) || letters.length > secretBase32Max) return { reason: 'bad_key' }
  return judgeSecret(fromBase32(letters))
}

export function judgeSecret(secret: Uint8Array): Judged<Uint8Array> {
  const { secretBytesMin, secretBytesMax } = limits.hardwareOath
  if (secret.length < secretBytesMin) return { reason: 'key_too_short' }
  return secret.length > secretBytesMax ? { reason: 'bad_key' } : { value: secret }
}

export function judgeInterval(text: string): Judged<30 | 60> {
  const digits = text.trim()
  return digits === '30' ? { value: 30 } : digits === '60' ? { value: 60 } : { reason: 'bad_interval' }
}

/** Manufacturer and model are text and nothing else, whatever they begin with. */
export function judgeText(text: string): Judged<string> {
  const value = text.normalize('NFC').trim()
  const isShort = [...value].length <= limits.hardwareOath.textLengthMax
  return isShort && !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u.test(value) ? { value } : { reason: 'bad_text' }
}

const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function fromBase32(letters: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((letters.length * 5) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (const letter of letters) {
    held = ((held << 5) | base32Letters.indexOf(letter)) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (held >> bits) & 0xff
  }
  return bytes
}
