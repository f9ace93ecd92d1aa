/**
 * Addresses as numbers: IPv4 and IPv6, strictly as RFC 4291 and RFC 6943 write them. IPv4-mapped IPv6 is IPv4; octal,
 * hexadecimal and short IPv4, zones and names are no addresses. IPv4 and IPv6 are never compared with each other.
 *
 * Written by hand because a full set of named locations is 390 000 ranges, and each request brings an address.
 *
 * @see SEC-184
 */
export type Family = 'ipv4' | 'ipv6'
/** Most significant first, 32 bits each: one for IPv4, four for IPv6. */
export type Words = { readonly family: Family; readonly words: readonly number[] }

/** The address, or null for anything else. */
export function readAddress(text: string): Words | null {
  const words = text.includes(':') ? readIpv6(text) : readIpv4(text, 0)
  if (!words) return null
  if (words.length === 1) return { family: 'ipv4', words }
  return isMapped(words) ? { family: 'ipv4', words: words.slice(3) } : { family: 'ipv6', words }
}

export type RangeWords = {
  readonly family: Family
  /** The address before the slash, host bits included. */
  readonly given: readonly number[]
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly prefixLength: number
  /** Written as IPv4-mapped IPv6. */
  readonly isUnwrapped: boolean
}

/** A CIDR range, or null. A prefix of IPv4-mapped IPv6 is unwrapped when all of it is IPv4. */
export function readCidr(text: string): RangeWords | null {
  const slash = text.indexOf('/')
  if (slash < 1 || text.length > slash + 4) return null
  let length = 0
  for (let at = slash + 1; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return null
    length = length * 10 + digit
  }
  if (text.length === slash + 1 || (text.charCodeAt(slash + 1) === 48 && text.length > slash + 2)) return null
  const network = text.slice(0, slash)
  const words = network.includes(':') ? readIpv6(network) : readIpv4(network, 0)
  if (!words || length > words.length * 32) return null
  if (words.length === 4 && length >= 96 && isMapped(words)) return range('ipv4', words.slice(3), length - 96, true)
  return range(words.length === 1 ? 'ipv4' : 'ipv6', words, length, false)
}

/** As `readCidr`, for plain IPv4: the first address times 64 plus the prefix length. Negative for anything else. */
export function readIpv4Cidr(text: string): number {
  let word = 0
  let number = 0
  let digits = 0
  let dots = 0
  let isPrefix = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 46 || code === 47) {
      // Three dots, then the slash.
      if (digits === 0 || isPrefix || (code === 46) === (dots === 3)) return -1
      word = word * 256 + number
      if (code === 46) dots += 1
      else isPrefix = true
      number = 0
      digits = 0
    } else {
      if (code < 48 || code > 57 || (digits > 0 && number === 0)) return -1
      number = number * 10 + code - 48
      digits += 1
      if (number > 255) return -1
    }
  }
  if (!isPrefix || digits === 0 || number > 32) return -1
  return ((word & maskOf(number)) >>> 0) * 64 + number
}

function range(family: Family, given: readonly number[], prefixLength: number, isUnwrapped: boolean): RangeWords {
  const first = given.map((word, index) => (word & maskOf(prefixLength - index * 32)) >>> 0)
  const last = given.map((word, index) => (word | ~maskOf(prefixLength - index * 32)) >>> 0)
  return { family, given, first, last, prefixLength, isUnwrapped }
}

/** The mask of the first `length` bits of a word. A shift by 32 would be one by none. */
export function maskOf(length: number): number {
  return length <= 0 ? 0 : length >= 32 ? 0xffffffff : (0xffffffff << (32 - length)) >>> 0
}

function isMapped(words: readonly number[]): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff
}

/** Four decimal numbers from `from` to the end, without leading zeros. */
function readIpv4(text: string, from: number): number[] | null {
  let word = 0
  let octet = 0
  let digits = 0
  let octets = 0
  for (let at = from; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 46
    if (code === 46) {
      if (digits === 0) return null
      word = word * 256 + octet
      octets += 1
      octet = 0
      digits = 0
    } else {
      if (code < 48 || code > 57 || (digits > 0 && octet === 0)) return null
      octet = octet * 10 + code - 48
      digits += 1
      if (octet > 255) return null
    }
  }
  return octets === 4 ? [word] : null
}

/** Eight groups of up to four hexadecimal digits, one run of zero groups as `::`, the last two groups perhaps as IPv4. */
function readIpv6(text: string): number[] | null {
  const groups: number[] = []
  let gap = -1
  let at = 0
  if (text.startsWith('::')) {
    gap = 0
    at = 2
  }
  while (at < text.length) {
    if (groups.length === 8) return null
    let group = 0
    let end = at
    for (; end < text.length; end++) {
      const value = hexadecimal(text.charCodeAt(end))
      if (value < 0) break
      group = group * 16 + value
    }
    if (end < text.length && text.charCodeAt(end) === 46) {
      const tail = readIpv4(text, at)?.[0]
      if (tail === undefined) return null
      groups.push(tail >>> 16, tail & 0xffff)
      break
    }
    if (end === at || end - at > 4) return null
    groups.push(group)
    if (end === text.length) break
    if (text.charCodeAt(end) !== 58) return null
    at = end + 1
    if (text.charCodeAt(at) === 58) {
      if (gap >= 0) return null
      gap = groups.length
      at += 1
    } else if (at === text.length) return null
  }
  if (groups.length > 8 || (gap < 0 ? groups.length !== 8 : groups.length === 8)) return null
  if (gap >= 0) groups.splice(gap, 0, ...new Array<number>(8 - groups.length).fill(0))
  return [0, 2, 4, 6].map((index) => (groups[index] ?? 0) * 65_536 + (groups[index + 1] ?? 0))
}

function hexadecimal(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
