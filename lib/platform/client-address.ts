import ipaddr from 'ipaddr.js'

/**
 * Who is asking, by address. `unknown` trusts nothing: it is in no location and counts as every stranger does.
 * `detail` is for the log; it never repeats what the client sent.
 */
export type ClientAddress = {
  /** Canonical text; IPv4-mapped IPv6 is written as IPv4. */
  readonly address: string | null
  readonly source: 'peer' | 'forwarded' | 'unknown'
  readonly detail?: 'no_peer' | 'header_missing' | 'header_too_long' | 'element_malformed'
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = [Address, number]

/** Longer chains than this are nobody's deployment; reading them would be work for an attacker's sake. */
const headerLengthMax = 4096

/**
 * The client's address: the peer's, or — only behind a trusted proxy — the right-most address of the forwarded
 * header that is not a trusted proxy itself.
 *
 * `headerLines` are the values of all lines of the one configured header in the order received; `trustedProxies` are
 * CIDR ranges. A trusted proxy that sends no header, or a malformed element met on the walk, gives `unknown`; what
 * stands left of the client is never looked at, so nobody can break the answer from there.
 *
 * @see SEC-181, SEC-182, SEC-183, SEC-184
 */
export function clientAddress(
  peer: string | undefined,
  headerLines: readonly string[],
  trustedProxies: readonly string[],
): ClientAddress {
  const socket = peer === undefined ? null : parsePeer(peer)
  if (socket === null) return { address: null, source: 'unknown', detail: 'no_peer' }
  const ranges = rangesOf(trustedProxies)
  if (!isInside(socket, ranges)) return { address: socket.toString(), source: 'peer' }

  const header = headerLines.join(',')
  if (header.length > headerLengthMax) return { address: null, source: 'unknown', detail: 'header_too_long' }
  const elements = header
    .split(',')
    .map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((element) => element !== '')
  if (elements.length === 0) return { address: null, source: 'unknown', detail: 'header_missing' }

  let leftMost: Address = socket
  for (const element of elements.reverse()) {
    const address = parseElement(element)
    if (address === null) return { address: null, source: 'unknown', detail: 'element_malformed' }
    leftMost = address
    if (!isInside(address, ranges)) break
  }
  return { address: leftMost.toString(), source: 'forwarded' }
}

/** The key under which one client is counted: IPv4 /32, IPv6 /64, and one key for all unknown ones. @see SEC-186 */
export function rateKeyOf(client: ClientAddress): string {
  if (client.address === null) return 'unknown'
  const address = unwrap(ipaddr.parse(client.address))
  if (address.kind() === 'ipv4') return address.toString()
  const network = address.toByteArray().map((byte, index) => (index < 8 ? byte : 0))
  return `${ipaddr.fromByteArray(network).toString()}/64`
}

/** The socket's own address may carry a zone (`fe80::1%eth0`): that is the kernel's word, not the client's. */
function parsePeer(text: string): Address | null {
  const bare = text.replace(/%.*$/, '')
  return ipaddr.isValid(bare) ? unwrap(ipaddr.parse(bare)) : null
}

/** `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:5`; everything else is malformed. */
function parseElement(text: string): Address | null {
  const bracketed = /^\[([0-9A-Fa-f:.]{2,45})\](?::(\d{1,5}))?$/.exec(text)
  if (bracketed) return isPort(bracketed[2]) ? parseIPv6(bracketed[1] ?? '') : null
  const dotted = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?$/.exec(text)
  if (dotted) return isPort(dotted[2]) && isPlainIPv4(dotted[1] ?? '') ? ipaddr.IPv4.parse(dotted[1] ?? '') : null
  return parseIPv6(text)
}

function isPort(text: string | undefined): boolean {
  return text === undefined || Number(text) <= 65_535
}

/** Four decimal parts without leading zeros: octal, hexadecimal and short forms mean different things to different readers. */
function isPlainIPv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

function parseIPv6(text: string): Address | null {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text) || !text.includes(':')) return null
  const embedded = /(?:^|:)([^:]*\.[^:]*)$/.exec(text)?.[1]
  if (embedded !== undefined && !isPlainIPv4(embedded)) return null
  const groups = embedded === undefined ? text : text.slice(0, -embedded.length) + asGroups(embedded)
  return ipaddr.IPv6.isValid(groups) ? unwrap(ipaddr.IPv6.parse(groups)) : null
}

/** `10.0.0.1` as `a00:1`. The library reads `::10.0.0.1` (compatible) as `::ffff:10.0.0.1` (mapped); in this form it cannot. */
function asGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

/** Every request asks with the same list. */
const parsed = new WeakMap<readonly string[], readonly Range[]>()

function rangesOf(list: readonly string[]): readonly Range[] {
  const known = parsed.get(list)
  if (known) return known
  const ranges = list.map(parseRange)
  parsed.set(list, ranges)
  return ranges
}

function parseRange(text: string): Range {
  const [address, bits] = ipaddr.parseCIDR(text)
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96)
    return [address.toIPv4Address(), bits - 96]
  return [address, bits]
}

function unwrap(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

function isInside(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits))
}
