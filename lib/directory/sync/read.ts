import 'server-only'
import { createHash } from 'node:crypto'
import type { Connector } from '@/lib/directory/connector/model'
import { nameKeyOf } from '@/lib/directory/sync/facts'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { type LdapConnection, type LdapEntry, LdapError, resultCodes } from '@/lib/platform/ldap'
import {
  entryIdOf,
  groupFacts,
  hashOf,
  isEnabledEntry,
  isIssue,
  personFacts,
  versionAttribute,
  versionOf,
} from './facts'
import {
  addMemberKeys,
  clearMembers,
  hasEntries,
  type MirrorRow,
  markSeen,
  markUnchanged,
  membersHashOf,
  stageEntries,
} from './mirror-store'
import type { Issue, RawEntry } from './model'
import { addIssues, moveRunOn, type StartedRun } from './run-store'

/**
 * Reads a directory into the mirror, a page at a time: what is held at once does not grow with the directory.
 *
 * Groups are read whole each time, because a member that moved changes none of the groups it is in. Of people first only id,
 * version and name are asked for; whoever has the version we know is not read again. A version counts for the server that
 * gave it and for the settings it was read with.
 */
export type Reading = {
  readonly connector: Connector
  readonly run: StartedRun
  /** Throws when the process is asked to stop. */
  readonly check: () => void
}

const batchEntries = 500
/** More changed people than this are read with everybody else, not one by one. */
const changedMax = 2000

export async function readDirectory(connection: LdapConnection, reading: Reading): Promise<void> {
  const { connector, run } = reading
  const { attributeMap, baseDistinguishedNames, groupFilter, userFilter } = connector.settings
  const groupAttributes = [attributeMap.entryId, attributeMap.groupName, attributeMap.groupDescription, 'objectSid']
  for (const base of baseDistinguishedNames)
    for await (const entry of connection.search(base, {
      scope: 'sub',
      filter: groupFilter,
      attributes: groupAttributes,
    })) {
      reading.check()
      await readGroup(connection, reading, toRaw(entry))
    }
  const serverId = await serverIdOf(connection, connector)
  // Only a directory that was read before can be unchanged.
  const changed = (await hasEntries(db(), run)) ? await scanPeople(connection, reading, serverId) : null
  const person = { reading, serverId, attributes: personAttributes(connector) }
  if (changed === null) {
    for (const base of baseDistinguishedNames) {
      const options = { scope: 'sub', filter: userFilter, attributes: person.attributes } as const
      await inBatches(connection.search(base, options), (batch) => stagePeople(person, batch))
    }
    return
  }
  for (let from = 0; from < changed.length; from += batchEntries) {
    const batch: LdapEntry[] = []
    const part = changed.slice(from, from + batchEntries)
    for (const { distinguishedName } of part) {
      reading.check()
      batch.push(...(await readOne(connection, distinguishedName, userFilter, person.attributes)))
    }
    await transaction(async (tx) => {
      await moveRunOn(tx, run, now())
      // Whatever moved between two questions was there a moment ago: it is nobody who left.
      await markSeen(
        tx,
        run,
        part.map(({ entryId }) => entryId),
      )
    })
    await stagePeople(person, batch, false)
  }
}

type Scanned = { readonly entryId: string; readonly distinguishedName: string }

/** Marks everybody who is unchanged, and answers the others; null when there are too many to be read one by one. */
async function scanPeople(connection: LdapConnection, reading: Reading, serverId: string): Promise<Scanned[] | null> {
  const { connector, run } = reading
  const { attributeMap, baseDistinguishedNames, userFilter } = connector.settings
  const attributes = [attributeMap.entryId, versionAttribute(connector.kind)]
  const changed = new Map<string, Scanned>()
  for (const base of baseDistinguishedNames) {
    const found = connection.search(base, { scope: 'sub', filter: userFilter, attributes })
    const isWhole = await inBatches(found, async (batch) => {
      reading.check()
      const rows = batch.map(toRaw).flatMap((entry) => {
        const entryId = entryIdOf(entry, connector.kind, attributeMap)
        if (entryId === null) return []
        const { distinguishedName } = entry
        const version = fullVersion(connector, serverId, versionOf(entry, connector.kind))
        return [{ entryId, distinguishedName, nameKey: nameKeyOf(distinguishedName), version }]
      })
      const others = await transaction(async (tx) => {
        await moveRunOn(tx, run, now(), { entriesRead: batch.length })
        return markUnchanged(tx, run, rows)
      })
      for (const row of rows) if (others.has(row.entryId)) changed.set(row.entryId, row)
      return changed.size <= changedMax
    })
    if (!isWhole) return null
  }
  return [...changed.values()]
}

type PersonReading = {
  readonly reading: Reading
  readonly serverId: string
  readonly attributes: readonly string[]
}

function personAttributes({ kind, settings: { attributeMap: map } }: Connector): string[] {
  return [
    ...new Set([
      ...[map.entryId, map.userPrincipalName, map.displayName, map.mail, map.businessPhone, versionAttribute(kind)],
      ...(kind === 'ldap' ? [] : ['userAccountControl', 'primaryGroupID', 'objectSid']),
    ]),
  ]
}

