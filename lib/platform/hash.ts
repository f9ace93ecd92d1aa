import 'server-only'
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { env } from '@/lib/platform/env'

/** One-way functions that cost nothing; slow hashing of passwords is lib/password. */
export function sha256(value: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(value).digest())
}

/** The keys of the installation that make keyed hashes; never the encryption key. */
export type HashKey = 'CODE_KEY' | 'FORM_KEY' | 'PASSWORD_PEPPER' | 'AUDIT_KEY'

/**
 * HMAC-SHA-256 over the parts, each length-prefixed so that ('ab','c') and ('a','bc') differ.
 */
export function keyedHash(key: HashKey, ...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const hmac = createHmac('sha256', Buffer.from(env()[key], 'base64'))
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hmac.update(length).update(bytes)
  }
  return Uint8Array.from(hmac.digest())
}

/** Equality in a time that depends on the length only. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
