import 'server-only'
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { env } from '@/lib/platform/env'

/**
 * What must be read again is sealed: AES-256-GCM with a fresh 96-bit nonce, bound to the place it was written for.
 * A sealed value that is moved to another table, column, row or owner does not open.
 */
export type SealPlace = {
  readonly table: string
  readonly column: string
  readonly rowId: string
  readonly ownerId: string
}

const version = 'v1'

/** `v1.<nonce>.<ciphertext and tag>` in base64url. */
export function seal(plain: string, place: SealPlace): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', dataKey(), nonce)
  cipher.setAAD(associatedData(place))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${version}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`
}

/** Opens what `seal` made for the same place. Throws when it was changed, moved, or made with another key. */
export function unseal(sealed: string, place: SealPlace): string {
  const [made, nonce, body] = sealed.split('.')
  if (made !== version || !nonce || !body)
    throw new Error(`sealed value in ${place.table}.${place.column} is malformed`)
  const bytes = Buffer.from(body, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', dataKey(), Buffer.from(nonce, 'base64url'))
  decipher.setAAD(associatedData(place))
  decipher.setAuthTag(bytes.subarray(bytes.length - 16))
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]).toString('utf8')
}

/** The operator's key is never used directly: the data key is derived from it for this one use. */
function dataKey(): Buffer {
  return createHmac('sha256', Buffer.from(env().ENCRYPTION_KEY, 'base64')).update('twofold data key v1').digest()
}

function associatedData(place: SealPlace): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.column, place.rowId, place.ownerId, version]), 'utf8')
}
