import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import type { Tx } from '@/lib/platform/db'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'

const placeMemorySeconds = 30 * 86_400

/** A place is familiar when this person signed in from it within 30 days; an unknown address (null) never is. */
export function placeKey(name: string, origin: AuditOrigin): string | null {
  return origin.clientAddress === null ? null : throttleKey('familiarPlace', name, addressKey(origin.clientAddress))
}

export async function rememberPlace(tx: Tx, name: string, origin: AuditOrigin, at: Date): Promise<void> {
  const key = placeKey(name, origin)
  if (key === null) return
  await consume(tx, key, { max: Number.MAX_SAFE_INTEGER, windowSeconds: placeMemorySeconds }, at)
}
