import 'server-only'
import ipaddr from 'ipaddr.js'
import { rateKeyOf } from '@/lib/platform/client-address'
import { keyedHash } from '@/lib/platform/hash'

/** The name under which something is counted: a readable kind and the keyed hash of whose it is. */
export function throttleKey(kind: string, ...parts: readonly string[]): string {
  const hash = keyedHash('CODE_KEY', 'throttle', kind, ...parts)
  return `${kind}:${Buffer.from(hash).subarray(0, 18).toString('base64url')}`
}

/**
 * What a client is counted under: IPv4 as it is, IPv6 by its /64, and one key for all clients whose address is
 * unknown. A key given again stays as it is.
 *
 * @see SEC-186
 */
export function addressKey(address: string | null): string {
  if (address === null) return 'unknown'
  return ipaddr.isValid(address) ? rateKeyOf({ address, source: 'peer' }) : address
}
