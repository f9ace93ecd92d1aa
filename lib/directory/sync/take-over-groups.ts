import 'server-only'
import type { AuditEvent } from '@/lib/audit/model'
import { recordAll } from '@/lib/audit/record'
import type { By } from '@/lib/directory/commands'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { isHeld } from './disabling'
import {
  addNamedMembers,
  addPrimaryMembers,
  beforeAllMembers,
  beforeAllNamed,
  countGoneGroups,
  countGoneMembers,
  countGoneNestings,
  countMemberships,
  endOfMembers,
  endOfNamed,
  groupsToTakeOver,
  hasPrimaryGroups,
  type Membership,
  markHeldGroups,
  nestGroups,
  removeGoneMembers,
  writeGroups,
} from './group-store'
import { hasVanished } from './mirror-store'
import { findRun, heldMembersOf, moveRunOn, noteMembers, runBefore, type StartedRun } from './run-store'

/**
 * Takes over groups and who stands in them. What somebody may do depends on their groups, so leaving many of them at once is
 * held back like many people leaving. A group that is gone in the directory stays here, empty: policies may name it.
 */

const groupBatch = 500
const memberBatch = 5000
/** So many ids of an event are written out; the numbers are always whole. */
const idsTold = 100

export async function takeOverGroups(
  run: StartedRun,
  thresholdPercent: number,
  by: Omit<By, 'at'>,
  check: () => void,
  isUnchanged: boolean,
): Promise<void> {
  for (let after = ''; ; ) {
    check()
    const last = await transaction((tx) => writeBatch(tx, run, after, by))
    if (last === null) break
    after = last
  }
  if (isUnchanged && (await standAsBefore(run))) return
  const checkedAt = now()
  const may = await mayRemove(run, thresholdPercent, check)
  await transaction(async (tx) => {
    const at = now()
    await moveRunOn(tx, run, at)
    const { added, removed } = await nestGroups(tx, run, may)
    await recordAll(tx, [...eventsOf(added, 'group_nested', by, at), ...eventsOf(removed, 'group_taken_out', by, at)])
    await moveRunOn(tx, run, at, { groupsChanged: new Set([...added, ...removed].map(({ groupId }) => groupId)).size })
  })
  await addMembers(run, by, check)
  if (may.isDue) await removeMembers(run, may, by, check)
  await transaction(async (tx) => noteMembers(tx, run, checkedAt, await countMemberships(tx, run)))
}

/**
 * Whether everybody stands where the last run saw them stand, so that they need not be looked through again: the directory
 * says nothing else than then, nobody came, changed or left, no group did, and there are as many memberships. What was
 * changed here by somebody else all the same, one against another, is found once a day.
 */
async function standAsBefore(run: StartedRun): Promise<boolean> {
  const before = await runBefore(db(), run)
  if (before === null || run.startedAt.getTime() - before.membersCheckedAt.getTime() > checkAgainMilliseconds)
    return false
  const counted = await findRun(db(), run.id)
  if (counted === null || counted.created + counted.updated + counted.disabled + counted.groupsChanged > 0) return false
  if (counted.heldPeople > 0 || (await hasVanished(db(), run, before.id))) return false
  const total = await countMemberships(db(), run)
  if (total !== before.membersTotal) return false
  await transaction((tx) => noteMembers(tx, run, before.membersCheckedAt, total))
  return true
}
const checkAgainMilliseconds = 24 * 3_600_000

async function addMembers(run: StartedRun, by: Omit<By, 'at'>, check: () => void): Promise<void> {
  for (let from = beforeAllNamed; ; ) {
    check()
    const to = await endOfNamed(db(), run, from, memberBatch)
    await changeMembers(run, by, 'members_added', (tx) => addNamedMembers(tx, run, { from, to }))
    if (to === null) break
    from = to
  }
  if (!(await hasPrimaryGroups(db(), run))) return
  for (let after: string | null = ''; after !== null; ) {
    check()
    const begin: string = after
    let last: string | null = null
    await changeMembers(run, by, 'members_added', async (tx) => {
      const part = await addPrimaryMembers(tx, run, begin, memberBatch)
      last = part.last
      return part.added
    })
    after = last
  }
}

