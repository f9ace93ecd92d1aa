import 'server-only'
import type { Connector } from '@/lib/directory/connector/model'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import type { LdapConnection, LdapEntry } from '@/lib/platform/ldap'
import {
  enabledAttributes,
  entryIdOf,
  isEnabledEntry,
  isIssue,
  nameKeyOf,
  personFacts,
  versionAttribute,
  versionOf,
} from './facts'
import { hasPeople, type MirrorRow, markSeen, markUnchanged, stageEntries } from './mirror-store'
import type { Issue } from './model'
import { isGone, named, readGroups, toRaw } from './read-groups'
import { addIssues, moveRunOn, type StartedRun } from './run-store'

/**
 * Reads a directory into the mirror, a page at a time: what is held at once does not grow with the directory.
 *
 * Groups are read whole each time (`read-groups.ts`), because a member that moved changes none of the groups it is in. Of
 * people first only id, version and name are asked for; whoever has the version we know is not read again. A version counts for the server that
 * gave it and for the settings it was read with.
 */
export type Reading = {
  readonly connector: Connector
  readonly run: StartedRun
  /** Throws when the process is asked to stop. */
  readonly check: () => void
}

/** People written in one transaction; of unchanged ones more, because they only are marked. */
const batchEntries = 500
const scanEntries = 2000
/** More changed people than this are read with everybody else, not one by one. */
const changedMax = 2000

/** Answers how many entries say something else than the last time, new ones included. */
export async function readDirectory(connection: LdapConnection, reading: Reading): Promise<number> {
  const { connector, run } = reading
  const { baseDistinguishedNames, userFilter } = connector.settings
  let changedEntries = await readGroups(connection, reading)
  const serverId = await serverIdOf(connection, connector)
  // Only a directory that was read before can be unchanged.
  const changed = (await hasPeople(db(), run)) ? await scanPeople(connection, reading, serverId) : null
  const person = { reading, serverId, attributes: personAttributes(connector) }
  if (changed === null) {
    for (const base of baseDistinguishedNames) {
      const options = { scope: 'sub', filter: userFilter, attributes: person.attributes } as const
      await inBatches(connection.search(base, options), batchEntries, async (batch) => {
        changedEntries += await stagePeople(person, batch)
        return true
      })
    }
    return changedEntries
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
    changedEntries += await stagePeople(person, batch, false)
  }
  return changedEntries
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
    const isWhole = await inBatches(found, scanEntries, async (batch) => {
      reading.check()
      const rows = batch.map(toRaw).flatMap((entry) => {
        const entryId = entryIdOf(entry, connector.kind, attributeMap)
        if (entryId === null) return []
        const { distinguishedName } = entry
        const version = fullVersion(connector, serverId, versionOf(entry, connector.kind))
        return [{ entryId, distinguishedName, version }]
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
      ...[map.entryId, map.userPrincipalName, map.displayName, map.mail, map.businessPhone, map.preferredLanguage],
      versionAttribute(kind),
      ...enabledAttributes(kind),
      ...(kind === 'ldap' ? [] : ['primaryGroupID', 'objectSid']),
    ]),
  ]
}

async function stagePeople(person: PersonReading, batch: readonly LdapEntry[], isCounted = true): Promise<number> {
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
  return transaction(async (tx) => {
    await moveRunOn(tx, run, now(), { entriesRead: isCounted ? batch.length : 0 })
    await addIssues(tx, run, issues)
    return stageEntries(tx, run, rows)
  })
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

/**
 * Hands on entries in batches; false when `take` said that it is enough. While one is taken the next is read: the directory
 * and the database do not wait for each other.
 */
async function inBatches(
  entries: AsyncIterable<LdapEntry>,
  size: number,
  take: (batch: readonly LdapEntry[]) => Promise<boolean>,
): Promise<boolean> {
  let batch: LdapEntry[] = []
  let taken = Promise.resolve(true)
  try {
    for await (const entry of entries) {
      batch.push(entry)
      if (batch.length < size) continue
      if (!(await taken)) return false
      taken = take(batch)
      // Told when it is waited for, and not before.
      taken.catch(() => undefined)
      batch = []
    }
    return (await taken) && (batch.length === 0 || take(batch))
  } finally {
    // Nothing may still be written when somebody else goes on.
    await taken.catch(() => undefined)
  }
}
