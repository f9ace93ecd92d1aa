import type { Connector } from './connector/model'
import type { RefusalReason } from './password-answers'

/** What must be true of an entry before anything is written to it. Values in, values out. */

type Attributes = ReadonlyMap<string, readonly Uint8Array[]>
type Entry = { readonly dn: string; readonly attributes: Attributes }

/** What `isLockedForGood` needs to have read. Operational attributes: a server sends them only when they are named. */
export const lockAttributes = ['pwdAccountLockedTime', 'nsAccountLock'] as const

/**
 * Whether an LDAP entry was locked by its administrators, who alone may lift that: in OpenLDAP a lock of the year 0, in 389
 * Directory Server `nsAccountLock`. A lock with a real time came of wrong passwords, and a reset or an unlock may end it.
 *
 * @see slapo-ppolicy(5), pwdAccountLockedTime; SEC-126
 */
export function isLockedForGood(attributes: Attributes): boolean {
  const says = (attribute: string) => text(attributes.get(attribute)?.[0])
  return says('pwdaccountlockedtime').startsWith('000001010000') || says('nsaccountlock').toUpperCase() === 'TRUE'
}

/** What `obstacleTo` needs to have read. */
export function attributesToJudge({ kind, settings }: Pick<Connector, 'kind' | 'settings'>): string[] {
  const { entryId } = settings.attributeMap
  return kind === 'activeDirectory' ? [entryId, 'adminCount', 'isCriticalSystemObject'] : [entryId, ...lockAttributes]
}

/**
 * Why nothing may be written to the entry, or null. It is not where the connector works (`isInside`), it is another
 * account's that took over the name, it is the service account itself, its administrators locked it for good, or it belongs to
 * whoever runs the directory: Active Directory marks members of its protected groups with `adminCount`.
 *
 * @see SEC-126, SEC-129, SEC-130
 */
export function obstacleTo(
  entry: Entry | null,
  { kind, settings }: Pick<Connector, 'kind' | 'settings'>,
  expected: { readonly entryId?: string | undefined; readonly isInside: boolean; readonly isService: boolean },
): RefusalReason | null {
  if (entry === null) return 'gone'
  if (!expected.isInside) return 'notHere'
  const id = entryIdOf(entry, { kind, settings })
  if (expected.entryId !== undefined && id !== expected.entryId.toLowerCase()) return 'gone'
  if (expected.isService) return 'protected'
  // OpenLDAP itself lifts every lock with a new password, so this is asked before.
  if (kind === 'ldap' && isLockedForGood(entry.attributes)) return 'lockedForGood'
  const says = (attribute: string) => text(entry.attributes.get(attribute)?.[0])
  if (kind === 'activeDirectory' && (Number(says('admincount')) > 0 || says('iscriticalsystemobject') === 'TRUE'))
    return 'protected'
  return null
}

/** Who the entry says it is, as `directory_entry_id` keeps it; null where it does not say. */
export function entryIdOf(entry: Entry, { kind, settings }: Pick<Connector, 'kind' | 'settings'>): string | null {
  const { entryId } = settings.attributeMap
  return idOf(entry.attributes.get(entryId.toLowerCase())?.[0], kind, entryId)
}

/** The id as it is kept: `objectGUID` as Microsoft writes a GUID (MS-DTYP §2.3.4.2), anything else as text. */
function idOf(value: Uint8Array | undefined, kind: Connector['kind'], attribute: string): string | null {
  if (value === undefined) return null
  if (kind === 'ldap' || attribute.toLowerCase() !== 'objectguid') return text(value).toLowerCase()
  if (value.length !== 16) return null
  const hex = (from: number, to: number, isTurned: boolean) => {
    const part = Buffer.from(value.subarray(from, to))
    return (isTurned ? part.reverse() : part).toString('hex')
  }
  return [hex(0, 4, true), hex(4, 6, true), hex(6, 8, true), hex(8, 10, false), hex(10, 16, false)].join('-')
}

function text(value: Uint8Array | undefined): string {
  return value === undefined ? '' : Buffer.from(value).toString('utf8').trim()
}