async function removeMembers(run: StartedRun, may: May, by: Omit<By, 'at'>, check: () => void): Promise<void> {
  for (let from = beforeAllMembers; ; ) {
    check()
    const to = await endOfMembers(db(), run, from, memberBatch)
    await changeMembers(run, by, 'members_removed', (tx) => removeGoneMembers(tx, run, { from, to }, may))
    if (to === null) return
    from = to
  }
}

type May = {
  /** Members of groups that are there. */
  readonly remove: boolean
  /** Members of groups that are gone. */
  readonly withGone: boolean
  /** Whether there is anybody to remove: looking through all memberships for nobody takes as long as reading the directory. */
  readonly isDue: boolean
  /** Whether there is a group to take out of a group. */
  readonly isNestingDue: boolean
}

/** Whether members may be removed, and whether those of groups that are gone as well. What may not is counted as held. */
async function mayRemove(run: StartedRun, percent: number, check: () => void): Promise<May> {
  const groups = await countGoneGroups(db(), run)
  const members = await countMembers(run, check)
  const nestings = await countGoneNestings(db(), run)
  // Whoever leaves a group with the group they are in, leaves it: both count, against one share.
  const going = members.going + nestings.going
  const total = members.total + nestings.total
  const allowed = run.allowedRunId === null ? 0 : await heldMembersOf(db(), run.allowedRunId)
  const withGone = !isHeld({ ...groups, percent })
  const atLeast = limits.directory.membersMayLeave
  const remove = !isHeld({ total, going, allowed, percent, atLeast })
  await transaction(async (tx) => {
    const counts = { heldGroups: withGone ? 0 : groups.going, heldMembers: remove ? 0 : going }
    await moveRunOn(tx, run, now(), counts)
    if (!withGone) await markHeldGroups(tx, run)
  })
  const isDue = (remove && members.going > 0) || (withGone && groups.going > 0)
  return { remove, withGone, isDue, isNestingDue: nestings.isAnyGoing }
}

async function writeBatch(tx: Tx, run: StartedRun, after: string, by: Omit<By, 'at'>): Promise<string | null> {
  const groups = await groupsToTakeOver(tx, run, after, groupBatch)
  const last = groups.at(-1)
  if (last === undefined) return null
  const at = now()
  await moveRunOn(tx, run, at, { groupsChanged: groups.length })
  const ids = await writeGroups(tx, run, groups, at)
  await recordAll(
    tx,
    groups.map(({ id, facts: { displayName, description } }, index): AuditEvent => {
      return {
        ...{ activity: 'groupChanged', at, outcome: 'success', ...by },
        reason: id === null ? 'created' : 'synchronised',
        target: { kind: 'group', id: ids[index] ?? '', name: displayName },
        after: { displayName, description },
      }
    }),
  )
  return last.entryId
}

async function countMembers(run: StartedRun, check: () => void) {
  const sum = { total: 0, going: 0 }
  for (let from = beforeAllMembers; ; ) {
    check()
    const to = await endOfMembers(db(), run, from, memberBatch)
    const { total, going } = await countGoneMembers(db(), run, { from, to })
    sum.total += total
    sum.going += going
    if (to === null) return sum
    from = to
  }
}

async function changeMembers(
  run: StartedRun,
  by: Omit<By, 'at'>,
  reason: 'members_added' | 'members_removed',
  change: (tx: Tx) => Promise<Membership[]>,
): Promise<void> {
  await transaction(async (tx) => {
    const at = now()
    await moveRunOn(tx, run, at)
    const changed = await change(tx)
    await recordAll(tx, eventsOf(changed, reason, by, at))
    const counted = reason === 'members_added' ? 'membersAdded' : 'membersRemoved'
    await moveRunOn(tx, run, at, { [counted]: changed.length })
  })
}

/** One event a group: how many, and who as far as there is room. */
function eventsOf(changed: readonly Membership[], reason: string, by: Omit<By, 'at'>, at: Date): AuditEvent[] {
  const groups = new Map<string, Membership[]>()
  for (const one of changed) {
    const members = groups.get(one.groupId)
    if (members) members.push(one)
    else groups.set(one.groupId, [one])
  }
  return [...groups].map(([id, members]): AuditEvent => {
    const memberIds = members.slice(0, idsTold).map(({ memberId }) => memberId)
    return {
      ...{ activity: 'groupChanged', at, outcome: 'success', reason, ...by },
      target: { kind: 'group', id },
      after: { count: members.length, memberIds },
    }
  })
}
