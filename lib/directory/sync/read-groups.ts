import 'server-only'
import { createHash } from 'node:crypto'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { type LdapConnection, type LdapEntry, LdapError, resultCodes } from '@/lib/platform/ldap'
import { entryIdOf, groupFacts, hashOf, isIssue, nameKeyOf } from './facts'
import { addMemberKeys, clearMembers, type MirrorRow, membersReadBefore, stageEntries } from './mirror-store'
import type { Issue, RawEntry } from './model'
import type { Reading } from './read'
import { addIssues, moveRunOn, type StartedRun } from './run-store'

/** Reads the groups of a directory into the mirror, each whole, one after the other. */

const batchGroups = 100

/** Answers how many groups say something else than the last time, new ones included. */
export async function readGroups(connection: LdapConnection, reading: Reading): Promise<number> {
  const { attributeMap, baseDistinguishedNames, groupFilter } = reading.connector.settings
  const attributes = [attributeMap.entryId, attributeMap.groupName, attributeMap.groupDescription, 'objectSid']
  let changed = 0
  let batch: RawEntry[] = []
  for (const base of baseDistinguishedNames)
    for await (const entry of connection.search(base, { scope: 'sub', filter: groupFilter, attributes })) {
      batch.push(toRaw(entry))
      if (batch.length < batchGroups) continue
      changed += await readBatch(connection, reading, batch)
      batch = []
    }
  return batch.length === 0 ? changed : changed + (await readBatch(connection, reading, batch))
}

async function readBatch(connection: LdapConnection, reading: Reading, batch: readonly RawEntry[]): Promise<number> {
  const { connector, run, check } = reading
  const ids = batch.flatMap((entry) => entryIdOf(entry, connector.kind, connector.settings.attributeMap) ?? [])
  const known = await membersReadBefore(db(), run, ids)
  const groups: ReadGroup[] = []
  for (const entry of batch) {
    check()
    groups.push(await readGroup(connection, reading, entry, known))
  }
  return stageGroups(reading, groups)
}

type ReadGroup = {
  readonly entryId: string | null
  readonly distinguishedName: string
  readonly facts: MirrorRow['facts']
}

function stageGroups({ run }: Reading, batch: readonly ReadGroup[]): Promise<number> {
  const issues: Issue[] = []
  const rows: MirrorRow[] = []
  for (const { entryId, distinguishedName, facts } of batch) {
    if (entryId === null) issues.push(...(isIssue(facts) ? [facts] : []))
    else {
      const row = { kind: 'group', entryId, version: '', isEnabled: true, facts } as const
      rows.push({ ...row, ...named(distinguishedName, facts) })
    }
  }
  return transaction(async (tx) => {
    await moveRunOn(tx, run, now(), { entriesRead: batch.length })
    await addIssues(tx, run, issues)
    return stageEntries(tx, run, rows)
  })
}

/**
 * One group with all its members. Each time they are asked for and compared as they came; only a list that reads otherwise
 * than the last time is understood name by name, and written anew only where it names others.
 */
async function readGroup(
  connection: LdapConnection,
  reading: Reading,
  entry: RawEntry,
  readBefore: Awaited<ReturnType<typeof membersReadBefore>>,
): Promise<ReadGroup> {
  const { connector, run, check } = reading
  const { kind, settings } = connector
  const map = settings.attributeMap
  const { distinguishedName } = entry
  const entryId = entryIdOf(entry, kind, map)
  const unread = groupFacts(entry, kind, map, unreadMembers)
  if (entryId === null || isIssue(unread)) return { entryId, distinguishedName, facts: unread }
  const members = () => membersOf(connection, distinguishedName, map.member, check)
  const known = readBefore.get(entryId)
  if (known && (await textHashOf(members())) === known.membersText)
    return { entryId, distinguishedName, facts: { ...unread, ...known } }
  const { keys, membersText } = await readMembers(members())
  const membersHash = keys.length === 0 ? 'none' : hashOfKeys(keys)
  if (known?.membersHash !== membersHash) {
    await inRun(run, (tx) => clearMembers(tx, run, entryId))
    for (let from = 0; from < keys.length; from += memberBatch)
      await inRun(run, (tx) => addMemberKeys(tx, run, entryId, keys.slice(from, from + memberBatch)))
  }
  return { entryId, distinguishedName, facts: { ...unread, membersHash, membersText } }
}
const unreadMembers = { membersHash: '', membersText: '' }
const memberBatch = 5000

/** The names of members as the directory writes them, in its order. */
async function* membersOf(
  connection: LdapConnection,
  distinguishedName: string,
  attribute: string,
  check: () => void,
): AsyncGenerator<Buffer> {
  let read = 0
  try {
    for await (const value of connection.values(distinguishedName, attribute)) {
      yield value
      if (++read % memberBatch === 0) check()
    }
  } catch (error) {
    // Gone since it was found. Whoever was in it is found out by the next run, with the group itself.
    if (!isGone(error)) throw error
  }
}

/** One hash of names as they are written, in their order: the same text is the same members. */
async function textHashOf(members: AsyncIterable<Buffer>): Promise<string> {
  const text = new MembersText()
  for await (const value of members) text.add(value)
  return text.hash()
}

async function readMembers(members: AsyncIterable<Buffer>) {
  const text = new MembersText()
  const keys = new Map<string, Uint8Array>()
  for await (const value of members) {
    text.add(value)
    const key = nameKeyOf(value.toString('utf8'))
    keys.set(Buffer.from(key).toString('latin1'), key)
  }
  const sorted = [...keys].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, key]) => key)
  return { keys: sorted, membersText: text.hash() }
}

/** Each value with its length before it, so that no two lists are one text. */
class MembersText {
  private readonly sum = createHash('sha256')
  private held: Buffer[] = []

  add(value: Buffer): void {
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(value.length)
    this.held.push(length, value)
    if (this.held.length >= 2000) this.flush()
  }

  hash(): string {
    this.flush()
    return this.sum.digest('base64url')
  }

  private flush(): void {
    this.sum.update(Buffer.concat(this.held))
    this.held = []
  }
}

function hashOfKeys(keys: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const key of keys) hash.update(key)
  return hash.digest('base64url')
}

async function inRun(run: StartedRun, work: (tx: Tx) => Promise<void>): Promise<void> {
  await transaction(async (tx) => {
    await moveRunOn(tx, run, now())
    await work(tx)
  })
}

/** What every row of the mirror has of an entry's name. */
export function named(distinguishedName: string, facts: MirrorRow['facts']) {
  return { distinguishedName, nameKey: nameKeyOf(distinguishedName), factsHash: hashOf(distinguishedName, facts) }
}

export function toRaw(entry: LdapEntry): RawEntry {
  return { distinguishedName: entry.dn, values: entry.attributes }
}

/** Whether the entry is not there any more. */
export function isGone(error: unknown): boolean {
  return error instanceof LdapError && error.result?.code === resultCodes.noSuchObject
}
