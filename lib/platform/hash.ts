import 'server-only'
import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { env } from '@/lib/platform/env'

/** One-way functions that cost nothing; slow hashing of passwords is lib/password. */
export function sha256(value: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', value, 'buffer'))
}

/** The keys of the installation that make keyed hashes; never the encryption key. */
export type HashKey = 'CODE_KEY' | 'FORM_KEY' | 'PASSWORD_PEPPER' | 'AUDIT_KEY'

/**
 * HMAC-SHA-256 over the parts, each length-prefixed so that ('ab','c') and ('a','bc') differ.
 */
export function keyedHash(key: HashKey, ...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const framed = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + 4 + Buffer.byteLength(part), 0))
  let place = 0
  for (const part of parts) {
    place = framed.writeUInt32BE(Buffer.byteLength(part), place)
    if (typeof part === 'string') place += framed.write(part, place, 'utf8')
    else {
      framed.set(part, place)
      place += part.length
    }
  }
  return new Uint8Array(createHmac('sha256', keyOf(env()[key])).update(framed).digest())
}

const keys = new Map<string, KeyObject>()

/** Read once a process: a sign-in makes a dozen keyed hashes. */
function keyOf(base64: string): KeyObject {
  const known = keys.get(base64) ?? createSecretKey(base64, 'base64')
  keys.set(base64, known)
  return known
}

/** Equality in a time that depends on the length only. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