async function stagePeople(person: PersonReading, batch: readonly LdapEntry[], isCounted = true): Promise<boolean> {
  const { connector, run, check } = person.reading
  check()
  const { attributeMap } = connector.settings
  const rows: MirrorRow[] = []
  const issues: Issue[] = []
  for (const entry of batch.map(toRaw)) {
    const facts = personFacts(entry, connector.kind, attributeMap)
    const entryId = entryIdOf(entry, connector.kind, attributeMap)
    if (entryId === null) issues.push(...(isIssue(facts) ? [facts] : []))
    else {
      const version = fullVersion(connector, person.serverId, versionOf(entry, connector.kind))
      const isEnabled = isEnabledEntry(entry, connector.kind)
      rows.push({ kind: 'user', entryId, version, isEnabled, facts, ...named(entry.distinguishedName, facts) })
    }
  }
  await transaction(async (tx) => {
    await moveRunOn(tx, run, now(), { entriesRead: isCounted ? batch.length : 0 })
    await stageEntries(tx, run, rows)
    await addIssues(tx, run, issues)
  })
  return true
}

/** One group with all its members. Its list is written anew only when it is another one than the last time. */
async function readGroup(connection: LdapConnection, reading: Reading, entry: RawEntry): Promise<void> {
  const { connector, run } = reading
  const { kind, settings } = connector
  const map = settings.attributeMap
  const entryId = entryIdOf(entry, kind, map)
  const unread = groupFacts(entry, kind, map, '')
  if (entryId === null || isIssue(unread)) return stageGroup(reading, entry, entryId, unread)
  const keys = await memberKeys(connection, entry.distinguishedName, map.member, reading.check)
  const membersHash = keys.length === 0 ? 'none' : hashOfKeys(keys)
  if ((await membersHashOf(db(), run, entryId)) !== membersHash) {
    await inRun(run, (tx) => clearMembers(tx, run, entryId))
    for (let from = 0; from < keys.length; from += memberBatch)
      await inRun(run, (tx) => addMemberKeys(tx, run, entryId, keys.slice(from, from + memberBatch)))
  }
  await stageGroup(reading, entry, entryId, { ...unread, membersHash })
}
const memberBatch = 5000

async function stageGroup(
  { run }: Reading,
  entry: RawEntry,
  entryId: string | null,
  facts: MirrorRow['facts'],
): Promise<void> {
  await transaction(async (tx) => {
    await moveRunOn(tx, run, now(), { entriesRead: 1 })
    if (entryId === null) await addIssues(tx, run, isIssue(facts) ? [facts] : [])
    else {
      const row = { kind: 'group', entryId, version: '', isEnabled: true, facts } as const
      await stageEntries(tx, run, [{ ...row, ...named(entry.distinguishedName, facts) }])
    }
  })
}

async function memberKeys(
  connection: LdapConnection,
  distinguishedName: string,
  attribute: string,
  check: () => void,
): Promise<Uint8Array[]> {
  const keys = new Map<string, Uint8Array>()
  try {
    for await (const value of connection.values(distinguishedName, attribute)) {
      const key = nameKeyOf(value.toString('utf8'))
      keys.set(Buffer.from(key).toString('latin1'), key)
      if (keys.size % memberBatch === 0) check()
    }
  } catch (error) {
    // Gone since it was found. Whoever was in it is found out by the next run, with the group itself.
    if (!isGone(error)) throw error
  }
  return [...keys].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, key]) => key)
}

function hashOfKeys(keys: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const key of keys) hash.update(key)
  return hash.digest('base64url')
}

/** The entry of this name if it is still somebody; nothing when it is gone or is no person any more. */
async function readOne(
  connection: LdapConnection,
  name: string,
  filter: string,
  attributes: readonly string[],
): Promise<LdapEntry[]> {
  const found: LdapEntry[] = []
  try {
    for await (const entry of connection.search(name, { scope: 'base', filter, attributes })) found.push(entry)
  } catch (error) {
    if (!isGone(error)) throw error
  }
  return found
}

function isGone(error: unknown): boolean {
  return error instanceof LdapError && error.result?.code === resultCodes.noSuchObject
}

/** Numbers of changes of Active Directory are each server's own, so they are kept with the server that gave them. */
async function serverIdOf(connection: LdapConnection, { kind }: Connector): Promise<string> {
  if (kind === 'ldap') return ''
  for await (const root of connection.search('', { scope: 'base', attributes: ['dsServiceName'] }))
    return nameKeyText(root.attributes.get('dsservicename')?.[0]?.toString('utf8') ?? '')
  return ''
}

function nameKeyText(name: string): string {
  return Buffer.from(nameKeyOf(name)).toString('base64url').slice(0, 16)
}

function fullVersion(connector: Connector, serverId: string, version: string): string {
  return version === '' ? '' : `${connector.version}/${serverId}/${version}`
}

function named(distinguishedName: string, facts: MirrorRow['facts']) {
  return { distinguishedName, nameKey: nameKeyOf(distinguishedName), factsHash: hashOf(distinguishedName, facts) }
}

function toRaw(entry: LdapEntry): RawEntry {
  return { distinguishedName: entry.dn, values: entry.attributes }
}

async function inRun(run: StartedRun, work: (tx: Tx) => Promise<void>): Promise<void> {
  await transaction(async (tx) => {
    await moveRunOn(tx, run, now())
    await work(tx)
  })
}

/** Hands on entries in batches; false when `take` said that it is enough. */
async function inBatches(
  entries: AsyncIterable<LdapEntry>,
  take: (batch: readonly LdapEntry[]) => Promise<boolean>,
): Promise<boolean> {
  let batch: LdapEntry[] = []
  for await (const entry of entries) {
    batch.push(entry)
    if (batch.length < batchEntries) continue
    if (!(await take(batch))) return false
    batch = []
  }
  return batch.length === 0 || take(batch)
}
