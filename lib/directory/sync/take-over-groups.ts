import 'server-only'
import type { AuditEvent } from '@/lib/audit/model'
import { recordAll } from '@/lib/audit/record'
import type { By } from '@/lib/directory/commands'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { isHeld } from './disabling'
import {
  aboutGroups,
  addNamedMembers,
  addPrimaryMembers,
  beforeAllMembers,
  beforeAllNamed,
  countGoneGroups,
  countGoneMembers,
  countMemberships,
  deleteMemberships,
  endOfMembers,
  endOfNamed,
  goneMembershipsOf,
  groupsToTakeOver,
  hasPrimaryGroups,
  insertMemberships,
  type MayLeave,
  type Membership,
  markHeldGroups,
  missingMembershipsOf,
  removeGoneMembers,
  writeGroups,
} from './group-store'
import { doGuarded, type KeepsAWayIn, type Within } from './guarded'
import { hasVanished } from './mirror-store'
import {
  countGoneNestings,
  deleteNestings,
  goneNestings,
  groupsAround,
  insertNestings,
  missingNestings,
} from './nesting-store'
import { listAdministrators, lockAdministrators } from './people-store'
import { addIssues, findRun, heldMembersOf, moveRunOn, noteMembers, runBefore, type StartedRun } from './run-store'

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
  { check, keepsAWayIn }: Within,
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
  const isNested = await nestGroups(run, may, by, keepsAWayIn)
  await addMembers(run, by, check)
  if (may.isDue) await removeMembers(run, may, by, check)
  const isJoined = await moveAdministrators(run, may, by, keepsAWayIn)
  // What was not made is looked at and told again by the next run.
  if (isNested && isJoined)
    await transaction(async (tx) => noteMembers(tx, run, checkedAt, await countMemberships(tx, run)))
}

/** Puts groups into groups as the directory has them. False: something was left as it was, so that a way in is left. */
async function nestGroups(run: StartedRun, may: May, by: Omit<By, 'at'>, keepsAWayIn: KeepsAWayIn): Promise<boolean> {
  return transaction(async (tx) => {
    const at = now()
    await moveRunOn(tx, run, at)
    const add = await missingNestings(tx, run)
    const remove = may.isNestingDue ? await goneNestings(tx, run, may) : []
    if (add.length + remove.length === 0) return true
    const around = await groupsAround(tx, await listAdministrators(tx))
    const isGuarded = ({ memberId }: Membership) => around.has(memberId)
    const plain = { add: add.filter((one) => !isGuarded(one)), remove: remove.filter((one) => !isGuarded(one)) }
    await insertNestings(tx, plain.add)
    await deleteNestings(tx, plain.remove)
    const guarded = { add: add.filter(isGuarded), remove: remove.filter(isGuarded) }
    const done = await changeGuarded(tx, run, at, guarded, keepsAWayIn, {
      add: (pairs) => insertNestings(tx, pairs),
      remove: (pairs) => deleteNestings(tx, pairs),
    })
    const added = [...plain.add, ...done.added]
    const removed = [...plain.remove, ...done.removed]
    await recordAll(tx, [...eventsOf(added, 'group_nested', by, at), ...eventsOf(removed, 'group_taken_out', by, at)])
    await moveRunOn(tx, run, at, { groupsChanged: new Set([...added, ...removed].map(({ groupId }) => groupId)).size })
    return done.isWhole
  })
}

/**
 * Where Global Administrators join and leave. They are few and go apart from everybody else, because after each step it is asked
 * who can still come in. False: something was left as it was.
 */
async function moveAdministrators(
  run: StartedRun,
  may: May,
  by: Omit<By, 'at'>,
  keepsAWayIn: KeepsAWayIn,
): Promise<boolean> {
  return transaction(async (tx) => {
    const at = now()
    await moveRunOn(tx, run, at)
    const administrators = await listAdministrators(tx)
    if (administrators.length === 0) return true
    const add = await missingMembershipsOf(tx, run, administrators)
    const remove = may.isDue ? await goneMembershipsOf(tx, run, administrators, may) : []
    const { added, removed, isWhole } = await changeGuarded(tx, run, at, { add, remove }, keepsAWayIn, {
      add: (pairs) => insertMemberships(tx, pairs),
      remove: (pairs) => deleteMemberships(tx, pairs),
    })
    await recordAll(tx, [...eventsOf(added, 'members_added', by, at), ...eventsOf(removed, 'members_removed', by, at)])
    await moveRunOn(tx, run, at, { membersAdded: added.length, membersRemoved: removed.length })
    return isWhole
  })
}

type Pairs = { readonly add: readonly Membership[]; readonly remove: readonly Membership[] }

/** Makes those of the changes that leave a way in, and tells of the groups whose others it did not make. */
async function changeGuarded(
  tx: Tx,
  run: StartedRun,
  at: Date,
  { add, remove }: Pairs,
  keepsAWayIn: KeepsAWayIn,
  make: Record<keyof Pairs, (pairs: readonly Membership[]) => Promise<void>>,
) {
  const steps = [...add, ...remove]
  // In the order in which others lock: first the people, then what the decisions rest on.
  if (steps.length > 0) await lockAdministrators(tx)
  const refused = await doGuarded(tx, at, steps, keepsAWayIn, async (some) => {
    await make.add(some.filter((one) => add.includes(one)))
    await make.remove(some.filter((one) => remove.includes(one)))
  })
  const groups = await aboutGroups(
    tx,
    [...refused].map(({ groupId }) => groupId),
  )
  await addIssues(
    tx,
    run,
    groups.map((group) => ({ reason: 'no_way_in', ...group })),
  )
  const isMade = (one: Membership) => !refused.has(one)
  return { added: add.filter(isMade), removed: remove.filter(isMade), isWhole: refused.size === 0 }
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
    await changeMembers(run, by, 'members_added', async (tx) =>
      addNamedMembers(tx, run, { from, to }, await listAdministrators(tx)),
    )
    if (to === null) break
    from = to
  }
  if (!(await hasPrimaryGroups(db(), run))) return
  for (let after: string | null = ''; after !== null; ) {
    check()
    const begin: string = after
    let last: string | null = null
    await changeMembers(run, by, 'members_added', async (tx) => {
      const part = await addPrimaryMembers(tx, run, begin, memberBatch, await listAdministrators(tx))
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
    await changeMembers(run, by, 'members_removed', async (tx) =>
      removeGoneMembers(tx, run, { from, to }, may, await listAdministrators(tx)),
    )
    if (to === null) return
    from = to
  }
}

type May = MayLeave & {
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
