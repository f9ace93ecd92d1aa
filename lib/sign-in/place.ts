import 'server-only'
import ipaddr from 'ipaddr.js'
import type { AuditOrigin } from '@/lib/audit/model'
import type { Write } from '@/lib/platform/db'
import { sha256 } from '@/lib/platform/hash'
import { throttleKey } from '@/lib/throttle/keys'
import { rememberingOf } from '@/lib/throttle/password-lock-store'

/**
 * Where somebody signs in from: a network (IPv4 /24, IPv6 /64), or a browser that keeps a random value of ours. Either is
 * familiar for 30 days after this person signed in from it; an unknown address is no place. It says nothing about who is
 * asking and opens nothing: familiar places only have lockout counters of their own.
 *
 * @see SSPR specification §7.4, SEC-193
 */
export type FromPlace = {
  readonly origin: Pick<AuditOrigin, 'clientAddress'>
  /** What the browser keeps, when it is of the right form; null where it keeps nothing. */
  readonly browser?: string | null
}

const placeMemorySeconds = 30 * 86_400

/** The keys under which this place is remembered for the person of this login name; none for an unknown place. */
export function placeKeys(name: string, { origin, browser }: FromPlace): string[] {
  const network = networkOf(origin.clientAddress)
  return [
    ...(network === null ? [] : [throttleKey('familiarNetwork', name, network)]),
    ...(browser ? [throttleKey('familiarBrowser', name, Buffer.from(sha256(browser)).toString('base64url'))] : []),
  ]
}

/** The writes that make the place of these `placeKeys` familiar; none for an unknown place. */
export function placeWrites(keys: readonly string[], at: Date): readonly Write[] {
  return keys.length > 0 ? [rememberingOf(keys, placeMemorySeconds, at)] : []
}

/** The network around an address; null when the address is not known. */
export function networkOf(address: string | null): string | null {
  if (address === null || !ipaddr.isValid(address)) return null
  // A mapped address is the IPv4 one in another spelling (SEC-184).
  const parsed = ipaddr.process(address)
  const kept = parsed.kind() === 'ipv4' ? 3 : 8
  return `${parsed.kind()} ${parsed.toByteArray().slice(0, kept).join('.')}`
}
