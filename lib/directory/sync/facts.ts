import { hash } from 'node:crypto'
import type { AttributeMap, ConnectorKind } from '@/lib/directory/connector/model'
import { isLockedForGood, lockAttributes } from '@/lib/directory/entry'
import { displayNameSchema, userPrincipalNameSchema } from '@/lib/directory/user-principal-name'
import { likedLanguage } from '@/lib/i18n/locale'
import { shownText } from '@/lib/platform/characters'
import { partsOfName, plainPartsOfName } from '@/lib/platform/ldap/escape'
import type { GroupFacts, Issue, PersonFacts, RawEntry } from './model'

/**
 * What an entry says, judged: the server is trusted to say who somebody is, not to send texts that are fit to be shown.
 */

/** The facts, or why there are none. */
export function personFacts(entry: RawEntry, kind: ConnectorKind, map: AttributeMap): PersonFacts | Issue {
  const entryId = entryIdOf(entry, kind, map)
  const given = textOf(entry, map.userPrincipalName) ?? ''
  const about = {
    entryId: entryId ?? '',
    name: shownText(given),
    distinguishedName: shownText(entry.distinguishedName),
  }
  if (entryId === null) return { reason: 'entry_id_missing', ...about }
  if (given.trim() === '') return { reason: 'name_missing', ...about }
  const name = userPrincipalNameSchema.safeParse(given)
  if (!name.success) return { reason: 'name_invalid', ...about }
  // A person without a name of their own is shown by their login name; one with an unfit name is named to the administrator.
  const displayName = displayNameSchema.safeParse(textOf(entry, map.displayName) ?? name.data)
  if (!displayName.success) return { reason: 'display_name_invalid', ...about }
  return {
    userPrincipalName: name.data,
    displayName: displayName.data,
    mail: contactOf(textOf(entry, map.mail), /^[^\s@]{1,64}@[^\s@]{1,255}$/),
    businessPhone: contactOf(
      textOf(entry, map.businessPhone),
      /^[+0-9][0-9 ()./-]{2,40}( ?(x|ext\.?) ?[0-9]{1,10})?$/i,
    ),
    language: likedLanguage(textOf(entry, map.preferredLanguage)),
    isEnabled: isEnabledEntry(entry, kind),
    primaryGroupSid: kind === 'ldap' ? null : primaryGroupOf(entry),
  }
}

/** Whether the account may be used, also where its other facts are unfit. A lock after wrong passwords is no end of it. */
export function isEnabledEntry(entry: RawEntry, kind: ConnectorKind): boolean {
  return kind === 'ldap' ? !isLockedForGood(entry.values) : isEnabledAccount(textOf(entry, 'userAccountControl'))
}

/** What `isEnabledEntry` needs to have read. */
export function enabledAttributes(kind: ConnectorKind): readonly string[] {
  return kind === 'ldap' ? lockAttributes : ['userAccountControl']
}

/** The facts of a group; its members are read elsewhere, and two hashes stand for them. */
export function groupFacts(
  entry: RawEntry,
  kind: ConnectorKind,
  map: AttributeMap,
  members: Pick<GroupFacts, 'membersHash' | 'membersText'>,
): GroupFacts | Issue {
  const entryId = entryIdOf(entry, kind, map)
  const given = textOf(entry, map.groupName) ?? ''
  const about = {
    entryId: entryId ?? '',
    name: shownText(given),
    distinguishedName: shownText(entry.distinguishedName),
  }
  if (entryId === null) return { reason: 'entry_id_missing', ...about }
  if (given.trim() === '') return { reason: 'name_missing', ...about }
  const displayName = displayNameSchema.safeParse(given)
  if (!displayName.success) return { reason: 'display_name_invalid', ...about }
  const description = displayNameSchema.safeParse(textOf(entry, map.groupDescription) ?? '')
  return {
    displayName: displayName.data,
    description: description.success ? description.data : null,
    sid: kind === 'ldap' ? null : sidOf(entry.values.get('objectsid')?.[0]),
    ...members,
  }
}

/** Whether what a rule answered is an issue and no facts. */
export function isIssue(answer: object): answer is Issue {
  return 'reason' in answer
}

