import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import type { FileReason, LineReason } from './model'

/**
 * The keys of an encrypted PSKC container and what they open. Nothing is decrypted before its MAC is checked, where the
 * cipher itself does not notice a change.
 *
 * @see RFC 6030 §6; XML Encryption 1.1 §5
 */
export type Ciphertext = { readonly algorithm: string; readonly bytes: Uint8Array }

export type Derivation = {
  readonly algorithm: string
  readonly salt: Uint8Array | null
  readonly iterations: number
  readonly keyBytes: number
  /** The pseudorandom function's identifier; empty is HMAC-SHA1. */
  readonly prf: string
}

export type MacMethod = { readonly algorithm: string; readonly key: Ciphertext | null }

export type ContainerKeys = { readonly encryption: Buffer; readonly mac: { hash: string; key: Buffer } | null }

/** More rounds would hold up the process; what vendors write is far below. */
const iterationsMax = 300_000

/**
 * The keys from what the administrator typed: the password of a derived key, or the pre-shared key itself in hexadecimal or
 * base64.
 */
export function containerKeys(
  typed: string | null,
  derivation: Derivation | null,
  macMethod: MacMethod | null,
): { readonly keys: ContainerKeys } | { readonly reason: FileReason } {
  if (typed === null || typed === '') return { reason: 'password_needed' }
  if (derivation !== null && !isKnownDerivation(derivation)) return { reason: 'key_derivation' }
  const encryption = derivation === null ? presharedKey(typed) : derive(typed, derivation)
  if (encryption === null) return { reason: 'password_wrong' }
  if (macMethod === null) return { keys: { encryption, mac: null } }
  const hash = /#hmac-(sha1|sha256|sha384|sha512)$/.exec(macMethod.algorithm)?.[1]
  if (hash === undefined) return { keys: { encryption, mac: null } }
  if (macMethod.key === null) return { keys: { encryption, mac: { hash, key: encryption } } }
  const key = decrypt(macMethod.key, encryption)
  return key === null ? { reason: 'password_wrong' } : { keys: { encryption, mac: { hash, key } } }
}

/** The secret within, or why it cannot be had. */
export function openValue(
  value: Ciphertext,
  valueMac: Uint8Array | null,
  keys: ContainerKeys,
): { readonly secret: Uint8Array } | { readonly reason: LineReason } {
  if (isCbc(value.algorithm)) {
    if (keys.mac === null || valueMac === null) return { reason: 'mac_missing' }
    if (!macFits(value.bytes, valueMac, keys.mac)) return { reason: 'mac_mismatch' }
  } else if (valueMac !== null && keys.mac !== null && !macFits(value.bytes, valueMac, keys.mac)) {
    return { reason: 'mac_mismatch' }
  }
  const secret = decrypt(value, keys.encryption)
  return secret === null ? { reason: 'encryption' } : { secret }
}

function macFits(bytes: Uint8Array, given: Uint8Array, { hash, key }: { hash: string; key: Buffer }): boolean {
  const own = createHmac(hash, key).update(bytes).digest()
  return own.length === given.length && timingSafeEqual(own, given)
}

function isKnownDerivation({ algorithm, salt, iterations, keyBytes, prf }: Derivation): boolean {
  return (
    /#pbkdf2$/i.test(algorithm) &&
    salt !== null &&
    salt.length >= 8 &&
    Number.isInteger(iterations) &&
    iterations > 0 &&
    iterations <= iterationsMax &&
    [16, 24, 32].includes(keyBytes) &&
    prfHash(prf) !== null
  )
}

function derive(password: string, { salt, iterations, keyBytes, prf }: Derivation): Buffer | null {
  const hash = prfHash(prf)
  if (salt === null || hash === null) return null
  return pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, keyBytes, hash)
}

function prfHash(prf: string): string | null {
  if (prf === '') return 'sha1'
  return /hmac-?(sha1|sha256|sha384|sha512)$/i.exec(prf)?.[1]?.toLowerCase() ?? null
}

function presharedKey(typed: string): Buffer | null {
  const text = typed.replace(/\s+/g, '').replace(/^0x/i, '')
  const key = /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  return [16, 24, 32].includes(key.length) ? key : null
}

function isCbc(algorithm: string): boolean {
  return /#aes(128|192|256)-cbc$/.test(algorithm)
}

/** Null when the cipher is not one of ours, the key does not fit it, or the text was not made with it. */
function decrypt({ algorithm, bytes }: Ciphertext, key: Buffer): Buffer | null {
  const [, wrap, bits] = /#(?:(kw-)aes|aes)(128|192|256)(?:-cbc)?$/.exec(algorithm) ?? []
  if (bits === undefined || key.length * 8 !== Number(bits)) return null
  try {
    return wrap ? unwrap(bytes, key, bits) : decryptCbc(bytes, key, bits)
  } catch {
    return null
  }
}

/** The first block is the initialisation vector; the last byte says how much is padding. @see XML Encryption 1.1 §5.2 */
function decryptCbc(bytes: Uint8Array, key: Buffer, bits: string): Buffer | null {
  if (bytes.length < 32 || bytes.length % 16 !== 0) return null
  const cipher = createDecipheriv(`aes-${bits}-cbc`, key, bytes.subarray(0, 16))
  cipher.setAutoPadding(false)
  const padded = Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()])
  const padding = padded[padded.length - 1] ?? 0
  return padding >= 1 && padding <= 16 ? padded.subarray(0, padded.length - padding) : null
}

/** @see RFC 3394 §2.2.3 */
function unwrap(bytes: Uint8Array, key: Buffer, bits: string): Buffer {
  const cipher = createDecipheriv(`id-aes${bits}-wrap`, key, Buffer.alloc(8, 0xa6))
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}
