import type { GateKind } from './model'

/**
 * Whether two gates are two proofs: no method, number, mailbox or device may open both. One stolen telephone opens
 * everything that ends in it, however many names that has.
 *
 * @see SEC-121, `40` §4, §6, NIST SP 800-63B-4 §4.2.2.2
 */
export type GateFacts = {
  readonly methodId: string
  readonly kind: GateKind
  /** E.164, without an extension; null where the method has no number. */
  readonly phoneNumber: string | null
  readonly emailAddress: string | null
  /** What the person calls the device, where the method lives on one and they gave it a name. */
  readonly deviceName: string | null
}

export type Dependence = 'sameMethod' | 'sameNumber' | 'sameMailbox' | 'sameDevice'

/** What the two have in common; null when they are independent. */
export function dependence(one: GateFacts, other: GateFacts): Dependence | null {
  if (one.methodId === other.methodId || familyOf(one.kind) === familyOf(other.kind)) return 'sameMethod'
  if (isSame(one.phoneNumber, other.phoneNumber, digitsOf)) return 'sameNumber'
  if (isSame(one.emailAddress, other.emailAddress, mailboxOf)) return 'sameMailbox'
  if (isSame(one.deviceName, other.deviceName, deviceOf)) return 'sameDevice'
  return null
}

/** Whether so many of the gates are independent of each other, each of each. */
export function hasIndependent(gates: readonly GateFacts[], count: number): boolean {
  if (count <= 0) return true
  return gates.some((gate, place) => {
    const others = gates.slice(place + 1).filter((other) => dependence(gate, other) === null)
    return hasIndependent(others, count - 1)
  })
}

/** All apps and hardware tokens are one method; a phone that is texted and called is one, too. */
function familyOf(kind: GateKind): string {
  return kind === 'hardwareOath' ? 'softwareOath' : kind
}

function isSame(one: string | null, other: string | null, form: (text: string) => string): boolean {
  return one !== null && other !== null && form(one) === form(other) && form(one) !== ''
}

/** An extension reaches a person, not a line: whoever holds the exchange's number holds them all. */
function digitsOf(phoneNumber: string): string {
  return (phoneNumber.split(/x|;ext=/i)[0] ?? '').replace(/\D/g, '')
}

/**
 * The mailbox behind an address: letters in any case, what follows a plus is a label of its owner, and at the one large
 * provider that ignores them dots are nothing.
 */
export function mailboxOf(address: string): string {
  const lower = address.trim().toLowerCase()
  const at = lower.lastIndexOf('@')
  if (at < 0) return lower
  const domain = lower.slice(at + 1)
  const [name = ''] = lower.slice(0, at).split('+')
  const isDotless = domain === 'gmail.com' || domain === 'googlemail.com'
  return `${isDotless ? name.replaceAll('.', '') : name}@${isDotless ? 'gmail.com' : domain}`
}

function deviceOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}
