import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import type { MailFailureCode, MailLogo } from './model'

/**
 * Reads a logo: what it is, by its bytes and never by its name, and how large. PNG and JPEG only, because mail programs
 * show them and neither can carry a script. The picture is walked from its first byte to its last: a file that is also
 * something else has bytes before or after.
 *
 * @see PNG (third edition) §5, ITU-T T.81 §B.1
 */
export function readLogo(bytes: Uint8Array): Result<MailLogo, MailFailureCode> {
  if (bytes.length === 0) return fail('invalid', 'mail.logo_missing', { field: 'file' })
  if (bytes.length > limits.mail.logoBytesMax) {
    const kibibytes = limits.mail.logoBytesMax / 1024
    return fail('invalid', 'mail.logo_too_large', { field: 'file', details: { kibibytes } })
  }
  const size = pngSize(bytes) ?? jpegSize(bytes)
  if (size === null) return fail('invalid', 'mail.logo_format_unknown', { field: 'file' })
  const { logoPixelsMin: min, logoPixelsMax: max } = limits.mail
  if ([size.width, size.height].some((pixels) => pixels < min || pixels > max))
    return fail('invalid', 'mail.logo_dimensions', { field: 'file', details: { min, max } })
  return ok({ ...size, bytes })
}

type Size = Pick<MailLogo, 'mediaType' | 'width' | 'height'>

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

function pngSize(bytes: Uint8Array): Size | null {
  if (!pngSignature.every((value, at) => bytes[at] === value)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: Size | null = null
  // A chunk is its length, its name, its data and a checksum; the header comes first and the end last.
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const next = at + 12 + length
    if (next > bytes.length) return null
    if (size === null) {
      if (name !== 'IHDR' || length !== 13) return null
      size = { mediaType: 'image/png', width: view.getUint32(at + 8), height: view.getUint32(at + 12) }
    }
    if (name === 'IEND') return next === bytes.length ? size : null
    at = next
  }
  return null
}

/** Markers that begin a frame: all of `FFC0` to `FFCF` but three that mean something else. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function jpegSize(bytes: Uint8Array): Size | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  if (bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: Size | null = null
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff || marker < 0xc0 || marker === 0xd8 || marker === 0xd9) return null
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) return null
    if (isFrame(marker)) {
      if (length < 8) return null
      size = { mediaType: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    }
    // What follows the start of a scan is the picture itself, up to the end that was looked at above.
    if (marker === 0xda) return size
    at += 2 + length
  }
  return null
}
