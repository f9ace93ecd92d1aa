/** An email address as others may see it: two characters and the domain, `ad•••@example.com`. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 1) return '•••'
  const name = [...address.slice(0, at)]
  return `${name.slice(0, name.length > 2 ? 2 : 1).join('')}•••${address.slice(at)}`
}

/** A phone number as others may see it: its last two digits, `••••••58`. */
export function maskPhone(number: string): string {
  const digits = number.replace(/\D/g, '')
  return digits.length > 4 ? `••••••${digits.slice(-2)}` : '••••••'
}

/**
 * Roughly where: the network of an address, `203.0.113.x` or `2001:db8:1::/48`; null when it is not known.
 *
 * @see SEC-221
 */
export function roughPlace(clientAddress: string | null | undefined): string | null {
  if (!clientAddress) return null
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(clientAddress)) return clientAddress.replace(/\d+$/, 'x')
  const groups = clientAddress.split('::')[0]?.split(':') ?? []
  if (!clientAddress.includes(':') || groups.length === 0 || groups[0] === '') return null
  return `${[...groups, '0', '0'].slice(0, 3).join(':')}::/48`
}