/**
 * The id of an entry as text. Active Directory's objectGUID is 16 bytes of which the first three groups are turned
 * around; entryUUID is text. Null when there is none, or several.
 */
export function entryIdOf(entry: RawEntry, kind: ConnectorKind, map: AttributeMap): string | null {
  const values = entry.values.get(map.entryId.toLowerCase())
  const [value] = values ?? []
  if (value === undefined || values?.length !== 1) return null
  if (kind === 'activeDirectory' && map.entryId.toLowerCase() === 'objectguid') return guidOf(value)
  const text = decode(value)?.trim().toLowerCase() ?? ''
  return /^[a-z0-9._:{}-]{1,128}$/.test(text) ? text : null
}

/** What the directory changes with the entry; empty where it says nothing, and then the entry is read every time. */
export function versionOf(entry: RawEntry, kind: ConnectorKind): string {
  const text = textOf(entry, versionAttribute(kind)) ?? ''
  return text.length <= 128 ? text : ''
}

export function versionAttribute(kind: ConnectorKind): string {
  return kind === 'ldap' ? 'entryCSN' : 'uSNChanged'
}

/** SHA-256 of a distinguished name in one spelling, by which a member is found. What is no name is taken as it stands. */
export function nameKeyOf(distinguishedName: string): Uint8Array<ArrayBuffer> {
  const parts = plainPartsOfName(distinguishedName) ??
    partsOfName(distinguishedName) ?? [distinguishedName.trim().toLowerCase()]
  return sha256Of(JSON.stringify(parts))
}

/** One hash of what was said, for comparing; of the same facts always the same. */
export function hashOf(distinguishedName: string, facts: PersonFacts | GroupFacts | Issue): Uint8Array<ArrayBuffer> {
  const members = Object.entries(facts).sort(([one], [other]) => (one < other ? -1 : 1))
  return sha256Of(JSON.stringify([distinguishedName, members]))
}

/** In one call: an object for each of some hundred thousand names costs more than their hashes. */
function sha256Of(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hash('sha256', text, 'buffer'))
}

/** The first value as text; null when there is none or it is not UTF-8. */
function textOf(entry: RawEntry, attribute: string): string | null {
  const value = entry.values.get(attribute.toLowerCase())?.[0]
  return value === undefined ? null : decode(value)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function decode(bytes: Uint8Array): string | null {
  if (bytes.length > 4096) return null
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** A contact that does not look like one is left out: it is a hint for people, not who somebody is. */
function contactOf(text: string | null, form: RegExp): string | null {
  const plain = text?.trim() ?? ''
  return plain.length <= 320 && form.test(plain) && !/\p{C}/u.test(plain) ? plain : null
}

/** Bit 2 of userAccountControl: the account is disabled. What is no number disables nobody. MS-ADTS §2.2.16 */
function isEnabledAccount(text: string | null): boolean {
  if (text === null || !/^-?\d{1,12}$/.test(text)) return true
  return (Number(text) & 2) === 0
}

/** The domain's part of the account's own SID, with the number of its primary group in place of its own. */
function primaryGroupOf(entry: RawEntry): string | null {
  const own = sidOf(entry.values.get('objectsid')?.[0])
  const group = textOf(entry, 'primaryGroupID')
  if (own === null || group === null || !/^\d{1,10}$/.test(group)) return null
  return `${own.slice(0, own.lastIndexOf('-'))}-${group}`
}

/** `S-1-5-21-…` of the bytes of a SID. MS-DTYP §2.4.2.2 */
export function sidOf(bytes: Uint8Array | undefined): string | null {
  const count = bytes?.[1] ?? 0
  if (bytes === undefined || count < 1 || count > 15 || bytes.length !== 8 + 4 * count) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4)
  const parts = Array.from({ length: count }, (_, index) => view.getUint32(8 + 4 * index, true))
  return ['S', bytes[0], authority, ...parts].join('-')
}

/** A GUID as Microsoft writes it. MS-DTYP §2.3.4.2 */
export function guidOf(bytes: Uint8Array): string | null {
  if (bytes.length !== 16) return null
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  const text = order.map((place) => (bytes[place] ?? 0).toString(16).padStart(2, '0')).join('')
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
